import { defineCommand } from "../command.ts";
import { logRecord } from "../text/log.ts";
import { checkedRunId, RUN_ID_FLAG } from "../flags/run_flags.ts";

export const command = defineCommand({
  usage: "<dag>",
  about:
    `Stops a running DAG-run: its steps get their stop signal, what is left after the clean-up time is killed,
    and its handlers run. Without --run-id every running run of the DAG is stopped.`,
  examples: ["dagu stop etl", "dagu stop etl --run-id nightly-1"],
  flags: [RUN_ID_FLAG],
  args: { min: 1, max: 1, what: "a DAG name or file path" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { console, flags } = call;
    const [dag] = call.args as [string];
    const runId = checkedRunId(flags["run-id"], call.given.has("run-id"));
    const config = await call.config();
    const app = await call.app();
    const { stopped } = await app.stop({ dag, runId });
    const format = config.logFormat === "json" ? "json" : "text";
    if (stopped.length === 0 && !flags.quiet) {
      const fields: Record<string, string> = runId === "" ? { dag } : { dag, "run-id": runId };
      console.err(
        logRecord(format, console.now(), "INFO", "Nothing to stop: the DAG is not running", fields),
      );
    }
    for (const ref of flags.quiet ? [] : stopped) {
      console.err(
        logRecord(format, console.now(), "INFO", "DAG run stopped", { dag: ref.name, "run-id": ref.id }),
      );
    }
    return 0;
  },
});
