import { assertEquals } from "../../tests/assert.ts";
import { Scope } from "./scope.ts";
import { expandWords, splitWords } from "./words.ts";

const scope = new Scope({
  params: new Map([["X", "two 'words' \"$Y\" `z`"], ["Y", "no"], ["E", ""], ["J", '{"s":"x y"}']]),
});

Deno.test("words are split by quotes and blanks", () => {
  assertEquals(splitWords(`  a "b c"  'd "e' f\\ g h"i j"'k' "" '' \n l | m > n # o *`), [
    "a",
    "b c",
    'd "e',
    "f g",
    "hi jk",
    "",
    "",
    "l",
    "|",
    "m",
    ">",
    "n",
    "#",
    "o",
    "*",
  ]);
  assertEquals(splitWords('"a\\"b\\\\ \\x \\$" it\'s "open'), ['a"b\\ \\x $', "it's", '"open']);
  assertEquals(splitWords(""), []);
});

Deno.test("a value stays within its word and is replaced once", async () => {
  assertEquals(
    await expandWords('echo $X "${X}" \'$X\' \\$X "\\$X" a${Y}b $E ${J.s} $NOPE ${Y:-a b}', scope),
    [
      "echo",
      "two 'words' \"$Y\" `z`",
      "two 'words' \"$Y\" `z`",
      "$X",
      "$X",
      "$X",
      "anob",
      "",
      "x y",
      "$NOPE",
      "no",
    ],
  );
});
