/** A counted number of places; whoever waits longest gets the next one that becomes free. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param limit places in all; 0 or less means that there is always one. */
  constructor(limit: number) {
    this.#free = limit > 0 ? limit : Infinity;
  }

  /** Takes a place without waiting; false when there is none. */
  tryTake(): boolean {
    if (this.#free <= 0) return false;
    this.#free--;
    return true;
  }

  /** Takes a place, waiting for one when needed. */
  async take(): Promise<void> {
    if (this.tryTake()) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a place back. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
