import { defineCommand } from "../command.ts";
import { logRecord } from "../text/log.ts";
import { checkedQueue, runRef } from "../flags/run_flags.ts";

export const command = defineCommand({
  usage: "<queue>",
  about:
    "Takes a run out of a queue, as if it had never been there: the first one, or the one that is named.",
  examples: ["dagu dequeue nightly", "dagu dequeue nightly --dag-run etl:nightly-1"],
  flags: [{
    name: "dag-run",
    short: "d",
    kind: "text",
    value: "name:id",
    doc: "The run, instead of the first",
  }],
  args: { min: 1, max: 1, what: "the name of a queue" },
  rest: "",
  completes: "",
  scopes: ["core"],
  async run(call) {
    const { console, flags } = call;
    const queue = checkedQueue("argument", call.args[0]!);
    const named = runRef("dag-run", flags["dag-run"]) ?? null;
    const config = await call.config();
    const run = await (await call.app()).dequeue({ queue, run: named });
    if (!flags.quiet) {
      const format = config.logFormat === "json" ? "json" : "text";
      const fields = { dag: run.name, "run-id": run.id, queue };
      console.err(logRecord(format, console.now(), "INFO", "DAG run taken out of its queue", fields));
    }
    return 0;
  },
});
