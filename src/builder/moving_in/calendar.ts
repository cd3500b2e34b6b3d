/** `OnCalendar=` of systemd as an expression of cron, where there is one. */

export type CalendarResult =
  | { readonly expression: string; readonly timezone: string; readonly error: "" }
  | { readonly expression: ""; readonly timezone: ""; readonly error: string };

const SHORT: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(Object.entries({
  minutely: "* * * * *",
  hourly: "0 * * * *",
  daily: "0 0 * * *",
  weekly: "0 0 * * 1",
  monthly: "0 0 1 * *",
  quarterly: "0 0 1 1,4,7,10 *",
  semiannually: "0 0 1 1,7 *",
  "semi-annually": "0 0 1 1,7 *",
  yearly: "0 0 1 1 *",
  annually: "0 0 1 1 *",
}));

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const WEEKDAY_PART = /^[A-Za-z]{3,9}(?:(?:\.\.|,|-)[A-Za-z]{3,9})*,?$/;
const ZONE = /^(?:UTC|[A-Z][A-Za-z_]+\/[A-Za-z_/+-]+)$/;

export function calendarToCron(text: string): CalendarResult {
  try {
    const words = text.trim().split(/\s+/);
    const timezone = ZONE.test(words.at(-1)!) ? words.pop()! : "";
    const short = words.length === 1 ? SHORT.get(words[0]!.toLowerCase()) : undefined;
    return { expression: short ?? fields(words), timezone, error: "" };
  } catch (error) {
    if (error instanceof Impossible) return { expression: "", timezone: "", error: error.message };
    throw error;
  }
}

class Impossible extends Error {}

function fields(words: string[]): string {
  const weekday = words[0] && WEEKDAY_PART.test(words[0]) ? weekdays(words.shift()!) : "*";
  const date = words[0]?.includes("-") ? words.shift()! : "*-*-*";
  const time = words.shift() ?? "00:00:00";
  if (words.length > 0) throw new Impossible(`"${words[0]}" is not known`);
  const [month, day] = dateFields(date);
  if (weekday !== "*" && day !== "*") {
    throw new Impossible("it wants a day of the week and a day of the month at once, cron takes either");
  }
  const [hour, minute] = timeFields(time);
  return [minute, hour, day, month, weekday].join(" ");
}

function dateFields(text: string): [month: string, day: string] {
  if (text.includes("~")) throw new Impossible("it counts days from the end of the month");
  const parts = text.split("-");
  const [year, month, day] = parts.length === 2 ? ["*", ...parts] : parts;
  if (parts.length > 3 || month === undefined || day === undefined) {
    throw new Impossible(`"${text}" is no date`);
  }
  if (year !== "*") throw new Impossible(`it names a year, "${year}"`);
  return [field(month, 1, 12), field(day, 1, 31)];
}

function timeFields(text: string): [hour: string, minute: string] {
  const [hour, minute, second = "00", ...more] = text.split(":");
  if (hour === undefined || minute === undefined || more.length > 0) {
    throw new Impossible(`"${text}" is no time`);
  }
  if (!/^0+$/.test(second)) throw new Impossible(`it names seconds, "${second}"`);
  return [field(hour, 0, 23), field(minute, 0, 59)];
}

/** A list of numbers, `a..b`, `*`, each with `/step`. */
function field(text: string, min: number, max: number): string {
  return text.split(",").map((part) => {
    const found = /^(\*|\d{1,2})(?:\.\.(\d{1,2}))?(?:\/(\d{1,2}))?$/.exec(part);
    if (!found) throw new Impossible(`"${part}" is not known`);
    const [, from, to, step] = found;
    if (from === "*") return step === undefined ? "*" : `*/${step}`;
    const first = Number(from);
    if (first < min || first > max || Number(to ?? first) > max) {
      throw new Impossible(`"${part}" is out of range`);
    }
    if (to !== undefined) return `${first}-${Number(to)}${step === undefined ? "" : `/${step}`}`;
    if (step === undefined) return String(first);
    return first === min ? `*/${step}` : `${first}-${max}/${step}`;
  }).join(",");
}

function weekdays(text: string): string {
  return text.replace(/,$/, "").split(",").map((part) => {
    const [from, to, ...more] = part.split(/\.\.|-/).map(weekday);
    if (more.length > 0) throw new Impossible(`"${part}" is not known`);
    if (to === undefined) return String(from);
    // Sunday is 7 where a range ends with it.
    const end = to === 0 ? 7 : to;
    if (from! > end) throw new Impossible(`"${part}" goes over the end of the week`);
    return `${from}-${end}`;
  }).join(",");
}

function weekday(name: string): number {
  const number = WEEKDAYS.indexOf(name.slice(0, 3).toLowerCase());
  if (number < 0) throw new Impossible(`"${name}" is no day of the week`);
  return number;
}
