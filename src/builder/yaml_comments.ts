/** The comments of a YAML text. */
import { commentsIn } from "../spec/yaml/comments_in.ts";
import type { YamlNode } from "../spec/yaml/yaml_node.ts";
import type { Source } from "../spec/yaml/yaml_source.ts";
import { type Comments, NO_COMMENTS, pathOf, placed, type Start } from "./comments.ts";

/** @param roots the documents of the text */
export function yamlComments(source: Source, roots: readonly YamlNode[]): Comments {
  const found = commentsIn(source);
  if (found.length === 0) return NO_COMMENTS;
  const starts: Start[] = [];
  const seen = new Set<YamlNode>();
  roots.forEach((root, index) => {
    starts.push({ at: root.at, path: `${index}` });
    noteStarts(root, `${index}`, starts, seen);
  });
  return placed(source, starts, found);
}

/** What aliases refer to stands where it is written first. */
function noteStarts(node: YamlNode, path: string, starts: Start[], seen: Set<YamlNode>): void {
  if (node.kind === "scalar" || seen.has(node)) return;
  seen.add(node);
  if (node.kind === "list") {
    node.items.forEach((item, index) => {
      if (seen.has(item)) return;
      starts.push({ at: item.at, path: pathOf(path, index) });
      noteStarts(item, pathOf(path, index), starts, seen);
    });
    return;
  }
  for (const { key, value } of node.entries) {
    if (seen.has(key)) continue;
    seen.add(key);
    starts.push({ at: key.at, path: pathOf(path, key.text) });
    noteStarts(value, pathOf(path, key.text), starts, seen);
  }
}
