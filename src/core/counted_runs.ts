/** Runs that count in a queue, each once however many tell of it. */
import type { RunRef } from "./run.ts";

export class CountedRuns {
  readonly #named = new Set<string>();
  /** Ids of runs whose DAG nobody has told. */
  readonly #unnamed = new Set<string>();

  /** @param told one whose name is "" is the same as any with its id */
  constructor(told: readonly RunRef[]) {
    const ids = new Set<string>();
    for (const { name, id } of told) {
      if (name === "") continue;
      this.#named.add(`${name} ${id}`);
      ids.add(id);
    }
    for (const { name, id } of told) if (name === "" && !ids.has(id)) this.#unnamed.add(id);
  }

  get size(): number {
    return this.#named.size + this.#unnamed.size;
  }

  has({ name, id }: RunRef): boolean {
    return this.#named.has(`${name} ${id}`) || this.#unnamed.has(id);
  }
}
