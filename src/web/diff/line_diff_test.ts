import { assert, assertEquals } from "../../../tests/assert.ts";
import { Random } from "../../../tests/fakes/random.ts";
import { diffLines, hunks } from "./line_diff.ts";

const shown = (a: string, b: string) =>
  diffLines(a, b).map(({ kind, text }) => (kind === "same" ? " " : kind === "added" ? "+" : "-") + text);

Deno.test("lines that were added, removed and kept", () => {
  assertEquals(shown("a\nb\nc\nd\n", "a\nx\nc\nd\ne\n"), [" a", "-b", "+x", " c", " d", "+e"]);
  assertEquals(shown("", "a\n"), ["+a"]);
  assertEquals(shown("a\n", ""), ["-a"]);
  assertEquals(shown("a\n", "a"), [" a"]);
  assertEquals(diffLines("a\nb\n", "b\n"), [
    { kind: "removed", text: "a", old: 1, new: 0 },
    { kind: "same", text: "b", old: 2, new: 1 },
  ]);
});

Deno.test("a diff applied gives the new text, taken back the old one, and is short", () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed);
    const a = Array.from({ length: random.below(30) }, () => random.pick(["a", "b", "c", "d"]));
    const b = a.flatMap((line) => random.chance(0.2) ? [] : random.chance(0.2) ? [line, "x"] : [line]);
    const lines = diffLines(a.join("\n"), b.join("\n"));
    const texts = (not: string) => lines.filter(({ kind }) => kind !== not).map(({ text }) => text);
    assertEquals(texts("added"), a.length ? a : []);
    assertEquals(texts("removed"), b.length ? b : []);
    const changes = lines.filter(({ kind }) => kind !== "same").length;
    const removed = a.length + b.filter((line) => line === "x").length;
    assert(changes <= removed + a.length);
  }
});

Deno.test("large texts with nothing in common end soon", () => {
  const many = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word} ${i}`).join("\n");
  assertEquals(diffLines(many("a"), many("b")).length, 40_000);
});

Deno.test("only what is near to a change is shown", () => {
  const before = Array.from({ length: 20 }, (_, i) => `${i}`);
  const after = before.with(10, "x");
  const part = hunks(diffLines(before.join("\n"), after.join("\n")), 1).map((line) => line && line.text);
  assertEquals(part, [null, "9", "10", "x", "11", null]);
});
