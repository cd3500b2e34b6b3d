import { defineCommand } from "../command.ts";

export const command = defineCommand({
  usage: "<dag>",
  about:
    `Prints a DAG in the other language: TypeScript for a DAG in YAML, YAML for one in TypeScript. All data is
    kept, so that the way back gives the same DAG, and comments go along; aliases of YAML are not data.`,
  examples: ["dagu export etl.yaml > etl.ts", "dagu export etl.ts > etl.yaml"],
  flags: [],
  args: { min: 1, max: 1, what: "a DAG file path or name" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run({ args, app, console }) {
    console.out(await (await app()).exportDag(args[0]!));
    return 0;
  },
});
