import { DaguError } from "../../core/errors.ts";
import { defineCommand } from "../command.ts";
import {
  checkedName,
  checkedRunId,
  JSON_FLAG,
  NAME_FLAG,
  paramInput,
  PARAMS_FLAG,
  RUN_ID_FLAG,
  runRef,
  WORKER_ID_FLAG,
} from "../flags/run_flags.ts";
import { reportRun } from "../report/run_reporter.ts";

export const command = defineCommand({
  usage: "<dag> [-- parameters]",
  about: `Runs a DAG in the foreground until it is done, and prints a summary. The DAG is a file in YAML or
    TypeScript, or the name of one in the DAGs folder. What stands after -- are its parameters: positional values or K=V.

    Exit code: 0 when the run succeeded, was stopped by "dagu stop" or waits for an approval; 1 when it failed,
    wholly or in part; 130 and 143 when SIGINT and SIGTERM ended it.`,
  examples: [
    "dagu start etl.yaml",
    "dagu start etl -- 2026-01-31 MODE=full",
    "dagu start etl --params 'MODE=full' --run-id nightly-1",
    "dagu start --quiet --audit-permissions etl",
  ],
  flags: [
    PARAMS_FLAG,
    NAME_FLAG,
    { ...RUN_ID_FLAG, doc: "Id of the new run; made when not given" },
    {
      name: "from-run-id",
      kind: "text",
      value: "id",
      doc: "Take definition and parameters of this earlier run",
    },
    {
      name: "default-working-dir",
      kind: "text",
      value: "dir",
      doc: "Working folder, when the DAG names none",
    },
    JSON_FLAG,
    {
      name: "audit-permissions",
      kind: "bool",
      doc: "Let steps do what they want, and print the permissions that they used",
    },
    { name: "parent", kind: "text", value: "name:id", doc: "Run that this one belongs to", hidden: true },
    { name: "root", kind: "text", value: "name:id", doc: "Outermost of these runs", hidden: true },
    WORKER_ID_FLAG,
  ],
  args: { min: 1, max: 1, what: "a DAG file path or name" },
  rest: "parameters",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { flags, given, args, rest } = call;
    // A script that hands on an unset variable gets an id of its own.
    const runId = checkedRunId(flags["run-id"], false);
    const name = checkedName(flags.name);
    const params = paramInput(flags.params, given, rest);
    const fromRunId = checkedRunId(flags["from-run-id"], given.has("from-run-id"));
    if (fromRunId !== "" && params.kind !== "none") {
      throw new DaguError(
        "Parameters cannot be given together with --from-run-id: the earlier run's are used",
      );
    }
    const parent = runRef("parent", flags.parent);
    const root = runRef("root", flags.root);
    if ((parent || root) && (runId === "" || !parent || !root)) {
      throw new DaguError("A sub-DAG run needs all of --run-id, --parent and --root");
    }
    return await reportRun(call, {
      json: flags.json,
      run: (app, observer) =>
        app.start({
          dag: args[0]!,
          params,
          name,
          runId,
          fromRunId,
          defaultWorkingDir: flags["default-working-dir"],
          ...(parent ? { parent } : {}),
          ...(root ? { root } : {}),
          workerId: flags["worker-id"],
          audit: flags["audit-permissions"],
          observer,
        }),
    });
  },
});
