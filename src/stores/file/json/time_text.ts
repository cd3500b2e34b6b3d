/** Times as they stand in records: RFC 3339 in local time. */

function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}

/** `2026-03-15T12:00:00.5+02:00`; "" for 0. The fraction is left out for whole seconds. */
export function timeText(at: number): string {
  if (at === 0) return "";
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const fraction = at % 1000 === 0 ? "" : "." + pad(date.getMilliseconds(), 3);
  const zone = offset === 0
    ? "Z"
    : `${offset < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`;
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${
    pad(date.getHours())
  }:${pad(date.getMinutes())}:${pad(date.getSeconds())}${fraction}${zone}`;
}

/** Unix milliseconds; 0 for "", "-" and whatever is no time. */
export function parseTime(text: unknown): number {
  if (typeof text !== "string" || text.length < 10) return 0;
  const at = Date.parse(text);
  return Number.isNaN(at) || at < 0 ? 0 : at;
}
