/** Times that a person gives to filter by. */
import { parseDuration } from "../../core/text/duration.ts";
import { DaguError } from "../../core/errors.ts";

/**
 * Unix milliseconds of `2026-01-31`, `2026-01-31 12:30`, `2026-01-31T12:30:00Z`; local time unless a zone is given.
 * With `endOfDay` a day alone means its end.
 * @throws DaguError for anything else.
 */
export function parseTime(flag: string, text: string, endOfDay: boolean): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(
    text,
  );
  if (match) {
    const [, year, month, day, hour, minute, second, zone] = match;
    const plain = `${year}-${month}-${day}T${hour ?? "00"}:${minute ?? "00"}:${second ?? "00"}`;
    const valid = new Date(`${plain}Z`);
    const ms = zone
      ? Date.parse(`${plain}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`)
      : Date.parse(plain);
    if (!Number.isNaN(ms) && valid.toISOString().startsWith(`${year}-${month}-${day}`)) {
      if (hour !== undefined || !endOfDay) return ms;
      return new Date(Number(year), Number(month) - 1, Number(day) + 1).getTime();
    }
  }
  throw new DaguError(
    `Invalid value "${text}" of flag --${flag}: expected a time like 2026-01-31 or 2026-01-31T12:30:00Z`,
  );
}

/**
 * Milliseconds of `90m`, `24h`, `7d`, `2w`, `1d12h`.
 * @throws DaguError for anything else.
 */
export function parseLast(flag: string, text: string): number {
  const ms = parseDuration(text, ["d", "w"]);
  if (ms !== undefined) return ms;
  throw new DaguError(`Invalid value "${text}" of flag --${flag}: expected a duration like 24h, 7d or 2w`);
}
