import { assertEquals } from "../../tests/assert.ts";
import { Random } from "../../tests/fakes/random.ts";
import { ShellPattern } from "./shell_pattern.ts";

Deno.test("patterns of shells at the beginning, at the end and anywhere", () => {
  const cases: [
    pattern: string,
    text: string,
    prefix: [number, number],
    suffix: [number, number],
    all: string,
  ][] = [
    ["a*", "aba", [1, 3], [2, 0], "-"],
    ["?", "abc", [1, 1], [2, 2], "---"],
    ["*.", "a.b.c", [2, 4], [-1, -1], "-c"],
    ["*.*", "a.b.c", [2, 5], [3, 0], "-"],
    ["[a-b]", "abc", [1, 1], [-1, -1], "--c"],
    ["[!a-b]", "abc", [-1, -1], [2, 2], "ab-"],
    ["\\*", "*a*", [1, 1], [2, 2], "-a-"],
    ["*", "abc", [0, 3], [3, 0], "-"],
    ["[z-a]", "abc", [-1, -1], [-1, -1], "abc"],
    ["", "abc", [0, 0], [3, 3], "abc"],
    ["*", "", [0, 0], [0, 0], "-"],
  ];
  for (const [source, text, prefix, suffix, all] of cases) {
    const pattern = new ShellPattern(source);
    assertEquals(
      [false, true].map((longest) => pattern.prefix(text, longest)),
      prefix,
      `${source} before ${text}`,
    );
    assertEquals(
      [false, true].map((longest) => pattern.suffix(text, longest)),
      suffix,
      `${source} behind ${text}`,
    );
    assertEquals(pattern.replace(text, true, () => "-"), all, `${source} in ${text}`);
  }
  assertEquals(new ShellPattern("b*").replace("abab", false, () => "-"), "a-");
  assertEquals(new ShellPattern("b").replace("abab", false, () => "-"), "a-ab");
});

Deno.test("patterns of shells: the same as expressions that try everything", () => {
  const random = new Random(3);
  const of = (pieces: readonly string[], most: number) =>
    Array.from({ length: random.below(most) }, () => random.pick(pieces)).join("");
  for (let round = 0; round < 3000; round++) {
    const source = of(["a", "b", "*", "?", "[ab]"], 6);
    const text = of(["a", "b", "c"], 9);
    const regex = new RegExp(source.replace(/\*/g, "[^]*").replace(/\?/g, "[^]"), "g");
    // An empty match is none.
    const expected = text === ""
      ? text.replace(regex, "-")
      : text.replace(regex, (part) => part === "" ? "" : "-");
    assertEquals(
      new ShellPattern(source).replace(text, true, () => "-"),
      source === "" ? text : expected,
      `${source} in ${text}`,
    );
  }
});

Deno.test("patterns of shells that would try all ways to match take linear time", () => {
  const text = "a".repeat(20_000) + "b".repeat(20_000);
  const pattern = new ShellPattern("a*b*a*b*c");
  assertEquals([pattern.prefix(text, true), pattern.suffix(text, false)], [-1, -1]);
  assertEquals(pattern.replace(text, true, () => "-"), text);
});
