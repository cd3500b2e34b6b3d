/** What the schedules of a definition hold for the time to come. */
import { parseCron } from "./cron.ts";
import type { Schedules } from "../dag.ts";
import { nextFire } from "./next_fire.ts";
import { SCHEDULE_KINDS, type ScheduleEntry, type ScheduleKind } from "./schedule.ts";
import { timeZone } from "./time_zone.ts";

export interface UpcomingFire {
  /** Unix milliseconds. */
  readonly at: number;
  readonly kind: ScheduleKind;
  readonly expression: string;
  /** IANA name of the zone that the expression is read in. */
  readonly zone: string;
}

/**
 * The next fires, in order.
 * @param zone IANA name of the zone of schedules that name none
 */
export function upcomingFires(
  schedules: Schedules,
  zone: string,
  after: number,
  count: number,
): UpcomingFire[] {
  const all = SCHEDULE_KINDS.flatMap((kind) =>
    schedules[kind].map((entry) => ({ kind, entry, next: firesAfter(entry, zone, after) }))
  );
  const found: UpcomingFire[] = [];
  for (const { kind, entry, next } of all) {
    for (let i = 0; i < count; i++) {
      const at = next();
      if (at === null) break;
      found.push({ at, kind, expression: entry.expression, zone: zoneOf(entry, zone) });
    }
  }
  return found.sort((a, b) => a.at - b.at).slice(0, count);
}

/** IANA name of the zone of a schedule: that of its expression, of the entry, or the given one. */
export function zoneOf(entry: ScheduleEntry, zone: string): string {
  return parseCron(entry.expression).cron?.timeZone || entry.timeZone || zone;
}

function firesAfter(entry: ScheduleEntry, zone: string, after: number): () => number | null {
  const { cron } = parseCron(entry.expression);
  const own = timeZone(zoneOf(entry, zone));
  let at: number | null = after;
  return () => at = cron === null || at === null ? null : nextFire(cron, at, own);
}
