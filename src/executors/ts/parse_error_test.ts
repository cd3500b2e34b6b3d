import { assertEquals } from "../../../tests/assert.ts";
import { parseErrorText } from "./parse_error.ts";

const shown = (start: number, kind: string, text: string) =>
  `JsErrorBox { inner: ParseDiagnostic(ParseDiagnosticInner { specifier: Url { scheme: "file", host: None, path: "/d/u.ts", ` +
  `query: None }, range: SourceRange { start: SourcePos(${start}), end: SourcePos(28) }, kind: ${kind}, ` +
  `source: SourceTextInfo { start_pos: StartSourcePos(0), text: ${JSON.stringify(text)} }) }`;

Deno.test("mistakes of modules in the compiled program are told with their place", () => {
  const unexpected = shown(
    11,
    'Unexpected { got: "=", expected: "an identifier, \\"x\\"" }',
    'a("ä");\nb: = 1;\n',
  );
  assertEquals(parseErrorText(unexpected), "SyntaxError: Unexpected token `=` (/d/u.ts:2:3)");
  assertEquals(
    parseErrorText(shown(8, "TS1109", "let y = ;\n")),
    "SyntaxError: This is no TypeScript (TS1109) (/d/u.ts:1:9)",
  );
  assertEquals(parseErrorText("Error: JsErrorBox"), null);
});
