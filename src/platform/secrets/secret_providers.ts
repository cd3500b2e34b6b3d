/** Where values of secrets come from: variables of the definition and of this process, and files. */
import type { SecretRef } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import type { SecretPlace, SecretProvider } from "../../ports/secrets.ts";
import { readTextIfExists } from "../files/files.ts";
import { isAbsolute, join } from "../files/path.ts";

/** @throws DaguError for a provider that does not exist. */
export function secretProvider(name: string, env: Readonly<Record<string, string>>): SecretProvider {
  switch (name) {
    case "env":
      return { resolve: (ref, place) => Promise.resolve().then(() => fromEnv(ref, place, env)) };
    case "file":
      return { resolve: fromFile };
    default:
      throw new DaguError(`Unknown secret provider "${name}": known are "env" and "file"`);
  }
}

function fromEnv(ref: SecretRef, place: SecretPlace, env: Readonly<Record<string, string>>): string {
  const value = place.variables.get(ref.key) ?? env[ref.key];
  if (value === undefined) throw new DaguError(`The environment variable "${ref.key}" is not set`);
  return value;
}

/** The whole content without blanks around it, from the first folder that has the file. */
async function fromFile(ref: SecretRef, { baseDirs }: SecretPlace): Promise<string> {
  const candidates = isAbsolute(ref.key) ? [ref.key] : baseDirs.map((dir) => join(dir, ref.key));
  for (const path of candidates) {
    const text = await readTextIfExists(path);
    if (text !== null) return text.trim();
  }
  throw new DaguError(`There is no file "${ref.key}": looked for ${candidates.join(", ")}`);
}
