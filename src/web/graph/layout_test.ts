import { assert, assertEquals } from "../../../tests/assert.ts";
import { Random } from "../../../tests/fakes/random.ts";
import { LAYOUT, layOut, pathOf, type Picture } from "./layout.ts";
import type { Edge } from "./ranks.ts";

/** Each node but the first ones follows some of those before it. */
function randomGraph(count: number, parents: number, random: Random): Edge[] {
  const edges: Edge[] = [];
  for (let node = 1; node < count; node++) {
    const from = new Set<number>();
    const near = Math.max(0, node - 40);
    for (let n = 0; n < parents; n++) {
      if (random.chance(0.95)) from.add(near + random.below(node - near));
    }
    for (const parent of from) edges.push([parent, node]);
  }
  return edges;
}

function assertApart({ nodes }: Picture, width: number, height: number): void {
  for (let a = 0; a < nodes.length; a++) {
    for (let b = a + 1; b < nodes.length; b++) {
      const overlap = Math.abs(nodes[a].x - nodes[b].x) < width - 0.001 &&
        Math.abs(nodes[a].y - nodes[b].y) < height - 0.001;
      assert(!overlap, `Nodes ${a} and ${b} overlap`);
    }
  }
}

Deno.test("no nodes overlap and ranks rise along edges, whatever the graph", () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = new Random(seed);
    const count = 1 + random.below(120);
    const edges = randomGraph(count, 1 + random.below(4), random);
    for (const direction of ["right", "down"] as const) {
      const picture = layOut(count, edges, { ...LAYOUT, direction });
      assertApart(picture, LAYOUT.nodeWidth, LAYOUT.nodeHeight);
      assertEquals(picture.edges.length, edges.length);
      for (const { from, to, points } of picture.edges) {
        const [a, b] = [picture.nodes[from], picture.nodes[to]];
        assert(a.rank < b.rank, `The edge ${from} to ${to} does not rise`);
        const along = points.map(({ x, y }) => direction === "right" ? x : y);
        assert(along.every((at, i) => i === 0 || at >= along[i - 1]), `The edge ${from} to ${to} turns back`);
      }
      for (const { x, y } of picture.nodes) {
        assert(x >= -0.001 && y >= -0.001 && x + LAYOUT.nodeWidth <= picture.width + 0.001);
        assert(y + LAYOUT.nodeHeight <= picture.height + 0.001);
      }
    }
  }
});

Deno.test("the same input gives the same picture", () => {
  const edges = randomGraph(200, 2, new Random(7));
  assertEquals(layOut(200, edges), layOut(200, edges.map(([from, to]) => [from, to] as const)));
});

Deno.test("a chain is a straight line", () => {
  const { nodes } = layOut(5, [[0, 1], [1, 2], [2, 3], [3, 4]]);
  assertEquals(nodes.map(({ y }) => y), [0, 0, 0, 0, 0]);
  assertEquals(nodes.map(({ rank }) => rank), [0, 1, 2, 3, 4]);
});

Deno.test("a parent stands in the middle of its children", () => {
  const { nodes } = layOut(4, [[0, 1], [0, 2], [0, 3]]);
  assertEquals(nodes[0].y, nodes[2].y);
});

Deno.test("two crossed edges are uncrossed", () => {
  const { nodes } = layOut(4, [[0, 3], [1, 2]]);
  assertEquals(nodes[0].y < nodes[1].y, nodes[3].y < nodes[2].y);
});

Deno.test("circles, edges to nowhere and empty graphs do no harm", () => {
  const circle = layOut(3, [[0, 1], [1, 2], [2, 0], [2, 2], [0, 9]]);
  assertEquals(circle.edges.map(({ from, to }) => [from, to]), [[0, 1], [1, 2]]);
  assertEquals(layOut(0, []), { nodes: [], edges: [], width: 0, height: 0 });
});

Deno.test("edges that pass a thousand columns end in bounded work", () => {
  const count = 1000;
  const chain = Array.from({ length: count - 1 }, (_, i): Edge => [i, i + 1]);
  const toLast = Array.from({ length: count - 2 }, (_, i): Edge => [i, count - 1]);
  const { edges, nodes } = layOut(count, [...chain, ...toLast]);
  assertEquals(edges.length, chain.length + toLast.length);
  assertEquals(nodes.at(-1)!.rank, count - 1);
  assert(edges.reduce((sum, { points }) => sum + points.length, 0) < 3_000_000);
});

Deno.test("a path is straight between points of one height", () => {
  assertEquals(
    pathOf([{ x: 0, y: 5 }, { x: 10, y: 5 }, { x: 20, y: 9 }], "right"),
    "M0 5L10 5C15 5 15 9 20 9",
  );
  assertEquals(pathOf([{ x: 5, y: 0 }, { x: 9, y: 20 }], "down"), "M5 0C5 10 9 10 9 20");
});
