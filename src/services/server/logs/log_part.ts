/** Which lines of a log are asked for. */

/** `tail` counts before `head`, and both before the rest; the last lines when nothing is said. */
export interface LogPart {
  readonly head?: number;
  readonly tail?: number;
  /** Number of the first line; counts from 1, where it begins when only a limit is given. */
  readonly offset?: number;
  readonly limit?: number;
}

/** Most lines of one answer. */
export const MAX_LINES = 10_000;
const DEFAULT_LINES = 1000;

export interface LogWindow {
  /** Number of the first line; 0 for the last lines of the log. */
  readonly from: number;
  readonly count: number;
}

export function windowOf({ head, tail, offset, limit }: LogPart): LogWindow {
  const count = Math.min(tail ?? head ?? limit ?? DEFAULT_LINES, MAX_LINES);
  if (tail !== undefined) return { from: 0, count };
  if (head !== undefined) return { from: 1, count };
  return { from: offset ?? (limit === undefined ? 0 : 1), count };
}
