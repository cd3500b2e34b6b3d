/** How many runs began when, by state, in columns of equal time. */
import type { RunSummary } from "../api/types.ts";
import { runTone } from "../parts/tone.ts";
import { instant } from "../text/moment.ts";

export interface Column {
  /** Unix milliseconds; the end is the beginning of the next one. */
  readonly from: number;
  readonly to: number;
  readonly ok: number;
  readonly bad: number;
  readonly other: number;
}

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
/** Widths that people can read. */
const WIDTHS = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  DAY,
  7 * DAY,
  30 * DAY,
];
const COLUMNS = 90;

/** @param runs in any order @param now where the last column ends, Unix milliseconds */
export function histogram(runs: readonly RunSummary[], now: number): Column[] {
  const times = runs.map((run) => instant(run.createdAt) || instant(run.startedAt));
  const first = times.reduce((least, at) => at > 0 && at < least ? at : least, now);
  const width = WIDTHS.find((one) => (now - first) / one <= COLUMNS) ?? WIDTHS.at(-1)!;
  const begin = Math.floor(first / width) * width;
  const count = Math.max(1, Math.min(COLUMNS * 4, Math.ceil((now - begin) / width)));
  const columns = Array.from({ length: count }, () => ({ ok: 0, bad: 0, other: 0 }));
  runs.forEach((run, i) => {
    const column = columns[Math.min(count - 1, Math.floor((times[i]! - begin) / width))];
    if (column) column[kindOf(run.status)]++;
  });
  return columns.map((column, i) => ({ ...column, from: begin + i * width, to: begin + (i + 1) * width }));
}

function kindOf(status: number): "ok" | "bad" | "other" {
  const tone = runTone(status);
  return tone === "ok" || tone === "part" ? "ok" : tone === "bad" ? "bad" : "other";
}
