import { assert, assertEquals, assertThrows } from "../../../tests/assert.ts";
import { globRegex, PathFilter } from "./glob.ts";

Deno.test("glob: what each form matches", () => {
  const cases: [pattern: string, yes: string[], no: string[]][] = [
    ["*.txt", ["a.txt", ".txt"], ["d/a.txt", "a.txtx", "axtxt"]],
    ["**/*.txt", ["a.txt", "d/a.txt", "d/e/a.txt"], ["a.csv"]],
    ["src/**", ["src/", "src/a", "src/a/b"], ["src", "lib/src/a"]],
    ["src/**/x", ["src/x", "src/a/x", "src/a/b/x"], ["src/ax", "x"]],
    ["a?c", ["abc"], ["ac", "a/c", "abbc"]],
    ["[a-c]1", ["a1", "c1"], ["d1", "[1"]],
    ["[!a]1", ["b1"], ["a1"]],
    ["*.{txt,md}", ["a.txt", "a.md"], ["a.tx", "a.{txt,md}"]],
    ["a\\*", ["a*"], ["ab"]],
    ["a+(b).c", ["a+(b).c"], ["aab.c"]],
    ["x}y,z", ["x}y,z"], ["xy"]],
    ["über*", ["über-1"], ["uber"]],
  ];
  for (const [pattern, yes, no] of cases) {
    const regex = globRegex(pattern);
    for (const path of yes) assert(regex.test(path), `${pattern} matches ${path}`);
    for (const path of no) assert(!regex.test(path), `${pattern} does not match ${path}`);
  }
});

Deno.test("glob: a pattern without meaning is an error", () => {
  assertThrows(() => globRegex("a[b"), SyntaxError, "]");
  assertThrows(() => globRegex("{a,b"), SyntaxError, "}");
  assertThrows(() => globRegex("[z-a]"), SyntaxError, 'The pattern "[z-a]" is too long, or has a range');
});

Deno.test("glob: a pattern that would try all ways to match takes linear time", () => {
  assert(!globRegex(`${"*a".repeat(30)}b`).test("a".repeat(3000)));
  assert(!globRegex(`${"**/".repeat(20)}b`).test("a/".repeat(1000)));
});

Deno.test("glob: exclude is stronger than include, no include means all", () => {
  const filter = new PathFilter(["d/**"], ["**/*.log"]);
  assertEquals(["d/a", "d/a.log", "e/a"].map((path) => filter.wants(path)), [true, false, false]);
  assertEquals(new PathFilter([], ["x"]).wants("y"), true);
});
