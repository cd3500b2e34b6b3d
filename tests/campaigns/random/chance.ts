import { Random } from "../../fakes/random.ts";

/** Choices that a generator makes, each repeated by the seed. */
export class Chance extends Random {
  /** A number from `least` to `most`. */
  from(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** Each with the same probability, in their order. */
  some<T>(items: readonly T[], probability: number): T[] {
    return items.filter(() => this.chance(probability));
  }

  /** The value, or nothing to put into a map. */
  maybe<T extends object>(probability: number, make: () => T): T | Record<never, never> {
    return this.chance(probability) ? make() : {};
  }
}
