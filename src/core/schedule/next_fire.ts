/**
 * When a schedule fires. Clocks that are changed make some wall-clock times not happen and others happen twice:
 * a fixed time that is leapt over fires once, at the end of the leap; one that comes twice fires at its first coming.
 * A pattern that means an interval fires whenever clocks show one of its times.
 */
import { cronHasDay, type CronSpec } from "./cron.ts";
import { hasMember, memberFrom } from "./small_set.ts";
import type { TimeZone } from "./time_zone.ts";

const DAY_MS = 86_400_000;
/** The 29th of February is absent for eight years at most. */
const MONTHS_AHEAD = 9 * 12;

/** The first instant after `after` at which a schedule fires, Unix milliseconds; null when it never does. */
export function nextFire(cron: CronSpec, after: number, zone: TimeZone): number | null {
  if (cron.reboot) return null;
  return cron.interval ? nextOfInterval(cron, after, zone) : nextFixed(cron, after, zone);
}

function nextFixed(cron: CronSpec, after: number, zone: TimeZone): number | null {
  for (
    let local = nextLocal(cron, zone.toLocal(after));
    local !== null;
    local = nextLocal(cron, local + 1000)
  ) {
    const instant = zone.toInstant(local);
    if (instant > after) return instant;
  }
  return null;
}

function nextOfInterval(cron: CronSpec, after: number, zone: TimeZone): number | null {
  for (let from = after + 1;;) {
    const { end, offset } = zone.at(from);
    const local = nextLocal(cron, from + offset);
    if (local === null) return null;
    if (local - offset < end) return local - offset;
    from = end;
  }
}

/** The first wall-clock time of a pattern that is not before `local`; such times are held as instants of UTC. */
function nextLocal(cron: CronSpec, local: number): number | null {
  const start = Math.ceil(local / 1000) * 1000;
  const today = Math.floor(start / DAY_MS);
  const day = nextDay(cron, today);
  if (day === null) return null;
  if (day > today) return day * DAY_MS + nextTime(cron, 0)! * 1000;
  const time = nextTime(cron, (start - today * DAY_MS) / 1000);
  if (time !== null) return today * DAY_MS + time * 1000;
  const later = nextDay(cron, today + 1);
  return later === null ? null : later * DAY_MS + nextTime(cron, 0)! * 1000;
}

/** Second of the day, not before `from`; null when the day has no more. */
function nextTime(cron: CronSpec, from: number): number | null {
  let hour = Math.floor(from / 3600);
  let minute = Math.floor(from / 60) % 60;
  let second = memberFrom(cron.seconds, from % 60);
  if (second < 0) minute++;
  if (second < 0 || !hasMember(cron.minutes, minute)) second = memberFrom(cron.seconds, 0);
  const wanted = minute;
  minute = memberFrom(cron.minutes, wanted);
  if (minute < 0) hour++;
  const wantedHour = hour;
  hour = memberFrom(cron.hours, wantedHour);
  if (hour < 0) return null;
  if (minute < 0 || hour !== wantedHour) {
    minute = memberFrom(cron.minutes, 0);
    second = memberFrom(cron.seconds, 0);
  }
  return hour * 3600 + minute * 60 + second;
}

/** Days since 1970, not before `from`. */
function nextDay(cron: CronSpec, from: number): number | null {
  const date = new Date(from * DAY_MS);
  const year = date.getUTCFullYear();
  let day = date.getUTCDate();
  for (let month = date.getUTCMonth(), i = 0; i <= MONTHS_AHEAD; i++, month++, day = 1) {
    if (!hasMember(cron.months, month % 12 + 1)) continue;
    const first = Date.UTC(year, month, 1) / DAY_MS;
    const length = Date.UTC(year, month + 1, 1) / DAY_MS - first;
    for (; day <= length; day++) {
      if (cronHasDay(cron, day, (first + day + 3) % 7)) return first + day - 1;
    }
  }
  return null;
}
