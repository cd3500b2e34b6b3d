import { assertEquals } from "../../../tests/assert.ts";
import { treeSize } from "./tree_size.ts";

async function withTree(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${folder}/one`, "1");
    await Deno.writeTextFile(`${folder}/a/two`, "22");
    await Deno.writeTextFile(`${folder}/a/b/three`, "333");
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("tree size: all files below a folder, but for one folder", () =>
  withTree(async (folder) => {
    assertEquals(await treeSize(folder, 100), { bytes: 6, files: 3, whole: true });
    assertEquals(await treeSize(folder, 100, `${folder}/a/b`), { bytes: 3, files: 2, whole: true });
  }));

Deno.test("tree size: counting ends at a bound", () =>
  withTree(async (folder) => {
    const { whole, files } = await treeSize(folder, 2);
    assertEquals([whole, files <= 2], [false, true]);
  }));

Deno.test("tree size: links are not followed, and what is not there has no size", () =>
  withTree(async (folder) => {
    await Deno.symlink(folder, `${folder}/a/loop`);
    assertEquals((await treeSize(folder, 100)).files, 4);
    assertEquals(await treeSize(`${folder}/nowhere`, 100), { bytes: 0, files: 0, whole: true });
  }));
