/** Pauses between tries to reach a coordinator. */
import { backoffMs } from "./backoff.ts";

const FIRST_MS = 200;
const LONGEST_MS = 5000;

/**
 * Longer with each try that failed, and never the same for two who lost the same coordinator.
 * @param failures tries in a row that failed, at least 1
 * @param random between 0 and 1
 * @returns milliseconds, 200 to 5000
 */
export function reconnectPause(failures: number, random: number): number {
  const longest = backoffMs(2 * FIRST_MS, 2, failures - 1, LONGEST_MS);
  return FIRST_MS + random * (longest - FIRST_MS);
}
