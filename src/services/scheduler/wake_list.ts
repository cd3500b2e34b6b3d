/** Queues that have to be looked at, and those who wait for one. */
import type { Clock } from "../../ports/clock.ts";

export class WakeList {
  readonly #clock: Clock;
  readonly #queues = new Set<string>();
  #all = false;
  #wake = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param queue null for all of them */
  add(queue: string | null): void {
    if (queue === null) this.#all = true;
    else this.#queues.add(queue);
    this.#wake();
  }

  /**
   * Waits until something was added, at most so long.
   * @returns the queues, which are taken off the list; null for all of them, which is meant after a vain wait too.
   */
  async next(limitMs: number, signal: AbortSignal): Promise<string[] | null> {
    if (!this.#all && this.#queues.size === 0 && !signal.aborted) {
      const woken = new AbortController();
      const wake = () => woken.abort();
      this.#wake = wake;
      signal.addEventListener("abort", wake, { once: true });
      await this.#clock.sleep(limitMs, woken.signal);
      signal.removeEventListener("abort", wake);
      this.#wake = () => {};
      if (this.#queues.size === 0) this.#all = true;
    }
    const queues = this.#all ? null : [...this.#queues];
    this.#all = false;
    this.#queues.clear();
    return queues;
  }
}
