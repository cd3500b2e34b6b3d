import type { Clock } from "../ports/clock.ts";
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
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const cancel = startTimer(ms, end);
      signal?.addEventListener("abort", end);
    });
  }
}

/** The clock of this machine. */
export const systemClock: Clock = new SystemClock();
