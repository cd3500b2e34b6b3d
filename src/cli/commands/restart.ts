import { defineCommand } from "../command.ts";
import { checkedRunId, JSON_FLAG, RUN_ID_FLAG } from "../flags/run_flags.ts";
import { reportRun } from "../report/run_reporter.ts";

export const command = defineCommand({
  usage: "<dag>",
  about:
    `Stops a running DAG-run, waits restartWaitSec, and starts the DAG with the same parameters and a new run id,
    in the foreground.`,
  examples: ["dagu restart etl"],
  flags: [{ ...RUN_ID_FLAG, doc: "Id of the run to stop" }, JSON_FLAG],
  args: { min: 1, max: 1, what: "a DAG name or file path" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { flags } = call;
    const runId = checkedRunId(flags["run-id"], call.given.has("run-id"));
    return await reportRun(call, {
      json: flags.json,
      run: (app, observer) => app.restart({ dag: call.args[0]!, runId, observer }),
    });
  },
});
