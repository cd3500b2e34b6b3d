import type { Clock } from "../../src/ports/clock.ts";
import { BEAT_MS } from "../../src/platform/time/beat.ts";
import type { Process } from "./process.ts";

/** The clocks of the machine that a process runs on. */
export function clockOf(process: Process): Clock {
  const { world, machine } = process;
  return {
    now: () => Math.floor(world.began + world.timeline.now + machine.clockOffset),
    monotonic: () => world.timeline.now,
    sleep: (ms, signal) => wait(process, ms, signal),
    rest: (ms, signal) => wait(process, restOf(process, ms), signal),
  };
}

/** A wait that ends at the last beat of the process before it is over. */
function restOf(process: Process, ms: number): number {
  const { random } = process.world;
  return ms < BEAT_MS ? ms : ms - random.below(BEAT_MS);
}

function wait(process: Process, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = process.after(ms, end);
    signal?.addEventListener("abort", end);
  });
}
