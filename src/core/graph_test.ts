import { assertEquals } from "../../tests/assert.ts";
import { buildGraph, findCycle, topologicalOrder } from "./graph.ts";

function step(name: string, ...depends: string[]) {
  return { name, depends };
}

Deno.test("graph: edges in both directions, each once", () => {
  const graph = buildGraph([step("a"), step("b", "a", "a"), step("c", "a", "b", "nobody")]);
  assertEquals(graph.dependencies, [[], [0], [0, 1]]);
  assertEquals(graph.dependents, [[1, 2], [2], []]);
  assertEquals(findCycle(graph), null);
});

Deno.test("graph: order puts dependencies first and keeps the order of definition where it can", () => {
  const graph = buildGraph([step("c", "b"), step("b", "a"), step("a"), step("d")]);
  assertEquals(topologicalOrder(graph), [2, 3, 1, 0]);
});

Deno.test("graph: a cycle is returned as a walk", () => {
  assertEquals(findCycle(buildGraph([step("a", "c"), step("b", "a"), step("c", "b")])), [0, 2, 1, 0]);
  assertEquals(findCycle(buildGraph([step("a"), step("b", "b")])), [1, 1]);
  const behind = findCycle(buildGraph([step("a", "b"), step("b", "c"), step("c", "b"), step("d", "a")]));
  assertEquals(behind, [1, 2, 1]);
});

Deno.test("graph: long chains need no recursion", () => {
  const chain = Array.from({ length: 20_000 }, (_, index) => step(`s${index}`, `s${index - 1}`));
  assertEquals(topologicalOrder(buildGraph(chain)).length, chain.length);
  const ring = [step("s0", "s19999"), ...chain.slice(1)];
  assertEquals(findCycle(buildGraph(ring))?.length, chain.length + 1);
});
