import { assertEquals } from "../../tests/assert.ts";
import { percentile } from "./percentile.ts";

Deno.test("percentiles are by nearest rank", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assertEquals([0, 0.5, 0.95, 1].map((share) => percentile(hundred, share)), [1, 50, 95, 100]);
  assertEquals([0.5, 0.95].map((share) => percentile([30, 10, 20], share)), [20, 30]);
  assertEquals(percentile([7], 0.5), 7);
  assertEquals(percentile([], 0.5), 0);
});
