/** What holds for a definition, field by field, and where each value comes from. */
import { mergeBase } from "./base_merge.ts";
import { DAG } from "./tables/dag_table.ts";
import type { LoadInput, SpecText } from "./load.ts";
import { type Field, fieldsOf, findField } from "./shape.ts";
import { isNull, type MapEntry, type MapNode, positionOf, toJson, type YamlNode } from "./yaml/yaml_node.ts";
import { parseYaml } from "./yaml/yaml_parse.ts";
import { Source } from "./yaml/yaml_source.ts";

export const SETTING_ORIGINS = ["file", "base", "both", "default"] as const;

export interface Setting {
  /** Name of the field, in camelCase. */
  readonly name: string;
  readonly doc: string;
  /** As in JSON; what is secret by its name is hidden. */
  readonly value: unknown;
  /** `both` where the definition adds to what the base configuration says. */
  readonly from: (typeof SETTING_ORIGINS)[number];
  /** Line of the file that it comes from, from 1; 0 for a default. */
  readonly line: number;
}

/** Fields that are no settings: they are what the definition does. */
const CONTENT = ["steps", "name"];
const SECRET_KEY = /pass(word|phrase)?$|secret|token|api_?key|private_?key|^auth$/i;
const HIDDEN = "••••••";

/** In the order of the documentation. A text that cannot be read gives what the base configuration says. */
export function settingsOf({ text, file, base }: Pick<LoadInput, "text" | "file" | "base">): Setting[] {
  const own = rootOf({ text, file });
  const under = base ? rootOf(base) : null;
  const merged = own && under ? mergeBase(under, own, false) : own ?? under;
  const given = new Map<Field, MapEntry>();
  for (const { key, value } of merged?.entries ?? []) {
    const field = findField(DAG, key.text);
    if (field && !isNull(value)) given.set(field, { key, value });
  }
  return fieldsOf(DAG).flatMap((field): Setting[] => {
    const { name, doc } = field;
    const entry = given.get(field);
    if (CONTENT.includes(name)) return [];
    if (!entry) {
      return field.default === undefined
        ? []
        : [{ name, doc, value: field.default, from: "default", line: 0 }];
    }
    const files = new Set(sourcesOf(entry.value));
    const from = files.size > 1 ? "both" : files.has(file) ? "file" : "base";
    return [{
      name,
      doc,
      value: hideSecrets(toJson(entry.value), name),
      from,
      line: positionOf(entry.key).line,
    }];
  });
}

function rootOf({ text, file }: SpecText): MapNode | null {
  const root = parseYaml(new Source(file, text)).roots[0];
  return root?.kind === "map" ? root : null;
}

function* sourcesOf(node: YamlNode): Generator<string> {
  if (node.kind === "list") { for (const item of node.items) yield* sourcesOf(item); }
  else if (node.kind === "map") { for (const { value } of node.entries) yield* sourcesOf(value); }
  else yield node.source.file;
}

function hideSecrets(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, key));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hideSecrets(item, name)]));
  }
  // A secret is declared by where it is found; its name in a list is no secret.
  return key !== "secrets" && SECRET_KEY.test(key) && value !== "" ? HIDDEN : value;
}
