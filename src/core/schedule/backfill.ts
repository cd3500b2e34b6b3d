/** Times of the past at which a definition was due: what a backfill runs once more, or for the first time. */
import { parseCron } from "./cron.ts";
import { DaguError } from "../errors.ts";
import { entryName, fireRunId, tickName } from "./fire_key.ts";
import { nextFire } from "./next_fire.ts";
import type { ScheduleEntry } from "./schedule.ts";
import { timeZone } from "./time_zone.ts";
import { zoneOf } from "./upcoming_fires.ts";
import { zonedTime } from "./zoned_time.ts";

/** Most times of one backfill: a year of days. */
export const MAX_BACKFILL = 366;

export interface PastFire {
  /** Unix milliseconds. */
  readonly at: number;
  /** IANA name of the zone that the schedule is read in. */
  readonly zone: string;
  /** Id of the run that a scheduler starts at this time, and so does a backfill: neither does it twice. */
  readonly runId: string;
}

export interface BackfillRange {
  /** Unix milliseconds; both ends belong to it. */
  readonly from: number;
  readonly until: number;
}

/**
 * Times at which runs of a definition should have begun, oldest first.
 * @param job file of the definition below the folder of DAGs, without its ending
 * @param zone IANA name of the zone of schedules that name none
 * @throws DaguError when there are more than {@link MAX_BACKFILL}
 */
export async function pastFires(
  job: string,
  starts: readonly ScheduleEntry[],
  zone: string,
  { from, until }: BackfillRange,
): Promise<PastFire[]> {
  const known = new Set<string>();
  const fires: Promise<PastFire>[] = [];
  for (const schedule of starts) {
    const { cron } = parseCron(schedule.expression);
    const own = timeZone(zoneOf(schedule, zone));
    const entry = entryName(schedule.expression, own.name);
    if (!cron || known.has(entry)) continue;
    known.add(entry);
    let at = nextFire(cron, from - 1, own);
    for (; at !== null && at <= until; at = nextFire(cron, at, own)) {
      if (fires.length === MAX_BACKFILL) throw tooMany({ from, until }, own.name);
      fires.push(fireOf({ job, kind: "start", entry, tick: tickName(at) }, at, own.name));
    }
  }
  return (await Promise.all(fires)).sort((a, b) => a.at - b.at);
}

async function fireOf(key: Parameters<typeof fireRunId>[0], at: number, zone: string): Promise<PastFire> {
  return { at, zone, runId: await fireRunId(key, at) };
}

function tooMany({ from, until }: BackfillRange, zone: string): DaguError {
  return new DaguError(
    `From ${zonedTime(from, zone)} to ${zonedTime(until, zone)} are more than ${MAX_BACKFILL} times; ` +
      `choose a shorter range`,
  );
}

/** Parameters with the time of a fire: `{date}` is its day, `{time}` all of it, as the clocks of its zone show it. */
export function paramsAt(text: string, { at, zone }: Pick<PastFire, "at" | "zone">): string {
  const time = zonedTime(at, zone);
  return text.replaceAll("{date}", time.slice(0, 10)).replaceAll("{time}", time);
}
