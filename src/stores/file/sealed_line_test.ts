import { assertEquals } from "../../../tests/assert.ts";
import { crc32, openLine, sealLine } from "./sealed_line.ts";

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
