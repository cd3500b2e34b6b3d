import { assertEquals } from "../../../tests/assert.ts";
import { quoteWord } from "./quote_word.ts";

Deno.test("a word for the shell", () => {
  assertEquals(quoteWord('it\'s $(a) `b` "c"\n'), `'it'\\''s $(a) \`b\` "c"\n'`);
  assertEquals(quoteWord(""), "''");
});
