/** Parses a configuration file. */
import { DaguError, formatIssue } from "../core/errors.ts";
import { positionOf, toJson, type YamlNode } from "../spec/yaml/yaml_node.ts";
import { parseYaml } from "../spec/yaml/yaml_parse.ts";
import { Source } from "../spec/yaml/yaml_source.ts";
import type { ConfigContent } from "./resolve.ts";

/** @throws DaguError when the text is no YAML. */
export function parseConfigFile(path: string, text: string): ConfigContent {
  const { roots, issues } = parseYaml(new Source(path, text));
  if (issues.length > 0) {
    throw new DaguError(`Initialization error: ${issues.map((issue) => formatIssue(issue)).join("\n")}`);
  }
  const root = roots[0] ?? null;
  const places: Record<string, string> = {};
  collectPlaces(root, "", places);
  return { values: root === null ? null : toJson(root), places };
}

/** `line:column` of each value under its dotted key in lower case; of keys that differ in case the first counts. */
function collectPlaces(node: YamlNode | null, key: string, places: Record<string, string>): void {
  if (node === null || Object.hasOwn(places, key)) return;
  const { line, column } = positionOf(node);
  places[key] = `${line}:${column}`;
  if (node.kind !== "map") return;
  for (const entry of node.entries) {
    const name = entry.key.text.toLowerCase();
    collectPlaces(entry.value, key === "" ? name : `${key}.${name}`, places);
  }
}
