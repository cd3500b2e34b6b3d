/** Time zones: how far local time is from UTC, and when that changes. */

/** A stretch of time in which the offset stays the same, within one year of UTC. All in milliseconds. */
export interface Stretch {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Local time is UTC plus this. */
  readonly offset: number;
}

/** No change of a clock was ever undone within a week. */
const SAMPLE_MS = 7 * 86_400_000;
/** No zone is further from UTC, nor changes by more at once. */
const FARTHEST_MS = 26 * 3_600_000;

const UTC = "UTC";

/** "" or what is wrong with the name of a zone. */
export function checkTimeZone(name: string): string {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return "";
  } catch {
    return `Unknown time zone "${name}", expected a name like "Europe/Berlin"`;
  }
}

const zones = new Map<string, TimeZone>();

/** The zone of an IANA name that {@link checkTimeZone} accepts. */
export function timeZone(name: string): TimeZone {
  let zone = zones.get(name);
  if (!zone) zones.set(name, zone = new TimeZone(name));
  return zone;
}

export class TimeZone {
  /** By year: asking the system is slow, and a formatter takes more room than all of this. */
  readonly #years = new Map<number, readonly Stretch[]>();

  constructor(readonly name: string) {}

  /** The stretch that an instant lies in. */
  at(instant: number): Stretch {
    const year = new Date(instant).getUTCFullYear();
    let stretches = this.#years.get(year);
    if (!stretches) this.#years.set(year, stretches = stretchesOf(this.name, year));
    return stretches.find((one) => instant < one.end)!;
  }

  /** Wall-clock time at an instant, as the instant at which UTC shows it. */
  toLocal(instant: number): number {
    return instant + this.at(instant).offset;
  }

  /**
   * The instant of a wall-clock time: the first one when clocks show it twice. When they leap over it, the end of
   * the leap.
   */
  toInstant(local: number): number {
    let stretch = this.at(local - FARTHEST_MS);
    while (stretch.end + stretch.offset <= local) stretch = this.at(stretch.end);
    return Math.max(stretch.start, local - stretch.offset);
  }
}

function stretchesOf(zone: string, year: number): Stretch[] {
  const end = Date.UTC(year + 1, 0, 1);
  let start = Date.UTC(year, 0, 1);
  // Most servers: the tables of zones are large, and nobody needs to load them for this one.
  if (zone === UTC) return [{ start, end, offset: 0 }];
  const offsetAt = offsetsOf(zone);
  const found: Stretch[] = [];
  let offset = offsetAt(start);
  for (let low = start; low < end;) {
    const high = Math.min(low + SAMPLE_MS, end - 1000);
    const next = offsetAt(high);
    if (next !== offset) {
      const change = changeBetween(offsetAt, low, high, offset);
      found.push({ start, end: change, offset });
      start = low = change;
      offset = offsetAt(change);
    } else low = high === end - 1000 ? end : high;
  }
  return [...found, { start, end, offset }];
}

/** The first whole second at which the offset is not `before` any more. */
function changeBetween(
  offsetAt: (instant: number) => number,
  low: number,
  high: number,
  before: number,
): number {
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function offsetsOf(zone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  return (instant) => {
    const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(instant));
    if (!match?.[1]) return 0;
    const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
    return (match[1] === "-" ? -seconds : seconds) * 1000;
  };
}
