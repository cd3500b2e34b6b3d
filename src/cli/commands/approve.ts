import { DaguError } from "../../core/errors.ts";
import { type Call, defineCommand } from "../command.ts";
import { DECIDE_FLAGS } from "../flags/decide_flags.ts";
import { logRecord } from "../text/log.ts";
import { checkedRunId, JSON_FLAG, WORKER_ID_FLAG } from "../flags/run_flags.ts";
import { reportRun } from "../report/run_reporter.ts";

const FLAGS = [
  ...DECIDE_FLAGS,
  { name: "input", short: "i", kind: "list", value: "K=V", doc: "Value for later steps" },
  JSON_FLAG,
  WORKER_ID_FLAG,
] as const;

export const command = defineCommand({
  usage: "<dag> --step <name>",
  about:
    `Approves a step of type hitl that waits: it has succeeded then, and the inputs are variables of all later
    steps. When no other step of the run waits, the run goes on at once in this process, as a further attempt.`,
  examples: [
    "dagu approve release --run-id v7 --step sign-off",
    "dagu approve release --step sign-off --input WHO=me --input TICKET=17",
  ],
  flags: FLAGS,
  args: { min: 1, max: 1, what: "a DAG name or file path" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { flags } = call;
    const runId = checkedRunId(flags["run-id"], call.given.has("run-id"));
    const subRunId = checkedRunId(flags["sub-run-id"], call.given.has("sub-run-id"));
    const inputs = inputsOf(flags.input);
    let waits = false;
    const code = await reportRun(call, {
      json: flags.json,
      run: async (app, observer) => {
        const end = await app.approve({
          dag: call.args[0]!,
          runId,
          subRunId,
          step: flags.step,
          by: flags.by,
          inputs,
          workerId: flags["worker-id"],
          observer,
        });
        waits = end === null;
        return end ?? { record: (await app.status({ dag: call.args[0]!, runId })).record, stoppedBy: "" };
      },
    });
    if (waits) await tell(call, "Step approved, the run waits for others", flags.step);
    return code;
  },
});

async function tell(call: Call<typeof FLAGS>, message: string, step: string): Promise<void> {
  if (call.flags.quiet) return;
  const format = (await call.config()).logFormat === "json" ? "json" : "text";
  call.console.err(logRecord(format, call.console.now(), "INFO", message, { dag: call.args[0]!, step }));
}

function inputsOf(texts: readonly string[]): Record<string, string> {
  const inputs: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at <= 0) throw new DaguError(`Invalid value "${text}" of flag --input: expected NAME=VALUE`);
    inputs[text.slice(0, at)] = text.slice(at + 1);
  }
  return inputs;
}
