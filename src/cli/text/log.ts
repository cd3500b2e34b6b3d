/** Log records of a command, for stderr. */
import { formatTime } from "./format.ts";

export type Level = "DEBUG" | "INFO" | "WARN" | "ERROR";
export type Fields = Readonly<Record<string, string | number | readonly string[]>>;

/** One record as a line with its newline: `time=… level=INFO msg="…" key=value`, or one JSON object. */
export function logRecord(
  format: "text" | "json",
  now: number,
  level: Level,
  msg: string,
  fields: Fields,
): string {
  const time = formatTime(now, true);
  if (format === "json") return `${JSON.stringify({ time, level, msg, ...fields })}\n`;
  let line = `time=${time} level=${level} msg=${quote(msg)}`;
  for (const [key, value] of Object.entries(fields)) {
    line += ` ${key}=${quote(typeof value === "object" ? `[${value.join(" ")}]` : String(value))}`;
  }
  return `${line}\n`;
}

/** Quotes a value that is empty or holds blanks, quotes, `=` or what cannot be printed. */
function quote(value: string): string {
  return /^[^\s"=\\\x00-\x20\x7f-\xa0]+$/.test(value) ? value : JSON.stringify(value);
}
