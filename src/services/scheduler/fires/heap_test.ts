import { assertEquals } from "../../../../tests/assert.ts";
import { Random } from "../../../../tests/fakes/random.ts";
import { Heap } from "./heap.ts";

Deno.test("heap: gives back in order whatever was put in, in whatever order", () => {
  const random = new Random(7);
  const heap = new Heap<number>();
  const kept: number[] = [];
  for (let i = 0; i < 2000; i++) {
    if (random.chance(0.6)) {
      const value = random.below(300);
      heap.push(value, value);
      kept.push(value);
    } else {
      kept.sort((a, b) => a - b);
      assertEquals(heap.first?.key ?? null, kept[0] ?? null);
      assertEquals(heap.pop(), kept.shift() ?? null);
    }
    assertEquals(heap.size, kept.length);
  }
  heap.clear();
  assertEquals([heap.pop(), heap.first], [null, null]);
});

Deno.test("heap: counts what is due without taking it, and no further than asked", () => {
  const random = new Random(3);
  for (let size = 0; size < 60; size++) {
    const heap = new Heap<number>();
    const keys = Array.from({ length: size }, () => random.below(20));
    for (const key of keys) heap.push(key, key);
    for (let key = -1; key <= 20; key++) {
      const due = keys.filter((one) => one <= key).length;
      assertEquals([heap.countUpTo(key, 1000), heap.countUpTo(key, 5), heap.size], [
        due,
        Math.min(due, 5),
        size,
      ]);
    }
  }
});
