import { defineCommand } from "../command.ts";
import { checkedName, JSON_FLAG, NAME_FLAG, paramInput, PARAMS_FLAG } from "../flags/run_flags.ts";
import { reportRun } from "../report/run_reporter.ts";

export const command = defineCommand({
  usage: "<dag> [-- parameters]",
  about:
    `Loads a DAG, resolves its parameters and walks through its steps without executing them. Preconditions
    are compared as far as that runs no command. Nothing is kept in the history.`,
  examples: ["dagu dry etl.yaml -- MODE=full"],
  flags: [PARAMS_FLAG, NAME_FLAG, JSON_FLAG],
  args: { min: 1, max: 1, what: "a DAG file path or name" },
  rest: "parameters",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { flags, given, args, rest } = call;
    const name = checkedName(flags.name);
    const params = paramInput(flags.params, given, rest);
    return await reportRun(call, {
      json: flags.json,
      run: async (app, observer) => {
        const record = await app.dry({ dag: args[0]!, params, name, observer });
        return { record, stoppedBy: "" };
      },
    });
  },
});
