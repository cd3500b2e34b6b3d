import { assert, assertEquals } from "../../../tests/assert.ts";
import { lastPlainLine, PLAIN, plainText, styleAfter, styleLine } from "./sgr.ts";

const shown = (line: string) =>
  styleLine(line).spans.map(({ text, style }) => {
    const differs = Object.entries(style).filter(([key, value]) =>
      value !== PLAIN[key as keyof typeof PLAIN]
    );
    return [text, Object.fromEntries(differs)];
  });

Deno.test("a line without colours is one piece", () => {
  assertEquals(shown("plain\ttext ü"), [["plain\ttext ü", {}]]);
  assertEquals(shown(""), []);
});

Deno.test("colours, weights and their ends", () => {
  assertEquals(shown("\x1b[31mred\x1b[0m and \x1b[1;4;92mloud\x1b[22mer\x1b[m."), [
    ["red", { fg: 1 }],
    [" and ", {}],
    ["loud", { fg: 10, bold: true, underline: true }],
    ["er", { fg: 10, underline: true }],
    [".", {}],
  ]);
  assertEquals(shown("\x1b[38;5;196mcube\x1b[48;5;244mgrey\x1b[38;2;1;2;255mtrue\x1b[39;49;7mback"), [
    ["cube", { fg: "#ff0000" }],
    ["grey", { fg: "#ff0000", bg: "#808080" }],
    ["true", { fg: "#0102ff", bg: "#808080" }],
    ["back", { inverse: true }],
  ]);
  assertEquals(shown("\x1b[38:5:9ma"), [["a", { fg: 9 }]]);
});

Deno.test("a style goes on in the next line", () => {
  const { after } = styleLine("\x1b[33mbegins");
  assertEquals(after.fg, 3);
  assertEquals(styleLine("goes on", after).spans[0].style.fg, 3);
  assertEquals(styleAfter(["\x1b[31ma", "b\x1b[1m", "c\x1b]0;title\x07"]), { ...PLAIN, fg: 1, bold: true });
  assert(styleAfter(["\x1b[31mred\x1b[0m"]) === PLAIN);
});

Deno.test("what else is told to a terminal is dropped", () => {
  const line = "a\x1b[2Jb\x1b]0;title\x07c\x1b]8;;http://x\x1b\\d\x1b(Be\x1b=f\x07g\x1b[?25lh\x1b";
  assertEquals(plainText(line), "abcdefgh");
  assertEquals(plainText("ends in a title \x1b]0;no end"), "ends in a title ");
});

Deno.test("the last line that says something", () => {
  assertEquals(lastPlainLine("first\n\x1b[31mlast\x1b[0m\n\n"), "last");
  assertEquals(lastPlainLine("\n"), "");
});

Deno.test("a carriage return overwrites the line", () => {
  assertEquals(plainText("10 %\r50 %\r100 %"), "100 %");
  assertEquals(plainText("longer\rab"), "abnger");
  assertEquals(plainText("longer\r\x1b[Kab"), "ab");
  assertEquals(plainText("windows\r"), "windows");
  assertEquals(plainText("gone\x1b[2K\x1b[1Gnew"), "new ");
  assertEquals(shown("\x1b[31mred\rb\x1b[0m!"), [["b", { fg: 1 }], ["!", {}], ["d", { fg: 1 }]]);
});
