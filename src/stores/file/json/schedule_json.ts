/** A schedule in `dag.json`: Dagu reads the expression; what else differs from the usual stands beside it. */
import {
  type Catchup,
  DEFAULT_POLICY,
  type Overlap,
  type ScheduleEntry,
} from "../../../core/schedule/schedule.ts";
import { type JsonObject, number, text } from "./json_read.ts";

export function scheduleToJson({ expression, ...policy }: ScheduleEntry): Record<string, unknown> {
  const usual: Readonly<Record<string, unknown>> = { ...DEFAULT_POLICY };
  return {
    expression,
    ...Object.fromEntries(Object.entries(policy).filter(([key, value]) => value !== usual[key])),
  };
}

export function scheduleFromJson(json: JsonObject): ScheduleEntry {
  return {
    expression: text(json, "expression"),
    timeZone: text(json, "timeZone"),
    catchup: (text(json, "catchup") || DEFAULT_POLICY.catchup) as Catchup,
    catchupWindowMs: number(json, "catchupWindowMs", DEFAULT_POLICY.catchupWindowMs),
    overlap: (text(json, "overlap") || DEFAULT_POLICY.overlap) as Overlap,
  };
}
