/** A priority queue: the item with the least key comes first. */
export class Heap<T> {
  readonly #items: { readonly key: number; readonly item: T }[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** Key of the first item; null when there is none. */
  get first(): { readonly key: number; readonly item: T } | null {
    return this.#items[0] ?? null;
  }

  /** Number of items whose key is at most `key`; counts no further than `most`. */
  countUpTo(key: number, most: number): number {
    const items = this.#items;
    let count = 0;
    const open = [0];
    while (open.length > 0 && count < most) {
      const at = open.pop()!;
      if (at >= items.length || items[at].key > key) continue;
      count++;
      open.push(2 * at + 1, 2 * at + 2);
    }
    return count;
  }

  push(key: number, item: T): void {
    const items = this.#items;
    let at = items.push({ key, item }) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (items[above].key <= items[at].key) return;
      [items[above], items[at]] = [items[at], items[above]];
      at = above;
    }
  }

  pop(): T | null {
    const items = this.#items;
    const first = items[0];
    if (!first) return null;
    const last = items.pop()!;
    if (items.length > 0) {
      items[0] = last;
      this.#sink();
    }
    return first.item;
  }

  clear(): void {
    this.#items.length = 0;
  }

  #sink(): void {
    const items = this.#items;
    for (let at = 0;;) {
      let least = at;
      for (const below of [2 * at + 1, 2 * at + 2]) {
        if (below < items.length && items[below].key < items[least].key) least = below;
      }
      if (least === at) return;
      [items[least], items[at]] = [items[at], items[least]];
      at = least;
    }
  }
}
