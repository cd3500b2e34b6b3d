/** Parses a configuration file. */
import { DaguError, formatIssue } from "../core/errors.ts";
import { positionOf, toJson, type YamlNode } from "../spec/yaml_node.ts";
import { parseYaml } from "../spec/yaml_parse.ts";
import { Source } from "../spec/yaml_source.ts";
import type { ConfigFile } from "./resolve.ts";

/** @throws DaguError when the text is no YAML. */
export function parseConfigFile(path: string, text: string): ConfigFile {
  const { roots, issues } = parseYaml(new Source(path, text));
  if (issues.length > 0) {
    throw new DaguError(`Initialization error: ${issues.map((issue) => formatIssue(issue)).join("\n")}`);
  }
  const root = roots[0] ?? null;
  return { path, values: root === null ? null : toJson(root), at: (key) => placeOf(root, key) };
}

function placeOf(root: YamlNode | null, key: string): string {
  let node = root;
  for (const part of key === "" ? [] : key.split(".")) {
    if (node?.kind !== "map") return "";
    const exact = node.entries.find((entry) => entry.key.text === part);
    const lower = part.toLowerCase();
    node = (exact ?? node.entries.find((entry) => entry.key.text.toLowerCase() === lower))?.value ?? null;
  }
  if (node === null) return "";
  const { line, column } = positionOf(node);
  return `${line}:${column}`;
}
