import type { Dag } from "../../core/dag.ts";
import { type Issue, messageOf, type Position } from "../../core/errors.ts";
import { isJsonObject } from "../../core/text/json_text.ts";
import { applySchema } from "../../eval/param_schema.ts";
import { currentDir } from "../../platform/folders/current_dir.ts";
import { dirname } from "../../platform/files/path.ts";
import { loadSchema } from "./load_schema.ts";

/**
 * Compares the defaults of parameters with their JSON Schema, as far as that can be said before a run: not those that
 * are evaluated then, nor which ones are required.
 * @param text of the file
 */
export async function checkParamSchema(dag: Dag, file: string, text: string): Promise<Issue[]> {
  const { schema: ref, defaults } = dag.params;
  const literal = defaults.filter(({ value }) => !/[$`]|^~/.test(value));
  try {
    const schema = await loadSchema(ref, [currentDir(), dag.workingDir, dirname(file)].filter(Boolean));
    const { required: _, ...rules } = isJsonObject(schema) ? schema : {};
    const values = new Map(literal.map(({ name, value }) => [name, value]));
    await applySchema(values, isJsonObject(schema) ? rules : schema, ref);
    return [];
  } catch (error) {
    return [{ field: "params", message: messageOf(error), position: positionOfParams(text, dag.name, file) }];
  }
}

/** A definition that has been read does not know its lines any more. Of several documents the one of that name counts. */
function positionOfParams(text: string, name: string, file: string): Position {
  const documents = text.split(/^(?=---)/m);
  const named = documents.findIndex((one) =>
    new RegExp(`^name:\\s*["']?${RegExp.escape(name)}\\b`, "m").test(one)
  );
  const begin = documents.slice(0, Math.max(0, named)).join("").length;
  const at = begin + Math.max(0, text.slice(begin).search(/^["']?params\b/m));
  return { file, line: text.slice(0, at).split("\n").length, column: 1 };
}
