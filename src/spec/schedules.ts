/** `schedule` of a DAG. */
import { parseCron } from "../core/cron.ts";
import type { Schedules } from "../core/dag.ts";
import type { ObjectValue, Value } from "./decode.ts";
import { toText } from "./yaml_node.ts";

/** The expressions as they are written, blanks around them removed; what cannot be read is reported. */
export function schedules(dag: ObjectValue): Schedules {
  const value = dag.get("schedule");
  const fields = value?.object;
  if (!fields) return { start: expressions(dag, value), stop: [], restart: [] };
  return {
    start: expressions(dag, fields.get("start")),
    stop: expressions(dag, fields.get("stop")),
    restart: expressions(dag, fields.get("restart")),
  };
}

function expressions(dag: ObjectValue, value: Value | undefined): string[] {
  const found: string[] = [];
  for (const { node, path } of value ? value.items ?? [value] : []) {
    const text = toText(node).trim();
    if (text === "" && !value?.items) continue;
    const { error } = parseCron(text);
    if (error !== "") dag.issues.add(path, `Invalid schedule: ${error}`, node);
    else found.push(text);
  }
  return found;
}
