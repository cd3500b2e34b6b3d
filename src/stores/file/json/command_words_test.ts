import { assertEquals } from "../../../../tests/assert.ts";
import { commandWords, quoteWords } from "./command_words.ts";

Deno.test("words of a command as Dagu stores them", () => {
  assertEquals(commandWords(`echo $(date | wc) \\; 'a"b' "c'd" && echo x\\ y`), [
    "echo",
    "$(date",
    "|",
    "wc)",
    "\\;",
    'a"b',
    "c'd",
    "&&",
    "echo",
    "x\\ y",
  ]);
  assertEquals(commandWords(`a "" 'x`), ["a", "", "x"]);
  assertEquals(quoteWords(["a b", "it's", "x=1", ""]), `'a b' 'it'\\''s' x=1 ''`);
});
