/** `parallel` of a step. */
import type { Parallel } from "../../core/dag.ts";
import type { ObjectValue } from "../decode.ts";
import { describeNode } from "../decode.ts";
import { isNull, type YamlNode } from "../yaml/yaml_node.ts";

type Item = Parallel["items"][number];

/** null when the field is absent. Lists without items, and items that are neither texts nor maps, are reported. */
export function parallelDecl(step: ObjectValue): Parallel | null {
  const value = step.get("parallel");
  if (!value) return null;
  const source = value.object ? value.object.get("items") : value;
  const maxConcurrent = value.object?.int("maxConcurrent", 10) ?? 10;
  const node = source?.node;
  const variable = node?.kind === "scalar" ? node.text.trim() : "";
  const items: Item[] = [];
  if (source && node?.kind === "list") {
    for (let index = 0; index < node.items.length; index++) {
      const { item, bad } = itemOf(node.items[index]);
      if (!bad) items.push(item);
      else {
        const got = describeNode(bad);
        const message = `An item of parallel must be a text, a number or a map of these, got ${got}`;
        step.issues.add(`${source.path}[${index}]`, message, bad);
      }
    }
  }
  const empty = variable === "" && (node?.kind !== "list" || node.items.length === 0);
  if (empty && !(value.object?.written("items") && !source)) {
    step.issue("parallel", "parallel has no items: give a list or a variable that holds one");
  }
  return { variable, items, maxConcurrent };
}

function itemOf(node: YamlNode): { item: Item; bad: YamlNode | null } {
  if (node.kind === "scalar") return { item: node.text, bad: isNull(node) ? node : null };
  if (node.kind === "list") return { item: "", bad: node };
  const bad = node.entries.find(({ value }) => value.kind !== "scalar");
  const members = node.entries.map(({ key, value }) => [key.text, value.kind === "scalar" ? value.text : ""]);
  return { item: Object.fromEntries(members), bad: bad?.value ?? null };
}
