/** Waits of callers for something to happen. */
import type { Clock } from "../../ports/clock.ts";

/** Nobody is made to wait longer: who wants more asks again. */
export const LONGEST_WAIT_MS = 60_000;

export interface WaitOptions {
  /** Calls back at each change. @returns what ends it */
  readonly listen: (changed: () => void) => () => void;
  readonly clock: Clock;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/** Resolves when it is so, or the wait is over; at once when it is so already. */
export async function waitFor(isSo: () => boolean, { listen, clock, signal }: WaitOptions): Promise<void> {
  if (isSo() || signal.aborted) return;
  const over = new AbortController();
  const end = () => over.abort();
  const unlisten = listen(() => {
    if (isSo()) end();
  });
  signal.addEventListener("abort", end, { once: true });
  await clock.sleep(LONGEST_WAIT_MS, over.signal);
  signal.removeEventListener("abort", end);
  unlisten();
}
