import { defineCommand } from "../command.ts";
import { DECIDE_FLAGS } from "../flags/decide_flags.ts";
import { logRecord } from "../text/log.ts";
import { checkedRunId } from "../flags/run_flags.ts";

export const command = defineCommand({
  usage: "<dag> --step <name>",
  about:
    `Rejects a step of type hitl that waits. The step and its run are rejected with that, and the runs that
    wait for that one as a sub-run; nothing more of them runs. "dagu retry" asks again.`,
  examples: ['dagu reject release --run-id v7 --step sign-off --reason "tests are missing"'],
  flags: [...DECIDE_FLAGS, { name: "reason", kind: "text", value: "text", doc: "Why, for the record" }],
  args: { min: 1, max: 1, what: "a DAG name or file path" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { console, flags } = call;
    const runId = checkedRunId(flags["run-id"], call.given.has("run-id"));
    const subRunId = checkedRunId(flags["sub-run-id"], call.given.has("sub-run-id"));
    const app = await call.app();
    const { step, by, reason } = flags;
    const { record } = await app.reject({ dag: call.args[0]!, runId, subRunId, step, by, reason });
    if (flags.quiet) return 0;
    const format = (await call.config()).logFormat === "json" ? "json" : "text";
    const fields = { dag: record.name, "run-id": record.dagRunId, step };
    console.err(logRecord(format, console.now(), "INFO", "Step rejected", fields));
    return 0;
  },
});
