/** A timer for those who come and go faster than it beats: to listen costs little, because the timer stays. */
export class Pulse {
  readonly #ms: number;
  readonly #listeners = new Set<() => void>();
  #signal: AbortSignal | null = null;

  /** @param ms between two beats; the first one may come sooner. */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /**
   * Calls back at each beat. That keeps the process alive.
   * @returns a function that ends it
   */
  listen(callback: () => void): () => void {
    // Each is one of its own, whatever it calls.
    const listener = () => callback();
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#wait();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#signal?.removeEventListener("abort", this.#beat);
    };
  }

  #wait(): void {
    if (!this.#signal || this.#signal.aborted) this.#signal = AbortSignal.timeout(this.#ms);
    // Without a listener it lets the process end.
    this.#signal.addEventListener("abort", this.#beat);
  }

  readonly #beat = () => {
    this.#wait();
    for (const listener of [...this.#listeners]) listener();
  };
}
