import type { Dag } from "../core/dag.ts";
import { type Issue, messageOf } from "../core/errors.ts";
import { isJsonObject } from "../core/json_text.ts";
import { applySchema } from "../eval/param_schema.ts";
import { currentDir } from "../platform/current_dir.ts";
import { dirname } from "../platform/path.ts";
import { loadSchema } from "./load_schema.ts";

/**
 * Compares the defaults of parameters with their JSON Schema, as far as that can be said before a run: not those that
 * are evaluated then, nor which ones are required.
 */
export async function checkParamSchema(dag: Dag, file: string): Promise<Issue[]> {
  const { schema: ref, defaults } = dag.params;
  const literal = defaults.filter(({ value }) => !/[$`]|^~/.test(value));
  try {
    const schema = await loadSchema(ref, [currentDir(), dag.workingDir, dirname(file)].filter(Boolean));
    const { required: _, ...rules } = isJsonObject(schema) ? schema : {};
    const values = new Map(literal.map(({ name, value }) => [name, value]));
    await applySchema(values, isJsonObject(schema) ? rules : schema, ref);
    return [];
  } catch (error) {
    return [{ field: "params", message: messageOf(error), position: { file, line: 0, column: 0 } }];
  }
}
