import { assertEquals } from "../../../tests/assert.ts";
import type { RunNode } from "../api/types.ts";
import { byDifference, pace, paramPairs, stepPairs } from "./compare.ts";

function node(name: string, durationMs?: number): RunNode {
  return { step: { name }, ...(durationMs === undefined ? {} : { durationMs }) } as RunNode;
}

const named = (names: string) => names.split("").map((name) => node(name));

Deno.test("compare: steps are paired by name, those of the past stand where they stood", () => {
  const names = (before: string, after: string) =>
    stepPairs(named(before), named(after)).map((pair) =>
      `${pair.before ? "" : "+"}${pair.after ? "" : "-"}${pair.name}`
    ).join(" ");
  assertEquals(names("abc", "abc"), "a b c");
  assertEquals(names("abc", "ac"), "a -b c");
  assertEquals(names("ac", "abc"), "a +b c");
  assertEquals(names("xab", "ab"), "-x a b");
  assertEquals(names("ab", "ba"), "b a");
  assertEquals(names("", "a"), "+a");
  assertEquals(names("abx", "ba"), "b a -x");
});

Deno.test("compare: how much longer a step took, where both have ended", () => {
  const [a, b, c] = stepPairs([node("a", 2000), node("b", 10), node("c")], [
    node("a", 5000),
    node("b"),
    node("c", 1),
  ]);
  assertEquals([a.longerMs, b.longerMs, c.longerMs], [3000, null, null]);
});

Deno.test("compare: the greatest difference first, unknown ones last", () => {
  const pairs = stepPairs([node("a", 10), node("b", 900), node("c", 5)], [
    node("a", 20),
    node("b", 10),
    node("c"),
  ]);
  assertEquals(byDifference(pairs).map(({ name }) => name), ["b", "a", "c"]);
});

Deno.test("compare: a small difference is chance", () => {
  assertEquals(pace(100, 400), "same");
  assertEquals(pace(100, 600), "slower");
  assertEquals(pace(60_000, 5000), "same");
  assertEquals(pace(60_000, -7000), "faster");
});

Deno.test("compare: parameters of both runs", () => {
  assertEquals(paramPairs('A=1 B="x y"', "A=2 C=3"), [
    { name: "A", before: "1", after: "2" },
    { name: "C", before: undefined, after: "3" },
    { name: "B", before: "x y", after: undefined },
  ]);
  assertEquals(paramPairs("", ""), []);
});
