import { type IndentContext, StringStream } from "@codemirror/language";
import { assertEquals } from "../../../tests/assert.ts";
import { endOfBlock, yamlTokens } from "./yaml_tokens.ts";

/** Words with their kinds; what has none is left out. */
function tokens(text: string, state = yamlTokens.startState!(2)): string[] {
  return text.split("\n").flatMap((line) => {
    const stream = new StringStream(line, 2, 2);
    const found: string[] = [];
    while (!stream.eol()) {
      stream.start = stream.pos;
      const kind = yamlTokens.token(stream, state);
      if (kind) found.push(`${kind} ${stream.current()}`);
    }
    return found;
  });
}

Deno.test("yaml tokens: keys, values and comments", () => {
  assertEquals(tokens("name: a b # c"), ["propertyName name", "punctuation :", "content a b", "comment # c"]);
  assertEquals(tokens("- a: 1"), ["punctuation -", "propertyName a", "punctuation :", "number 1"]);
  assertEquals(tokens('"k 1": true'), ['propertyName "k 1"', "punctuation :", "number true"]);
  assertEquals(tokens("at: 12:30 x"), ["propertyName at", "punctuation :", "content 12:30 x"]);
  assertEquals(tokens("url: http://x/#y"), ["propertyName url", "punctuation :", "content http://x/#y"]);
  assertEquals(tokens("n: 1 or 2"), ["propertyName n", "punctuation :", "content 1 or 2"]);
});

Deno.test("yaml tokens: quotes, anchors and lists in brackets", () => {
  assertEquals(tokens(`a: "x # y"`), ["propertyName a", "punctuation :", 'string.special "x # y"']);
  assertEquals(tokens("a: &b [1, c d]"), [
    "propertyName a",
    "punctuation :",
    "labelName &b",
    "punctuation [",
    "number 1",
    "punctuation ,",
    "content c d",
    "punctuation ]",
  ]);
});

Deno.test("yaml tokens: a block of text goes on while it is indented", () => {
  assertEquals(tokens("run: |\n  a: b # c\n\n  d\nx: y"), [
    "propertyName run",
    "punctuation :",
    "keyword |",
    "content   a: b # c",
    "content   d",
    "propertyName x",
    "punctuation :",
    "content y",
  ]);
  assertEquals(tokens("- a: >-\n    text\n  b: 1").slice(-3), [
    "propertyName b",
    "punctuation :",
    "number 1",
  ]);
});

Deno.test("yaml tokens: a new line begins where the next word is expected", () => {
  const indentAfter = (text: string) => {
    const state = yamlTokens.startState!(2);
    tokens(text, state);
    return yamlTokens.indent!(state, "", { unit: 2 } as IndentContext);
  };
  assertEquals(indentAfter("steps:"), 2);
  assertEquals(indentAfter("steps:\n  - name: a"), 4);
  assertEquals(indentAfter("steps:\n  - run: |"), 6);
  assertEquals(indentAfter("a:\n  b: 1 # note"), 2);
});

Deno.test("yaml tokens: every line is read to its end", () => {
  for (const line of ["@", "`", "a:b", "[", "]]", '"', "- - -", "!x", "% y", "|x", "{a: b}, c"]) {
    assertEquals(tokens(line).length > 0, true, line);
  }
});

Deno.test("yaml tokens: what is indented more belongs to the line above", () => {
  const lines = ["a:", "  b: 1", "", "  c: 2", "", "d: 3"];
  assertEquals(lines.map((_, i) => endOfBlock(lines, i)), [3, 1, 2, 3, 4, 5]);
});
