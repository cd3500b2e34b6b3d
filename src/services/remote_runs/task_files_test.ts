import { assertEquals, assertRejects, assertThrows } from "../../../tests/assert.ts";
import { DaguError } from "../../core/errors.ts";
import { taskFiles } from "./task_files.ts";
import { makeTaskFolder } from "./task_folder.ts";
import { inFolder } from "../../../tests/support/folder.ts";

async function inRoot(work: (root: string) => Promise<void>): Promise<void> {
  await inFolder(async (root) => {
    Deno.mkdirSync(`${root}/dags/lib`, { recursive: true });
    await work(root);
  });
}

Deno.test("task files: what the definition names, and what its sub-DAGs name, and nothing else", async () => {
  await inRoot(async (root) => {
    const put = (name: string, text = name, mode = 0o600) =>
      Deno.writeTextFileSync(`${root}/dags/${name}`, text, { mode });
    put("run.sh", "#!/bin/sh", 0o755);
    put(".env");
    put("lib/tool.py");
    put("sub.yaml", "steps: [{name: s, command: python deep.py}]");
    put("deep.py");
    put("other.yaml");
    put("unnamed.txt");
    Deno.writeTextFileSync(`${root}/secret`, "x");
    Deno.symlinkSync(`${root}/secret`, `${root}/dags/link`);
    const text =
      'dotenv: .env\nsteps:\n  - command: ./run.sh "lib/tool.py" ../secret link /etc/passwd lib\n  - call: sub\n';
    const files = await taskFiles(`${root}/dags`, text);
    assertEquals(files.map(({ path }) => path).sort(), [
      ".env",
      "deep.py",
      "lib/tool.py",
      "run.sh",
      "sub.yaml",
    ]);
    assertEquals(files.filter(({ executable }) => executable).map(({ path }) => path), ["run.sh"]);
    makeTaskFolder(`${root}/task`, files);
    assertEquals(Deno.readTextFileSync(`${root}/task/files/lib/tool.py`), "lib/tool.py");
    assertEquals((Deno.statSync(`${root}/task/files/run.sh`).mode ?? 0) & 0o777, 0o700);
  });
});

Deno.test("task files: too much is refused, before it is read", async () => {
  await inRoot(async (root) => {
    Deno.writeTextFileSync(`${root}/dags/big`, "");
    Deno.truncateSync(`${root}/dags/big`, 3_000_000);
    await assertRejects(
      () => taskFiles(`${root}/dags`, "command: cat big"),
      DaguError,
      "give the worker the folder",
    );
  });
});

Deno.test("task files: a path that leads out of the folder is not written", async () => {
  await inRoot((root) => {
    for (const path of ["../x", "/x", "a/../../x", "", "a//b", ".."]) {
      const file = { path, content: new Uint8Array(), executable: false };
      assertThrows(() => makeTaskFolder(`${root}/task`, [file]), DaguError, "leads elsewhere");
    }
    assertEquals([...Deno.readDirSync(`${root}/task/files`)], []);
    return Promise.resolve();
  });
});
