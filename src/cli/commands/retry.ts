import { DaguError } from "../../core/errors.ts";
import { defineCommand } from "../command.ts";
import { checkedRunId, JSON_FLAG, RUN_ID_FLAG, WORKER_ID_FLAG } from "../flags/run_flags.ts";
import { reportRun } from "../report/run_reporter.ts";

export const command = defineCommand({
  usage: "<dag> --run-id <id>",
  about:
    `Adds an attempt to a run: steps that failed or were not reached run again, with what depends on them; results
    and outputs of the others are kept. With --step only that step runs, with --from it and all that follows run too.`,
  examples: ["dagu retry etl --run-id nightly-1", "dagu retry etl --run-id nightly-1 --step load"],
  flags: [
    { ...RUN_ID_FLAG, required: true },
    { name: "step", kind: "text", value: "name", doc: "Run only this step" },
    { name: "from", kind: "text", value: "name", doc: "Run this step too, and all that depends on it" },
    JSON_FLAG,
    WORKER_ID_FLAG,
  ],
  args: { min: 1, max: 1, what: "a DAG name or file path" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { flags } = call;
    const runId = checkedRunId(flags["run-id"], true);
    if (flags.step !== "" && flags.from !== "") {
      throw new DaguError("Cannot retry with --step and --from: one of them says where to begin");
    }
    const point = { step: flags.step || flags.from, following: flags.from !== "" };
    return await reportRun(call, {
      json: flags.json,
      run: (app, observer) =>
        app.retry({ dag: call.args[0]!, runId, point, workerId: flags["worker-id"], observer }),
    });
  },
});
