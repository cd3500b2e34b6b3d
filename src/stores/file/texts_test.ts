import { assert, assertEquals } from "../../../tests/assert.ts";
import { decodeBase64, encodeBase64 } from "./json/base64.ts";
import { commandWords, quoteWords } from "./json/command_words.ts";
import { logLine } from "./run_log.ts";
import { crc32, openLine, sealLine } from "./sealed_line.ts";
import { parseTime, timeText } from "./json/time_text.ts";

Deno.test("check sums", () => {
  assertEquals(crc32("123456789"), "cbf43926");
  assertEquals(crc32("ünï 💡"), crc32("ünï 💡"));
});

Deno.test("a sealed line is opened, and refused after any change of one character", () => {
  const line = sealLine('{"a":"ü","b":[1,2]}');
  assertEquals(openLine(line), { a: "ü", b: [1, 2], crc: line.slice(-10, -2) });
  for (let i = 0; i < line.length; i++) {
    // Without the word "crc" there is no seal to check.
    if (line.slice(-17, -10).includes(line[i]) && i > line.length - 18) continue;
    const changed = line.slice(0, i) + (line[i] === "1" ? "2" : "1") + line.slice(i + 1);
    assertEquals(openLine(changed), null, changed);
    assertEquals(openLine(line.slice(0, i)), null);
  }
});

Deno.test("lines of other programs have no seal", () => {
  assertEquals(openLine('{"a":1}'), { a: 1 });
  for (const line of ["", "null", "[1]", '{"a":1', "x", '{"a":1}}']) assertEquals(openLine(line), null);
});

Deno.test("times", () => {
  assertEquals(timeText(0), "");
  for (const at of [1, 1_700_000_000_000, 1_700_000_000_123, Date.now()]) {
    assertEquals(parseTime(timeText(at)), at);
  }
  assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(timeText(1_700_000_000_000)));
  assertEquals(parseTime("2026-11-22T22:58:28Z"), Date.UTC(2026, 10, 22, 22, 58, 28));
  assertEquals(parseTime("2026-11-23T00:58:28+02:00"), Date.UTC(2026, 10, 22, 22, 58, 28));
  for (const text of ["-", "", "soon", 5, null, "0001-01-01T00:00:00Z"]) assertEquals(parseTime(text), 0);
});

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

Deno.test("base 64 of any text", () => {
  const long = "ü💡\n".repeat(20_000);
  assertEquals(decodeBase64(encodeBase64(long)), long);
  assertEquals(encodeBase64(""), "");
  assertEquals(decodeBase64("%"), "");
});

Deno.test("lines of the run's log", () => {
  const line = logLine(1_700_000_000_000, "INFO", "Step started", {
    step: "a",
    error: 'x "y"\n',
    empty: "",
    n: "1=2",
  });
  assert(
    /^time=\S+\.000\S+ level=INFO msg="Step started" step=a error="x \\"y\\"\\n" empty="" n="1=2"\n$/.test(
      line,
    ),
    line,
  );
});
