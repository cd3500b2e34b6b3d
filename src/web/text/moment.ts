/** Instants for people, in the zone of the browser. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** `14:03`, with the day in front when it is another one than today's. @param now Unix milliseconds */
export function momentText(at: number, now: number): string {
  return dayOf(at) === dayOf(now) ? timeText(at) : `${dayText(at, now)} ${timeText(at)}`;
}

/** `14:03` */
export function timeText(at: number): string {
  return format("time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** `Tue 3 Mar`, with the year when it is another one. */
function dayText(at: number, now: number): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const parts: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short" };
  return format(sameYear ? "day" : "year", sameYear ? parts : { ...parts, year: "numeric" }).format(at);
}

/** All of it, to the second and with the zone: for tips. */
export function fullText(at: number): string {
  return format("full", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).format(at);
}

/** `2026-03-03T14:03`: what a field for a time takes, in the zone of the browser. */
export function fieldTime(at: number): string {
  const shifted = at - new Date(at).getTimezoneOffset() * 60_000;
  return new Date(shifted).toISOString().slice(0, 16);
}

/** Unix milliseconds of an RFC 3339 text; 0 for "" and "-". */
export function instant(text: string | undefined): number {
  if (!text || text === "-") return 0;
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : at;
}

function dayOf(at: number): string {
  return new Date(at).toDateString();
}

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  let found = formats.get(name);
  if (!found) formats.set(name, found = new Intl.DateTimeFormat("en-GB", options));
  return found;
}
