/** Bounds how many costly pieces of work go on at once, and how many wait for it. */
export class Gate {
  readonly #slots: number;
  readonly #places: number;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(slots: number, places: number) {
    this.#slots = slots;
    this.#places = places;
  }

  /** @throws what `full` makes when there is no place to wait */
  async run<T>(work: () => Promise<T>, full: () => Error): Promise<T> {
    if (this.#busy < this.#slots) this.#busy++;
    else if (this.#waiting.length >= this.#places) throw full();
    // Who ends hands its slot over.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy--;
    }
  }
}
