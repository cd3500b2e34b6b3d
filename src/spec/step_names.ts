/** Makes up names for steps that have none: a prefix and the first free number from their position on. */

export class StepNames {
  readonly #taken: Set<string>;
  readonly #next = new Map<string, Map<number, number>>();

  /** `taken`: names and ids that steps were given. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** `position` counts from 1; members of one group share it. */
  make(prefix: string, position: number): string {
    let next = this.#next.get(prefix);
    if (!next) this.#next.set(prefix, next = new Map());
    const tried: number[] = [];
    let number = position;
    for (;;) {
      tried.push(number);
      const known = next.get(number);
      if (known !== undefined) number = known;
      else if (this.#taken.has(`${prefix}_${number}`)) number++;
      else break;
    }
    // Remembering where the search ended keeps it short for large groups.
    for (const one of tried) next.set(one, number + 1);
    return `${prefix}_${number}`;
  }
}
