/** `env` in all its forms: a map, a list of maps, a list of `NAME=value`. */
import type { EnvEntry } from "../../core/dag.ts";
import type { Value } from "../decode.ts";
import type { IssueList } from "../issue_list.ts";
import { quote } from "../issue_list.ts";
import { toText, type YamlNode } from "../yaml/yaml_node.ts";

/** The entries in file order; [] when there are none. */
export function envEntries(value: Value | undefined, issues: IssueList): EnvEntry[] {
  if (!value) return [];
  const entries: EnvEntry[] = [];
  const add = (name: string, text: string, path: string, node: YamlNode) => {
    if (name.trim() === "") issues.add(path, "The name of a variable is empty", node);
    else entries.push({ name: name.trim(), value: text });
  };
  for (const item of value.items ?? [value]) {
    if (item.members) {
      for (const { key, value: member } of item.members) add(key.text, toText(member.node), member.path, key);
      continue;
    }
    const text = toText(item.node);
    const at = text.indexOf("=");
    if (at < 0) issues.add(item.path, `Expected NAME=value, got ${quote(text)}`, item.node);
    else add(text.slice(0, at), text.slice(at + 1), item.path, item.node);
  }
  return entries;
}
