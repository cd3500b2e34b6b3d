import { assert, assertEquals } from "../../../tests/assert.ts";
import { collapse } from "./collapse.ts";
import { type Edge, rankNodes } from "./ranks.ts";

Deno.test("a small graph stays as it is", () => {
  assertEquals(collapse(3, [[0, 1], [1, 2]]), { groups: [[0], [1], [2]], edges: [[0, 1], [1, 2]] });
});

Deno.test("a fan-out becomes one node", () => {
  const edges = [1, 2, 3, 4, 5].flatMap((node): Edge[] => [[0, node], [node, 6]]);
  assertEquals(collapse(7, edges, 5), { groups: [[0], [1, 2, 3, 4, 5], [6]], edges: [[0, 1], [1, 2]] });
});

Deno.test("a large graph without twins is joined by columns, and no edge is turned", () => {
  const edges = Array.from({ length: 4000 }, (_, i): Edge => [i % 60, 60 + (i * 7) % 3000]);
  const { groups, edges: joined } = collapse(3060, edges, 500);
  assert(groups.length <= 500, `${groups.length} groups`);
  assertEquals(groups.flat().sort((a, b) => a - b), Array.from({ length: 3060 }, (_, i) => i));
  assertEquals(rankNodes(groups.length, joined).edges.length, joined.length);
});

Deno.test("a chain of thousands is not joined into circles", () => {
  const edges = Array.from({ length: 2999 }, (_, i): Edge => [i, i + 1]);
  const { groups, edges: joined } = collapse(3000, edges);
  assertEquals([groups.length, joined.length], [3000, 2999]);
});
