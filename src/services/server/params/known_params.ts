/** The parameters that a definition declares, as far as that can be told without a run. */
import type { Dag } from "../../../core/dag.ts";
import { messageOf } from "../../../core/errors.ts";
import { readTextIfExists } from "../../../platform/files/files.ts";
import { dirname, isAbsolute, join } from "../../../platform/files/path.ts";
import { type ParamField, paramFields } from "./param_fields.ts";

/** Largest schema of parameters, in characters. */
const MAX_SCHEMA = 1_000_000;

export interface KnownParams {
  readonly fields: readonly ParamField[];
  /** Why there may be more; "" when there are not. */
  readonly problem: string;
}

/** @param file of the definition */
export async function knownParams({ params, workingDir }: Dag, file: string): Promise<KnownParams> {
  const { schema, problem } = await schemaOf(params.schema, [workingDir, dirname(file)]);
  return { fields: paramFields(params, schema), problem };
}

/** A schema that stands somewhere in the network is looked at when a run begins. */
async function schemaOf(
  ref: string,
  folders: readonly string[],
): Promise<{ readonly schema: unknown; readonly problem: string }> {
  if (ref === "") return { schema: null, problem: "" };
  if (/^https?:/.test(ref)) return { schema: null, problem: `The schema "${ref}" is read when a run begins` };
  const places = isAbsolute(ref) ? [ref] : folders.filter(Boolean).map((folder) => join(folder, ref));
  for (const place of places) {
    const text = await readTextIfExists(place).catch(() => null);
    if (text === null) continue;
    if (text.length > MAX_SCHEMA) return { schema: null, problem: `The schema "${ref}" is too large` };
    try {
      return { schema: JSON.parse(text), problem: "" };
    } catch (error) {
      return { schema: null, problem: `Cannot read the schema "${ref}": ${messageOf(error)}` };
    }
  }
  return { schema: null, problem: `Cannot read the schema "${ref}": no such file` };
}
