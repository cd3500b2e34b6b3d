/** Everything that is still to come in a simulated world, and the one clock that all its clocks are made of. */

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

export class Timeline {
  /** Milliseconds since the world began. */
  now = 0;
  readonly #heap: Entry[] = [];
  #order = 0;

  /** @returns what takes it back */
  after(ms: number, run: () => void): () => void {
    const entry: Entry = { at: this.now + Math.max(0, ms), order: this.#order++, run };
    this.#push(entry);
    return () => void (entry.run = null);
  }

  /** Goes to the next thing that is to come, and does it; false when there is none before `until`. */
  step(until: number): boolean {
    for (;;) {
      const first = this.#heap[0];
      if (!first || first.at > until) {
        this.now = until;
        return false;
      }
      this.#pop();
      const { run } = first;
      if (!run) continue;
      this.now = first.at;
      run();
      return true;
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const above = (i - 1) >> 1;
      if (!before(entry, heap[above]!)) break;
      heap[i] = heap[above]!;
      i = above;
    }
    heap[i] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || a.at === b.at && a.order < b.order;
}
