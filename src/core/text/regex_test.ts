import { Random } from "../../../tests/fakes/random.ts";
import { assert, assertEquals, assertThrows } from "../../../tests/assert.ts";
import { DaguError } from "../errors.ts";
import { LinearRegex } from "./regex.ts";

function check(pattern: string, yes: string[], no: string[]): void {
  const regex = new LinearRegex(pattern);
  for (const text of yes) assertEquals(regex.test(text), true, `${pattern} on ${JSON.stringify(text)}`);
  for (const text of no) assertEquals(regex.test(text), false, `${pattern} on ${JSON.stringify(text)}`);
}

Deno.test("the syntax of Go", () => {
  check("0[1-9]|1[0-2]", ["07", "x12"], ["00", "13"]);
  check("^20[0-9]{2}-05-.*$", ["2031-05-17"], ["2031-06-17", "x2031-05-1"]);
  check("(?i)^ABC$", ["abc", "aBc"], ["abcd"]);
  check("a(?i)b(?-i)c", ["aBc", "abc"], ["ABc", "abC"]);
  check("^[[:digit:]]+[[:^space:]]$", ["12x"], ["12 ", "x"]);
  check("^\\d{2,3}\\s\\w+\\S$", ["12 ab-"], ["1 ab-", "1234 ab-"]);
  check("^(?P<year>\\d+)-(?:a|b)?$", ["12-", "12-a"], ["12-c"]);
  check("\\bfoo\\b", ["a foo b", "foo"], ["foot", "afoo"]);
  check("\\Bo\\B", ["foot"], ["o", "fo"]);
  check("(?m)^b$", ["a\nb\nc"], ["ab\nbc"]);
  check("^b$", [], ["a\nb\nc", "b\n"]);
  check("a.c", ["abc", "a\rc"], ["a\nc"]);
  check("(?s)a.c", ["a\nc"], []);
  check("\\Aa\\z", ["a"], ["ab"]);
  check("^\\Qa.b*\\E+$", ["a.b*", "a.b**"], ["axb*"]);
  check("^\\x41\\x{1F600}\\pL\\p{Greek}\\P{L}$", ["A😀äλ1"], ["A😀1λ1"]);
  check("^[^a-c\\d\\]-]+$", ["xyz"], ["a", "1", "]", "-"]);
  check("^[]a]$", ["]", "a"], ["b"]);
  check("(?i)^[^a]$", ["b"], ["A", "a"]);
  check("x{2}y{,3}", ["xxy{,3}"], ["xxyyy"]);
  check("a{0}b*?c+?", ["c", "bbc"], ["b"]);
  check("", ["", "x"], []);
  check("^$", [""], ["x"]);
  check('\\-\\/\\_\\"\\!', ['-/_"!'], []);
  check("日本|é", ["x日本", "é"], ["日"]);
});

Deno.test("invalid patterns are told", () => {
  for (
    const pattern of [
      "(",
      "a)",
      "[a",
      "*a",
      "a**",
      "(?=a)",
      "\\",
      "\\8",
      "[z-a]",
      "a{1001}",
      "\\p{Nope}",
      "[[:no:]]",
      "[[:constructor:]]",
      "(?<a",
    ]
  ) {
    assertThrows(() => assert(!new LinearRegex(pattern), pattern), DaguError, "Invalid regular expression");
  }
  assertThrows(() => new LinearRegex("(((a{100}){100}){100})"), DaguError, "too large");
  assertThrows(() => new LinearRegex("(((((){1000}){1000}){1000}){1000}){1000}"), DaguError, "too large");
  assertThrows(() => new LinearRegex("(".repeat(1000)), DaguError, "too deep");
});

Deno.test("a pattern with very many ways to match is given up, also when each of many texts is short", () => {
  const regex = new LinearRegex("(a|b)*a(a|b){100}c", 200_000);
  const random = new Random(3);
  const lines = Array.from(
    { length: 100 },
    () => Array.from({ length: 150 }, () => "ab"[random.below(2)]).join(""),
  );
  assertThrows(() => regex.test(lines.join("")), DaguError, "The regular expression takes too long");
  assertThrows(() => regex.some(lines), DaguError, "The regular expression takes too long");
  assertEquals([regex.test("abab"), regex.some(["a".repeat(101) + "c", "b"]), regex.some([])], [
    false,
    true,
    false,
  ]);
});

Deno.test("agrees with the built-in engine on random patterns", () => {
  const random = new Random(5);
  const next = (n: number) => random.below(n);
  const pick = (from: string[]) => from[next(from.length)];
  const make = (depth: number): string => {
    const atom = depth > 0 && next(3) === 0
      ? `(${make(depth - 1)})`
      : pick(["a", "b", ".", "[ab]", "[^a]", "\\b", "^", "$", "c"]);
    const tail = /^(\\b|\^|\$)$/.test(atom) ? "" : pick(["", "", "*", "+", "?", "{1,2}", "*?"]);
    return atom + tail + (next(2) === 0 ? make(depth) : next(4) === 0 ? `|${make(depth)}` : "");
  };
  for (let round = 0; round < 2000; round++) {
    const pattern = make(2);
    const regex = new LinearRegex(pattern);
    for (let n = 0; n < 5; n++) {
      const text = Array.from({ length: next(8) }, () => pick(["a", "b", "c", " "])).join("");
      assertEquals(regex.test(text), new RegExp(pattern).test(text), `${pattern} on "${text}"`);
    }
  }
});

Deno.test("patterns that make others explode take linear time", () => {
  const begun = performance.now();
  assertEquals(new LinearRegex("^(a+)+$").test("a".repeat(50_000) + "b"), false);
  assertEquals(new LinearRegex("(a|aa)+c|(x*)*y").test("a".repeat(50_000)), false);
  new LinearRegex("(a|b)*a(a|b){12}c").test("ab".repeat(20_000));
  assert(performance.now() - begun < 3000);
});

Deno.test("a test that would take more work than is allowed is given up", () => {
  const regex = new LinearRegex("(x{0,40}.{0,40}y){0,300}z$", 100_000);
  assertThrows(() => regex.test("xyzzy".repeat(200)), DaguError, "takes too long");
  assertEquals(regex.test("xz"), true);
  const plain = new LinearRegex("(?i)a.*é", 100_000);
  assertEquals(plain.test(`${"a".repeat(1_000_000)}é`), true);
});
