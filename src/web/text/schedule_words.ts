/** Cron expressions in words; what has none stays as it is. */

const DAYS = ["Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"];
const NICKNAMES: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
};

/** `every 5 min`, `hourly at :30`, `daily at 02:30`, `Sundays at 03:00`, `weekdays at 06:00`. */
export function scheduleWords(expression: string): string {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(expression.trim());
  if (zoned) return `${scheduleWords(zoned[2]!)} (${zoned[1]})`;
  const fields = (NICKNAMES[expression.trim()] ?? expression).trim().split(/\s+/);
  if (fields.length !== 5) return expression;
  return words(fields as [string, string, string, string, string]) ?? expression;
}

function words([minute, hour, day, month, weekday]: [string, string, string, string, string]): string | null {
  if (month !== "*") return null;
  if (day === "*" && weekday === "*") {
    const often = within(minute, hour);
    if (often) return often;
  }
  const time = clock(minute, hour);
  const when = dayWords(day, weekday);
  return time && when ? `${when} at ${time}` : null;
}

/** Several times a day. */
function within(minute: string, hour: string): string | null {
  const step = /^\*\/(\d+)$/.exec(minute);
  if (hour === "*") {
    if (minute === "*" || step?.[1] === "1") return "every minute";
    if (step) return `every ${step[1]} min`;
    return isNumber(minute) ? `hourly at :${minute.padStart(2, "0")}` : null;
  }
  const hours = /^\*\/(\d+)$/.exec(hour);
  return hours && isNumber(minute) ? `every ${hours[1]} h at :${minute.padStart(2, "0")}` : null;
}

function clock(minute: string, hour: string): string | null {
  if (!isNumber(minute) || !/^\d+(,\d+)*$/.test(hour)) return null;
  const hours = hour.split(",");
  return hours.length > 4
    ? null
    : hours.map((one) => `${one.padStart(2, "0")}:${minute.padStart(2, "0")}`).join(", ");
}

function dayWords(day: string, weekday: string): string | null {
  if (weekday === "*") {
    if (day === "*") return "daily";
    return isNumber(day) ? `monthly on day ${day}` : null;
  }
  if (day !== "*") return null;
  if (weekday === "1-5" || /^mon-fri$/i.test(weekday)) return "weekdays";
  const number = isNumber(weekday) ? Number(weekday) % 7 : dayNumber(weekday);
  return DAYS[number] ?? null;
}

function dayNumber(name: string): number {
  return /^[a-z]{3}$/i.test(name)
    ? DAYS.findIndex((one) => one.slice(0, 3).toLowerCase() === name.toLowerCase())
    : -1;
}

function isNumber(text: string): boolean {
  return /^\d{1,2}$/.test(text);
}
