/** `schedule` of a DAG. */
import { parseCron } from "../../core/schedule/cron.ts";
import type { Schedules } from "../../core/dag.ts";
import { parseDuration } from "../../core/text/duration.ts";
import {
  type Catchup,
  DEFAULT_POLICY,
  type Overlap,
  type ScheduleEntry,
  type SchedulePolicy,
} from "../../core/schedule/schedule.ts";
import { checkTimeZone } from "../../core/schedule/time_zone.ts";
import type { ObjectValue, Value } from "../decode.ts";
import { quote } from "../issue_list.ts";
import { toText } from "../yaml/yaml_node.ts";

/** The schedules as they are written, blanks around expressions removed; what cannot be read is reported. */
export function schedules(dag: ObjectValue): Schedules {
  const value = dag.get("schedule");
  const fields = value?.object;
  if (!fields) return { start: entries(dag, value, DEFAULT_POLICY), stop: [], restart: [] };
  const policy = policyOf(fields, DEFAULT_POLICY);
  return {
    start: entries(dag, fields.get("start"), policy),
    stop: entries(dag, fields.get("stop"), policy),
    restart: entries(dag, fields.get("restart"), policy),
  };
}

function entries(dag: ObjectValue, value: Value | undefined, policy: SchedulePolicy): ScheduleEntry[] {
  const found: ScheduleEntry[] = [];
  for (const item of value ? value.items ?? [value] : []) {
    const entry = item.object ? described(dag, item.object, policy) : written(dag, item, policy);
    if (entry) found.push(entry);
  }
  return found;
}

function written(dag: ObjectValue, { node, path }: Value, policy: SchedulePolicy): ScheduleEntry | null {
  const expression = toText(node).trim();
  const { cron, error } = parseCron(expression);
  if (cron) return { expression, ...policy };
  // An empty text counts as no schedule, but not as an item of a list.
  if (expression === "" && !path.endsWith("]")) return null;
  dag.issues.add(path, `Invalid schedule: ${error}`, node);
  return null;
}

function described(dag: ObjectValue, fields: ObjectValue, policy: SchedulePolicy): ScheduleEntry | null {
  const own = policyOf(fields, policy);
  const value = fields.get("cron");
  const entry = value ? written(dag, value, own) : null;
  if (entry && fields.has("timezone") && parseCron(entry.expression).cron?.timeZone) {
    fields.issue("timezone", `The zone is given twice, here and in ${quote(entry.expression)}`);
  }
  return entry;
}

function policyOf(fields: ObjectValue, otherwise: SchedulePolicy): SchedulePolicy {
  return {
    timeZone: zoneOf(fields, otherwise.timeZone),
    catchup: (fields.text("catchup") || otherwise.catchup) as Catchup,
    catchupWindowMs: windowOf(fields, otherwise.catchupWindowMs),
    overlap: (fields.text("overlap") || otherwise.overlap) as Overlap,
  };
}

function zoneOf(fields: ObjectValue, otherwise: string): string {
  const zone = fields.text("timezone");
  if (zone === "") return otherwise;
  const wrong = checkTimeZone(zone);
  if (wrong !== "") fields.issue("timezone", wrong);
  return zone;
}

function windowOf(fields: ObjectValue, otherwise: number): number {
  const text = fields.text("catchupWindow");
  if (text === "") return otherwise;
  const ms = parseDuration(text, ["d", "w"]);
  if (ms === undefined) {
    fields.issue("catchupWindow", `Expected a duration such as "30m", "6h" or "2d", got ${quote(text)}`);
  }
  return ms ?? otherwise;
}
