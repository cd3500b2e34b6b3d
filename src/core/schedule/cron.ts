/**
 * Schedules as text: `minute hour day-of-month month day-of-week`, with seconds in front when there are six fields,
 * or a macro such as `@daily`; before that, perhaps, `CRON_TZ=Area/City` or `TZ=Area/City`. A field is a list of
 * `*`, `?`, a number, a range `a-b`, each with `/step`; months and days of the week have English names of three
 * letters, in any case. Sunday is 0 or 7.
 */
import { hasMember, type SmallSet, smallSet } from "./small_set.ts";
import { checkTimeZone } from "./time_zone.ts";

/** The wall-clock times that an expression stands for. */
export interface CronSpec {
  readonly seconds: SmallSet;
  readonly minutes: SmallSet;
  readonly hours: SmallSet;
  readonly days: SmallSet;
  /** 1 is January. */
  readonly months: SmallSet;
  /** 0 is Sunday. */
  readonly weekdays: SmallSet;
  /** The field is `*` or `?`: then the other of the two day fields decides alone. */
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
  /** The hour is `*` or has a step: the pattern means an interval and not times of the day. */
  readonly interval: boolean;
  /** `@reboot`: none of the fields counts. */
  readonly reboot: boolean;
  /** IANA name; "" takes the default time zone. */
  readonly timeZone: string;
}

export type CronResult =
  | { readonly cron: CronSpec; readonly error: "" }
  | { readonly cron: null; readonly error: string };

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
  { label: "second", min: 0, max: 59, names: [] },
  { label: "minute", min: 0, max: 59, names: [] },
  { label: "hour", min: 0, max: 23, names: [] },
  { label: "day of month", min: 1, max: 31, names: [] },
  { label: "month", min: 1, max: 12, names: MONTHS },
  { label: "day of week", min: 0, max: 7, names: WEEKDAYS },
];

/** Every minute, hour and day in a list of its own takes half of that. */
const MAX_LENGTH = 1000;
const REBOOT = "@reboot";
const MACROS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
  [REBOOT]: "0 0 1 1 *",
};

/** Reads an expression. Never throws: `error` says what is wrong. */
export function parseCron(expression: string): CronResult {
  try {
    return { cron: parse(expression.trim()), error: "" };
  } catch (error) {
    if (error instanceof CronError) return { cron: null, error: error.message };
    throw error;
  }
}

/** Whether a day belongs to the expression, by its number and weekday. Two restricted fields are alternatives. */
export function cronHasDay(cron: CronSpec, day: number, weekday: number): boolean {
  const fits = hasMember(cron.days, day);
  const fitsWeek = hasMember(cron.weekdays, weekday);
  return cron.anyDay || cron.anyWeekday ? fits && fitsWeek : fits || fitsWeek;
}

class CronError extends Error {}

function parse(expression: string): CronSpec {
  if (expression.length > MAX_LENGTH) {
    throw new CronError(`It has ${expression.length} characters, expected at most ${MAX_LENGTH}`);
  }
  const zone = /^(?:CRON_TZ|TZ)=(\S*)(?:\s+|$)/.exec(expression);
  const rest = zone ? expression.slice(zone[0].length) : expression;
  const fields = fieldsOf(rest, expression);
  const [seconds, minutes, hours, days, months, weekdays] = RULES.map((rule, i) => field(fields[i], rule));
  return {
    seconds: smallSet(seconds),
    minutes: smallSet(minutes),
    hours: smallSet(hours),
    days: smallSet(days),
    months: smallSet(months),
    weekdays: smallSet(weekdays.map((day) => day % 7)),
    anyDay: isAny(fields[3]),
    anyWeekday: isAny(fields[5]),
    interval: hours.length === 24 || fields[2].split(",").some((part) => /^[*?]|\//.test(part)),
    reboot: rest.toLowerCase() === REBOOT,
    timeZone: zone ? zoneOf(zone[1]) : "",
  };
}

/** Six fields. */
function fieldsOf(text: string, expression: string): string[] {
  const plain = text.startsWith("@") ? MACROS[text.toLowerCase()] : text;
  if (plain === undefined) {
    throw new CronError(
      `The word "${text}" is not known, expected ${
        Object.keys(MACROS).join(", ")
      } or fields like "0 * * * *"`,
    );
  }
  const fields = plain === "" ? [] : plain.split(/\s+/);
  if (fields.length === 5) return ["0", ...fields];
  if (fields.length === 6) return fields;
  throw new CronError(
    `Expected five fields (minute hour day month weekday), or six with seconds in front, ` +
      `found ${fields.length} in "${expression}"`,
  );
}

function isAny(text: string): boolean {
  return text.split(",").some((part) => /^[*?](\/1)?$/.test(part));
}

function zoneOf(name: string): string {
  if (name === "") return "UTC";
  if (name === "Local") return "";
  const wrong = checkTimeZone(name);
  if (wrong !== "") throw new CronError(wrong);
  return name;
}

function field(text: string, rule: FieldRule): number[] {
  const values = new Set<number>();
  const parts = text.split(",").filter((part) => part !== "");
  if (parts.length === 0) throw new CronError(`The ${rule.label} "${text}" is empty`);
  for (const part of parts) addPart(part, rule, values);
  return [...values];
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
    else high = step === undefined ? low : Math.max(low, high);
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
