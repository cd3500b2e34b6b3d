import { assertEquals } from "../../../tests/assert.ts";
import { openAppend, readLines, readRange, sizeOf } from "./log_files.ts";
import { writeAllSync } from "../files/files.ts";

async function withFile(text: string, run: (path: string) => void | Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, text);
    await run(path);
  } finally {
    await Deno.remove(path);
  }
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("readRange() stops at the end of the file", () =>
  withFile("0123456789", (path) => {
    assertEquals(text(readRange(path, 8, 5)), "89");
    assertEquals(text(readRange(path, 20, 5)), "");
    assertEquals(text(readRange(path + ".none", 0, 5)), "");
  }));

Deno.test("readLines() joins what chunks tear apart", () =>
  withFile(`${"ä".repeat(70_000)}\nlast`, async (path) => {
    const lines: string[] = [];
    for await (const line of readLines(path)) lines.push(line);
    assertEquals(lines.length, 2);
    assertEquals(lines[0], "ä".repeat(70_000));
    assertEquals(lines[1], "last");
  }));

Deno.test("openAppend() adds to what is there", () =>
  withFile("a", (path) => {
    const file = openAppend(path);
    writeAllSync(file, new TextEncoder().encode("b"));
    file.close();
    assertEquals(sizeOf(path), 2);
  }));
