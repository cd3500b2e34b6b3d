import type { Clock } from "../../ports/clock.ts";
import { atBeat, BEAT_MS } from "./beat.ts";
import { startTimer } from "./timer.ts";

/** The clock of the machine. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return wait(startTimer, ms, signal);
  }

  rest(ms: number, signal?: AbortSignal): Promise<void> {
    return wait(ms < BEAT_MS ? startTimer : atBeat, ms, signal);
  }
}

function wait(
  begin: (ms: number, callback: () => void) => () => void,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = begin(ms, end);
    signal?.addEventListener("abort", end);
  });
}

/** The clock of this machine. */
export const systemClock: Clock = new SystemClock();
