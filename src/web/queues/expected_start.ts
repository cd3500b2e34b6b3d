/** When runs that wait in line can begin, if everything takes as long as it usually does. */
import type { RunSummary } from "../api/types.ts";
import { instant } from "../text/moment.ts";

export interface Line {
  /** Runs at once; 0 for no limit. */
  readonly maxConcurrency: number;
  readonly running: readonly RunSummary[];
  /** In the order in which they will begin. */
  readonly queued: readonly RunSummary[];
}

/**
 * @param usual milliseconds that a workflow usually takes; 0 when that is not known
 * @returns Unix milliseconds for each run that waits; 0 when that cannot be told
 */
export function expectedStarts(
  { maxConcurrency, running, queued }: Line,
  usual: (name: string) => number,
  now: number,
): number[] {
  if (maxConcurrency === 0) return queued.map(() => now);
  // When each place becomes free; NaN when nobody knows.
  const free = running.map((run) => endOf(instant(run.startedAt), usual(run.name), now));
  while (free.length < maxConcurrency) free.push(now);
  const starts: number[] = [];
  for (const run of queued) {
    if (free.some(Number.isNaN) || free.length > maxConcurrency) starts.push(0);
    else {
      const at = Math.min(...free);
      starts.push(at);
      free[free.indexOf(at)] = endOf(at, usual(run.name), at);
    }
  }
  return starts;
}

function endOf(start: number, usual: number, now: number): number {
  return usual === 0 || start === 0 ? NaN : Math.max(now, start + usual);
}
