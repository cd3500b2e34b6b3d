import { defineCommand } from "../command.ts";
import { damageReporter } from "../report/damage.ts";
import { checkedRunId, JSON_FLAG, RUN_ID_FLAG } from "../flags/run_flags.ts";

export const command = defineCommand({
  usage: "<dag>",
  about: "Prints the newest run of a DAG, or the one with the given id, as a tree.",
  examples: ["dagu status etl", "dagu status etl --run-id nightly-1 --json"],
  flags: [RUN_ID_FLAG, JSON_FLAG],
  args: { min: 1, max: 1, what: "a DAG name or file path" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { console, flags } = call;
    const runId = checkedRunId(flags["run-id"], call.given.has("run-id"));
    const app = await call.app();
    const { record } = await app.status({ dag: call.args[0]!, runId, onDamaged: damageReporter(call) });
    if (flags.json) {
      const { runJson } = await import("../report/run_json.ts");
      console.out(`${JSON.stringify(runJson(record), null, 2)}\n`);
    } else if (!flags.quiet) {
      (await import("../report/show_tree.ts")).showTree(console, record, { permissions: true });
    }
    return 0;
  },
});
