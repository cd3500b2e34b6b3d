import { assert, assertEquals } from "../../../tests/assert.ts";
import { BLOCK, LineIndex } from "./line_index.ts";
import { findLines, readLast, readWindow } from "./line_window.ts";

async function withFile(text: string, work: (path: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lines-" });
  try {
    await Deno.writeTextFile(`${dir}/log`, text);
    await work(`${dir}/log`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}`);

async function openIndex(path: string): Promise<LineIndex> {
  const index = new LineIndex(path);
  await index.update();
  return index;
}

for (
  const [text, lines] of [
    ["", []],
    ["\n", [""]],
    ["a", ["a"]],
    ["a\n", ["a"]],
    ["a\n\nb", ["a", "", "b"]],
    ["ä\nöü\n", ["ä", "öü"]],
  ] as const
) {
  Deno.test(`lines of ${JSON.stringify(text)}`, () =>
    withFile(text, async (path) => {
      const index = await openIndex(path);
      assertEquals(index.lines, lines.length);
      assertEquals(readWindow(index, 1, 100).lines, lines);
      assertEquals(readLast(path, index.size, 100), lines);
      assertEquals(readLast(path, index.size, 1), lines.slice(-1));
    }));
}

Deno.test("lines of a file of many blocks: each window is that of all lines, at every border", () =>
  withFile(numbered(100_000).join("\n") + "\n", async (path) => {
    const all = numbered(100_000);
    const index = await openIndex(path);
    assert(index.size > 3 * BLOCK);
    assertEquals(index.lines, all.length);
    const firsts = [1, 2, 777, 99_999, 100_000];
    for (let at = BLOCK; at < index.size; at += BLOCK) {
      const line = all.join("\n").slice(0, at).split("\n").length;
      firsts.push(line - 1, line, line + 1);
    }
    for (const first of firsts) {
      assertEquals(readWindow(index, first, 3).lines, all.slice(first - 1, first + 2), `from ${first}`);
    }
    assertEquals(readWindow(index, 100_001, 3).lines, []);
    assertEquals(readLast(path, index.size, 20_000), all.slice(-20_000));
  }));

Deno.test("lines of blocks that end exactly at a line's end, and of blocks without one", () =>
  withFile("x".repeat(BLOCK - 1) + "\n" + "y".repeat(2 * BLOCK) + "\nz\n", async (path) => {
    const index = await openIndex(path);
    assertEquals(index.lines, 3);
    assertEquals(readWindow(index, 3, 1).lines, ["z"]);
    assertEquals(readWindow(index, 2, 1).lines.map((line) => line[0]), ["y"]);
    assertEquals(readWindow(index, 1, 3).lines.map((line) => line[0]), ["x", "y", "z"]);
  }));

Deno.test("lines of a file that grows, shrinks, and is replaced", () =>
  withFile("a\nb", async (path) => {
    const index = await openIndex(path);
    assertEquals(index.lines, 2);
    assert(index.isCurrent());
    Deno.writeTextFileSync(path, "c\nd\n", { append: true });
    assert(!index.isCurrent());
    await index.update();
    assertEquals(readWindow(index, 1, 9).lines, ["a", "bc", "d"]);
    Deno.writeTextFileSync(path, "short\n");
    await index.update();
    assertEquals([index.lines, readWindow(index, 1, 9).lines], [1, ["short"]]);
    Deno.writeTextFileSync(`${path}.new`, "other file\nof more lines\n");
    Deno.renameSync(`${path}.new`, path);
    await index.update();
    assertEquals(readWindow(index, 1, 9).lines, ["other file", "of more lines"]);
    Deno.removeSync(path);
    await index.update();
    assertEquals(index.lines, 0);
  }));

Deno.test("the table of a large file is kept beside it, and one that is damaged is made again", () =>
  withFile("", async (path) => {
    const line = "z".repeat(99) + "\n";
    Deno.writeTextFileSync(path, line.repeat(100_000));
    const made = await openIndex(path);
    const kept = Deno.readFileSync(`${path}.lines`);
    const again = new LineIndex(path);
    assert(again.size > made.size - BLOCK, "most of the file is known before it is read");
    await again.update();
    assertEquals(again.lines, 100_000);
    for (const bytes of [kept.subarray(0, 100), new Uint8Array(800), kept.map((byte) => byte ^ 255)]) {
      Deno.writeFileSync(`${path}.lines`, bytes);
      const other = await openIndex(path);
      assertEquals(other.lines, 100_000);
    }
  }));

Deno.test("lines that hold a text, from a line on", () =>
  withFile(numbered(100_000).join("\n"), async (path) => {
    const index = await openIndex(path);
    const found = [...findLines(index, 5000, (text) => text.endsWith("999"))].filter((one) =>
      one.text !== null
    );
    assertEquals(found.length, 95);
    assertEquals(found[0], { line: 5999, text: "line 5999" });
    assertEquals(found.at(-1), { line: 99_999, text: "line 99999" });
  }));
