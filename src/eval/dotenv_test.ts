import { DaguError } from "../core/errors.ts";
import { assert, assertEquals, assertThrows } from "../../tests/assert.ts";
import { parseDotenv } from "./dotenv.ts";

function read(...lines: string[]): Record<string, string> {
  return Object.fromEntries(parseDotenv(lines.join("\n")).map((entry) => [entry.name, entry.value]));
}

Deno.test("plain values, comments and export", () => {
  assertEquals(
    read(
      "# a note",
      "A=plain value # comment",
      "export B=x#y",
      "  C = spaced  ",
      "D: yaml",
      "E=",
      "F=it's",
      "G=x=y",
      'H=a"b"c',
      "I=#pass word",
      "J= # x",
      "K=a # b # c",
      "L=a\t# b",
      "M= # x # y",
    ),
    {
      A: "plain value",
      B: "x#y",
      C: "spaced",
      D: "yaml",
      E: "",
      F: "it's",
      G: "x=y",
      H: 'a"b"c',
      I: "#pass word",
      J: "# x",
      K: "a # b",
      L: "a",
      M: "# x",
    },
  );
  assertEquals(parseDotenv("\ufeffA=1\r\nB=2\r\n"), [{ name: "A", value: "1" }, { name: "B", value: "2" }]);
});

Deno.test("quotes", () => {
  assertEquals(
    read(
      'A="a b \\n \\t \\"q\\" \\\\ \\$A # no" # c',
      "B='$A \\n \"x\"' # c",
      'C="two',
      'lines"',
      "D='a'",
      'E="`x` $(y)"',
    ),
    {
      A: 'a b \n t "q" \\ $A # no',
      B: '$A \\n "x"',
      C: "two\nlines",
      D: "a",
      E: "`x` $(y)",
    },
  );
});

Deno.test("references to entries further up", () => {
  assertEquals(read("A=1", 'B="${A}$A"', "C=${LATER}x$HOME", "D=\\$A", "LATER=2", "E='$A'"), {
    A: "1",
    B: "11",
    C: "x",
    D: "$A",
    LATER: "2",
    E: "$A",
  });
});

Deno.test("names that no shell knows are left out", () => {
  assertEquals(read("1X=2", "=3", "C=4"), { C: "4" });
});

Deno.test("a line of another form makes the whole file unusable", () => {
  for (const line of ["A", "export A", 'A="open', "A='open", 'A="x" y', "A='it''s'", "A-B=1"]) {
    assertThrows(() => read("C=4", line, "D=5"), DaguError, "Line 2: ");
  }
});

Deno.test("values that double each other are refused by their line, and are not shown", () => {
  const lines = Array.from({ length: 40 }, (_, i) => `A${i + 1}="\${A${i}}\${A${i}}"`);
  const error = assertThrows(
    () => read("A0=secretsecret", ...lines),
    DaguError,
    "Line 23: values come to more",
  );
  assert(!error.message.includes("secret"), error.message);
  const many = Array.from({ length: 100 }, (_, i) => `B${i}=$A20`);
  assertThrows(
    () => read("A0=secretsecret", ...lines.slice(0, 20), ...many),
    DaguError,
    "values come to more",
  );
});
