/** Lets each signed request in once, and none that is old. What it remembers is bounded. */

/** How far the time in a request may be from the own one: clocks of machines differ, and calls take their time. */
export const WINDOW_MS = 30_000;
/** More requests than this within the window are refused rather than forgotten. */
export const MOST_NONCES = 200_000;

export class ReplayWindow {
  /** Nonces by the time in their request; the order is that in which they came. */
  readonly #seen = new Map<string, number>();
  /** Requests of earlier than this may have been let in by the process before this one. */
  readonly #startedAt: number;
  #nextSweep = 0;

  /** @param startedAt Unix milliseconds, as all times here */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** "" when the request may come in, else why not. */
  admit(nonce: string, at: number, now: number): string {
    if (Math.abs(now - at) > WINDOW_MS) {
      const seconds = Math.round((now - at) / 1000);
      return `its signature is ${Math.abs(seconds)} s ${
        seconds > 0 ? "old" : "ahead"
      }: is one of the clocks wrong?`;
    }
    if (at < this.#startedAt) return "it was signed before this service began";
    this.#sweep(now);
    if (this.#seen.has(nonce)) return "it has come before";
    if (this.#seen.size >= MOST_NONCES) return "too many requests came within the time that is looked back";
    this.#seen.set(nonce, at);
    return "";
  }

  #sweep(now: number): void {
    if (now < this.#nextSweep && this.#seen.size < MOST_NONCES) return;
    for (const [nonce, at] of this.#seen) if (Math.abs(now - at) > WINDOW_MS) this.#seen.delete(nonce);
    this.#nextSweep = now + WINDOW_MS;
  }
}
