/** Folds flags, environment, files and defaults into one configuration. No effects. */
import { DaguError } from "../core/errors.ts";
import type { Config } from "./config.ts";
import type { KeySpec, Scope } from "./key_spec.ts";
import { KEYS } from "./keys.ts";
import type { Layout } from "./layout.ts";
import { isMap, member, readValue, type ValueContext } from "./values.ts";

/** What stands in a configuration file. */
export interface ConfigContent {
  /** Plain values as YAML gives them; null for an empty file. */
  readonly values: unknown;
  /** `line:column` of each value by its dotted key in lower case; that of the whole file under "". */
  readonly places: Readonly<Record<string, string>>;
}

/** A configuration file that was read and parsed. */
export interface ConfigFile extends ConfigContent {
  readonly path: string;
}

export interface ResolveInput extends ValueContext {
  readonly layout: Layout;
  /** By dotted key, for keys that a command has a flag for. */
  readonly flags: Readonly<Record<string, string>>;
  /** Later files win. */
  readonly files: readonly ConfigFile[];
  /** Values out of range are errors only in these; wrong types always are. */
  readonly scopes: readonly Scope[];
  readonly warnings: readonly string[];
}

interface Found {
  readonly raw: unknown;
  /** Where it stands, for messages: `--port`, `DAGU_PORT`, `config.yaml:1:7`. */
  readonly place: string;
}

/**
 * Precedence: flag, environment, file, default.
 * @throws DaguError that names every value that cannot be used.
 */
export function resolveConfig(input: ResolveInput): Config {
  const values = new Map<string, unknown>();
  const problems: string[] = [];
  const warnings = [...input.warnings];
  const wrongSections = checkSections(input.files, problems);
  const text = (key: string) => String(values.get(key) ?? "");

  for (const spec of KEYS as readonly KeySpec[]) {
    const found = fromFlags(spec, input) ?? fromEnvironment(spec, input, warnings) ??
      (input.files.length === 0 || wrongSections.has(spec.key.split(".")[0]!)
        ? undefined
        : fromFiles(spec, input.files));
    const read = found ? readValue(spec, found.raw, input) : undefined;
    if (read && "value" in read) values.set(spec.key, read.value);
    else {
      const { fallback } = spec;
      values.set(
        spec.key,
        typeof fallback === "function" ? fallback({ layout: input.layout, text }) : fallback,
      );
      if (read && (read.wrongType || input.scopes.includes(spec.scope))) {
        problems.push(`${found!.place}: key '${spec.key}': ${read.problem}`);
      }
    }
  }
  if (problems.length > 0) throw new DaguError(`Initialization error: ${problems.join("\n")}`);
  const config: Record<string, unknown> = {
    layout: input.layout,
    files: input.files.map((file) => file.path),
    warnings,
    executors: [],
  };
  for (const [key, value] of values) place(config, key.split("."), value);
  return config as Config;
}

/** Where the value of a key comes from. */
export interface Origin {
  readonly key: string;
  /** `Flag "port"`, `Environment variable DAGU_PORT`, `/x/config.yaml:1:7`; "" for the default. */
  readonly place: string;
}

/** One for each key, in the order of the table. */
export function originsOf(input: ResolveInput): Origin[] {
  return (KEYS as readonly KeySpec[]).map((spec) => {
    const found = fromFlags(spec, input) ?? fromEnvironment(spec, input, []) ?? fromFiles(spec, input.files);
    return { key: spec.key, place: found?.place ?? "" };
  });
}

function fromFlags(spec: KeySpec, input: ResolveInput): Found | undefined {
  const raw = input.flags[spec.key];
  return raw === undefined ? undefined : { raw, place: `Flag "${spec.key}"` };
}

function fromEnvironment(spec: KeySpec, input: ResolveInput, warnings: string[]): Found | undefined {
  for (const name of spec.env) {
    const raw = input.env[name];
    if (raw === undefined || raw === "") continue;
    if (name.startsWith("DAGU__")) warnings.push(`${name} is an old name: use ${spec.env[0]}`);
    return { raw, place: `Environment variable ${name}` };
  }
  return undefined;
}

function fromFiles(spec: KeySpec, files: readonly ConfigFile[]): Found | undefined {
  for (let i = files.length - 1; i >= 0; i--) {
    const file = files[i]!;
    for (const key of [spec.key, ...spec.legacy]) {
      let raw: unknown = file.values;
      for (const part of key.split(".")) raw = isMap(raw) ? member(raw, part) : undefined;
      if (raw !== undefined && raw !== null) return { raw, place: placeIn(file, key) };
    }
  }
  return undefined;
}

/** Sections such as `paths` that hold something else than keys; so reported once. */
function checkSections(files: readonly ConfigFile[], problems: string[]): Set<string> {
  const wrong = new Set<string>();
  if (files.length === 0) return wrong;
  const sections = new Set(
    KEYS.filter((spec) => spec.key.includes(".")).map((spec) => spec.key.split(".")[0]!),
  );
  for (const file of files) {
    if (!isMap(file.values)) {
      if (file.values !== null) problems.push(`${placeIn(file, "")}: the file must hold a map of keys`);
      continue;
    }
    for (const section of sections) {
      const value = member(file.values, section);
      if (value === undefined || value === null || isMap(value)) continue;
      wrong.add(section);
      problems.push(
        `${placeIn(file, section)}: key '${section}': ${JSON.stringify(value)} is not a map of keys`,
      );
    }
  }
  return wrong;
}

function placeIn(file: ConfigFile, key: string): string {
  const at = file.places[key.toLowerCase()];
  return at === undefined ? file.path : `${file.path}:${at}`;
}

function place(target: Record<string, unknown>, parts: readonly string[], value: unknown): void {
  let object = target;
  for (const part of parts.slice(0, -1)) object = (object[part] ??= {}) as Record<string, unknown>;
  object[parts.at(-1)!] = value;
}
