import { assertEquals } from "../../../tests/assert.ts";
import { listFolderSync } from "../folders/list_folder.ts";
import { removeOldTemporaries } from "./temporaries.ts";

const NOW = Date.UTC(2026, 0, 10);
const DAY = 24 * 3600 * 1000;

Deno.test("temporaries: those that a killed process left a day ago go, and nothing else", async () => {
  const dir = await Deno.makeTempDir({ prefix: "temporaries-" });
  try {
    const write = (path: string, age: number) => {
      Deno.writeTextFileSync(`${dir}/${path}`, "");
      Deno.utimeSync(`${dir}/${path}`, (NOW - age) / 1000, (NOW - age) / 1000);
    };
    for (const folder of ["users", "users/deep", "dag-runs"]) Deno.mkdirSync(`${dir}/${folder}`);
    for (const folder of ["", "users/", "users/deep/", "dag-runs/"]) {
      write(`${folder}.a.json.12-3.tmp`, 2 * DAY);
    }
    write(".new.json.12-3.tmp", DAY / 2);
    write("own.12-3.tmp", 2 * DAY);
    write(".own.tmp", 2 * DAY);
    removeOldTemporaries(dir, NOW, { levels: 1, except: ["dag-runs"] });
    assertEquals(listFolderSync(dir).sort(), [
      ".new.json.12-3.tmp",
      ".own.tmp",
      "dag-runs",
      "own.12-3.tmp",
      "users",
    ]);
    assertEquals(listFolderSync(`${dir}/users`), ["deep"]);
    assertEquals(listFolderSync(`${dir}/users/deep`).length, 1);
    assertEquals(listFolderSync(`${dir}/dag-runs`).length, 1);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
