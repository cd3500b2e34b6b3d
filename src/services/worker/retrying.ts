/** Repeats what may be repeated until the coordinator answers. */
import type { RandomBytes } from "../../core/ids.ts";
import { reconnectPause } from "../../core/reconnect_pause.ts";
import type { Clock } from "../../ports/clock.ts";
import { CallError } from "../../transport/grpc/call_error.ts";

/** Pauses between tries. */
export class Backoff {
  #failures = 0;

  constructor(readonly clock: Clock, readonly random: RandomBytes) {}

  /** The last try was a success. */
  reset(): void {
    this.#failures = 0;
  }

  async pause(signal?: AbortSignal): Promise<void> {
    await this.clock.sleep(reconnectPause(++this.#failures, this.random(1)[0]! / 256), signal);
  }
}

/**
 * Tries again while the coordinator cannot be reached.
 * @param signal nobody wants the answer any more
 * @throws CallError with any other answer, and when nobody wants it
 */
export async function retrying<T>(call: () => Promise<T>, backoff: Backoff, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      const answer = await call();
      backoff.reset();
      return answer;
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
    }
    await backoff.pause(signal);
  }
}

/** What is another try's business: the same call may be answered otherwise a moment later. */
function isPassing(error: unknown): boolean {
  return error instanceof CallError &&
    ["unavailable", "deadline_exceeded", "resource_exhausted", "unauthenticated", "internal", "unknown"]
      .includes(error.code);
}
