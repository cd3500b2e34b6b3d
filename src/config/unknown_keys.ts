/** Settings that mean nothing here: in a file, and in the environment. */
import { suggest } from "../core/text/suggest.ts";
import type { KeySpec } from "./key_spec.ts";
import { KEYS } from "./keys.ts";
import type { ConfigFile } from "./resolve.ts";

export interface UnknownKey {
  /** Dotted, in lower case; the name of a variable. */
  readonly key: string;
  /** `file:line:column`, or what says that it is a variable. */
  readonly place: string;
  /** What was meant, perhaps; "" when nothing is near. */
  readonly near: string;
}

const SPECS: readonly KeySpec[] = KEYS;
const PREFIX = "DAGU_";

/** The outermost ones: of a section that is not known, only its name. */
export function unknownKeys(file: ConfigFile): UnknownKey[] {
  const known = SPECS.flatMap(({ key, legacy }) => [key, ...legacy]).map((key) => key.toLowerCase());
  const unknown = Object.keys(file.places).filter((key) =>
    key !== "" && !known.some((one) => one === key || one.startsWith(`${key}.`) || key.startsWith(`${one}.`))
  );
  return unknown.filter((key) => !unknown.some((one) => key.startsWith(`${one}.`)))
    .map((key) => ({ key, place: `${file.path}:${file.places[key]}`, near: nearest(key) }));
}

/** Only those that were perhaps meant to be one of ours: variables of this prefix are other people's as well. */
export function unknownVariables(env: Readonly<Record<string, string>>): UnknownKey[] {
  const known = SPECS.flatMap(({ env }) => env).filter((name) => name.startsWith(PREFIX));
  const names = known.map((name) => name.slice(PREFIX.length));
  return Object.keys(env).filter((key) => key.startsWith(PREFIX) && !known.includes(key) && !OTHERS.has(key))
    .map((key) => ({ key, near: suggest(key.slice(PREFIX.length), names) }))
    .filter(({ near }) => near !== "")
    .map(({ key, near }) => ({ key, place: "Environment variable", near: PREFIX + near }));
}

/** Of what is no setting of the configuration. */
const OTHERS: ReadonlySet<string> = new Set(["DAGU_HOME", "DAGU_CONFIG"]);

/** Whole sections are known by their names. */
function nearest(key: string): string {
  const depth = key.split(".").length;
  return suggest(key, [...new Set(SPECS.map((spec) => spec.key.split(".").slice(0, depth).join(".")))]);
}
