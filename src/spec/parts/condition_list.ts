/** `preconditions`, in the forms that a DAG and a step share. */
import type { Condition } from "../../core/dag.ts";
import type { ObjectValue, Value } from "../decode.ts";
import { toText } from "../yaml/yaml_node.ts";

/** The conditions of both spellings, `preconditions` first. Empty texts are left out. */
export function conditionList(owner: ObjectValue): Condition[] {
  const found: Condition[] = [];
  for (const name of ["preconditions", "precondition"]) collect(owner.get(name), found);
  return found;
}

function collect(value: Value | undefined, found: Condition[]): void {
  if (!value) return;
  if (value.items) {
    for (const item of value.items) collect(item, found);
  } else if (value.object) {
    const condition = value.object.raw("condition");
    if (condition.trim() === "") {
      if (value.object.has("condition")) value.object.issue("condition", "The condition is empty");
      return;
    }
    found.push({
      condition,
      expected: value.object.raw("expected"),
      negate: value.object.bool("negate"),
    });
  } else if (toText(value.node).trim() !== "") {
    found.push({ condition: toText(value.node), expected: "", negate: false });
  }
}
