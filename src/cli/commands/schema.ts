import { DaguError } from "../../core/errors.ts";
import { defineCommand } from "../command.ts";

const KINDS = ["dag", "config"];

export const command = defineCommand({
  usage: "[dag|config]",
  about:
    `Prints the JSON Schema of DAG files (the default) or of config.yaml, for editors. With the YAML language
    server: # yaml-language-server: $schema=dag.schema.json`,
  examples: ["dagu schema > dag.schema.json", "dagu schema config"],
  flags: [],
  args: { min: 0, max: 1, what: "dag or config" },
  rest: "",
  completes: KINDS,
  scopes: [],
  async run(call) {
    const kind = call.args[0] ?? "dag";
    if (!KINDS.includes(kind)) {
      throw new DaguError(`Cannot print the schema of "${kind}": expected dag or config`);
    }
    const schema = kind === "dag"
      ? (await import("../../spec/json_schema.ts")).dagJsonSchema()
      : (await import("../../config/json_schema.ts")).configJsonSchema();
    call.console.out(`${JSON.stringify(schema, null, 2)}\n`);
    return 0;
  },
});
