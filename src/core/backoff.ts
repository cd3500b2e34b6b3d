/** Length of the pause before a further execution. */

/**
 * @param intervalMs the first pause
 * @param factor growth of each further pause; 0 keeps it constant
 * @param power how many times the pause has grown
 * @param maxMs upper bound; 0 means none
 */
export function backoffMs(intervalMs: number, factor: number, power: number, maxMs: number): number {
  const pause = factor > 1 ? intervalMs * Math.pow(factor, power) : intervalMs;
  const bounded = maxMs > 0 ? Math.min(pause, maxMs) : pause;
  return Math.min(bounded, MAX_PAUSE_MS);
}

/** Timers hold 31 bits: a longer pause would fire at once. */
const MAX_PAUSE_MS = 2 ** 31 - 1;
