/** Settings of a file that mean nothing here. */
import type { KeySpec } from "./key_spec.ts";
import { KEYS } from "./keys.ts";
import type { ConfigFile } from "./resolve.ts";

export interface UnknownKey {
  /** Dotted, in lower case. */
  readonly key: string;
  /** `file:line:column`. */
  readonly place: string;
}

/** The outermost ones: of a section that is not known, only its name. */
export function unknownKeys(file: ConfigFile): UnknownKey[] {
  const known = (KEYS as readonly KeySpec[]).flatMap(({ key, legacy }) => [key, ...legacy])
    .map((key) => key.toLowerCase());
  const unknown = Object.keys(file.places).filter((key) =>
    key !== "" && !known.some((one) => one === key || one.startsWith(`${key}.`) || key.startsWith(`${one}.`))
  );
  return unknown.filter((key) => !unknown.some((one) => key.startsWith(`${one}.`)))
    .map((key) => ({ key, place: `${file.path}:${file.places[key]}` }));
}
