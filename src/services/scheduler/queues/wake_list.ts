/** Queues that have to be looked at, and those who wait for one. */
import type { Clock } from "../../../ports/clock.ts";

export class WakeList {
  readonly #clock: Clock;
  readonly #pauseMs: number;
  readonly #queues = new Set<string>();
  #all = false;
  #wake = () => {};
  /** When somebody was woken last, on the monotonic clock. */
  #woken = -Infinity;

  /** @param pauseMs between two wake-ups at least: what is added meanwhile is for the second */
  constructor(clock: Clock, pauseMs = 0) {
    this.#clock = clock;
    this.#pauseMs = pauseMs;
  }

  /** @param queue null for all of them */
  add(queue: string | null): void {
    if (queue === null) this.#all = true;
    else this.#queues.add(queue);
    this.#wake();
  }

  /**
   * Waits until something was added, at most about so long.
   * @returns the queues, which are taken off the list; null for all of them, which is meant after a vain wait too.
   */
  async next(limitMs: number, signal: AbortSignal): Promise<string[] | null> {
    if (this.#isEmpty) await this.#wait(limitMs, signal);
    if (this.#isEmpty) return null;
    const sinceLast = this.#clock.monotonic() - this.#woken;
    if (sinceLast < this.#pauseMs) await this.#clock.sleep(this.#pauseMs - sinceLast, signal);
    this.#woken = this.#clock.monotonic();
    const queues = this.#all ? null : [...this.#queues];
    this.#all = false;
    this.#queues.clear();
    return queues;
  }

  get #isEmpty(): boolean {
    return !this.#all && this.#queues.size === 0;
  }

  async #wait(limitMs: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#wake = wake;
    if (signal.aborted) wake();
    signal.addEventListener("abort", wake, { once: true });
    await this.#clock.rest(limitMs, woken.signal);
    signal.removeEventListener("abort", wake);
    this.#wake = () => {};
  }
}
