import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { parseYaml } from "./yaml_parse.ts";
import { Source } from "./yaml_source.ts";

/** Text, `line:column` of what is told, what is told. */
const CASES: readonly (readonly [text: string, place: string, message: RegExp])[] = [
  ["a: b: c", "1:5", /A text with ": " needs quotes: 'b: c'$/],
  [`a: echo "b: c" # why`, "1:11", /needs quotes: 'echo "b: c"'$/],
  ["a: @x", "1:4", /begins with @ needs quotes: '@x'$/],
  ["a: `date`", "1:4", /begins with ` needs quotes: '`date`'$/],
  ["a: * * * * *", "1:5", /begins with \* needs quotes: '\* \* \* \* \*'$/],
  [`a: "b" c`, "1:8", /more follows: put quotes around all of it: '"b" c'$/],
  ["a: 'it's'", "1:8", /put quotes around all of it: "it's"$/],
  ["a: [b]]", "1:7", /follows the closing bracket.*: '\[b\]\]'$/],
  [`a: "C:\\Users"`, "1:9", /use single quotes to keep backslashes$/],
  ["- a: 1\n b: 2", "2:2", /key stands in column 2; the keys above stand in column 3$/],
  ["s:\n  - a: 1\n  b: 2", "3:3", /in column 1 or 5; a further entry of the list begins with "- "$/],
  ["s:\n  - a: 1\n   - b: 2", "3:4", /this "-" stands in column 4; the lists above have theirs in column 3$/],
  ["s:\n- a: 1\n  b: x\n   c: d", "4:5", /stands in column 4; the keys above stand in column 3$/],
  ["s:\n  -a: 1\n   b: 2", "3:5", /A blank is missing after the dash: "- a:"$/],
  ["s:\n  a:b\n  c: d", "3:4", /A blank is missing after "a:"$/],
  ["s: |\nx\ny: z", "3:2", /behind \| or > are indented more than its key$|A colon is missing: "x:"$/],
  ["s: 1\nfoo\n", "3:1", /A colon is missing: "foo:"$/],
  ["\ta: 1", "1:3", /A tab is used for indentation/],
];

Deno.test("syntax advice: what a line most probably lacks", () => {
  for (const [text, place, message] of CASES) {
    const { issues: [issue] } = parseYaml(new Source("f.yaml", text));
    assertMatch(issue?.message ?? "no issue", message);
    assertEquals(`${issue.position?.line}:${issue.position?.column}`, place, text);
  }
});
