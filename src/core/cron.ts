/**
 * Expressions of five fields, `minute hour day-of-month month day-of-week`, with an optional `CRON_TZ=Area/City` or
 * `TZ=Area/City` in front. A field is a list of `*`, `?`, a number, a range `a-b`, each with `/step`; months and
 * days of the week have English names of three letters, in any case. Sunday is 0 or 7.
 */

/** The instants that an expression stands for. Lists are sorted. */
export interface CronSpec {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  /** 1 is January. */
  readonly months: readonly number[];
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** The field is `*` or `?`: then the other of the two day fields decides alone. */
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
  /** IANA name; "" takes the default time zone. */
  readonly timeZone: string;
}

export type CronResult =
  | { readonly cron: CronSpec; readonly error: "" }
  | { readonly cron: null; readonly error: string };

/** A wall-clock minute in the time zone of an expression. */
export interface CronTime {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
}

interface FieldRule {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Names in order, the first stands for `min`. */
  readonly names: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const RULES: readonly FieldRule[] = [
  { label: "minute", min: 0, max: 59, names: [] },
  { label: "hour", min: 0, max: 23, names: [] },
  { label: "day of month", min: 1, max: 31, names: [] },
  { label: "month", min: 1, max: 12, names: MONTHS },
  { label: "day of week", min: 0, max: 7, names: WEEKDAYS },
];

/** Reads an expression. Never throws: `error` says what is wrong. */
export function parseCron(expression: string): CronResult {
  try {
    return { cron: parse(expression.trim()), error: "" };
  } catch (error) {
    if (error instanceof CronError) return { cron: null, error: error.message };
    throw error;
  }
}

/** Whether a minute belongs to the expression. When both day fields are restricted, one of them is enough. */
export function cronMatches(cron: CronSpec, time: CronTime): boolean {
  if (!cron.minutes.includes(time.minute) || !cron.hours.includes(time.hour)) return false;
  if (!cron.months.includes(time.month)) return false;
  const day = cron.days.includes(time.day);
  const weekday = cron.weekdays.includes(time.weekday);
  return cron.anyDay || cron.anyWeekday ? day && weekday : day || weekday;
}

class CronError extends Error {}

function parse(expression: string): CronSpec {
  const zone = /^(?:CRON_TZ|TZ)=(\S*)(?:\s+|$)/.exec(expression);
  const rest = zone ? expression.slice(zone[0].length) : expression;
  if (rest.startsWith("@")) {
    throw new CronError(`Words such as "${rest}" are not supported, use five fields like "0 * * * *"`);
  }
  const fields = rest === "" ? [] : rest.split(/\s+/);
  if (fields.length !== RULES.length) {
    throw new CronError(
      `Expected five fields (minute hour day month weekday), found ${fields.length} in "${expression}"`,
    );
  }
  const [minutes, hours, days, months, weekdays] = RULES.map((rule, index) => field(fields[index], rule));
  const sundays = weekdays.at(-1) === 7 ? [0, ...weekdays.filter((day) => day !== 0 && day !== 7)] : weekdays;
  return {
    minutes,
    hours,
    days,
    months,
    weekdays: sundays,
    anyDay: isAny(fields[2]),
    anyWeekday: isAny(fields[4]),
    timeZone: zone ? checkZone(zone[1]) : "",
  };
}

function isAny(text: string): boolean {
  return text.split(",").some((part) => /^[*?](\/1)?$/.test(part));
}

function checkZone(name: string): string {
  if (name === "") return "UTC";
  if (name === "Local") return "";
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
  } catch {
    throw new CronError(`Unknown time zone "${name}", expected a name like "Europe/Berlin"`);
  }
  return name;
}

function field(text: string, rule: FieldRule): number[] {
  const values = new Set<number>();
  const parts = text.split(",").filter((part) => part !== "");
  if (parts.length === 0) throw new CronError(`The ${rule.label} "${text}" is empty`);
  for (const part of parts) addPart(part, rule, values);
  return [...values].sort((a, b) => a - b);
}

function addPart(part: string, rule: FieldRule, values: Set<number>): void {
  const [range, step, ...tooMany] = part.split("/");
  if (tooMany.length > 0) throw new CronError(`The ${rule.label} "${part}" has more than one slash`);
  let low = rule.min;
  let high = rule.max === 7 ? 6 : rule.max;
  if (range !== "*" && range !== "?") {
    const bounds = range.split("-");
    if (bounds.length > 2) throw new CronError(`The ${rule.label} "${part}" has more than one dash`);
    low = number(bounds[0], part, rule);
    if (bounds.length === 2) high = number(bounds[1], part, rule);
    else if (step === undefined) high = low;
  }
  if (low > high) throw new CronError(`The ${rule.label} range "${range}" begins after its end`);
  const width = step === undefined ? 1 : digits(step, part, rule);
  if (width === 0) throw new CronError(`The step of the ${rule.label} "${part}" must be at least 1`);
  for (let value = low; value <= high; value += width) values.add(value);
}

function digits(text: string, part: string, rule: FieldRule): number {
  if (!/^\+?\d{1,9}$/.test(text)) throw new CronError(`The ${rule.label} "${part}" is not a number or name`);
  return Number(text);
}

function number(text: string, part: string, rule: FieldRule): number {
  const name = rule.names.indexOf(text.toLowerCase());
  const value = name >= 0 ? name + rule.min : digits(text, part, rule);
  if (value < rule.min || value > rule.max) {
    throw new CronError(`The ${rule.label} ${value} is outside of ${rule.min}-${rule.max}`);
  }
  return value;
}
