/** Time until the next multiple of a period: waits that end together cost one wake-up of the process. */
export function untilNext(periodMs: number, now: number): number {
  return periodMs - now % periodMs;
}
