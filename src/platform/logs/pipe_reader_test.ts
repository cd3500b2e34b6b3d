import { assertEquals, assertRejects } from "../../../tests/assert.ts";
import { inFolder } from "../../../tests/support/folder.ts";
import { DaguError } from "../../core/errors.ts";
import { openAppend } from "./log_files.ts";
import { awaitReader } from "./pipe_reader.ts";

async function inPipe(work: (path: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    await work(`${folder}/pipe`);
  });
}

Deno.test("awaitReader() tells of a pipe that nobody reads", () =>
  inPipe(async (path) => {
    await assertRejects(() => awaitReader(path, 20), DaguError, "nobody reads it");
  }));

Deno.test("awaitReader() holds a pipe that somebody reads until it is opened again", () =>
  inPipe(async (path) => {
    const reader = new Deno.Command("cat", { args: [path], stdout: "piped" }).spawn();
    const held = await awaitReader(path);
    const file = openAppend(path);
    held!.close();
    file.writeSync(new TextEncoder().encode("said"));
    file.close();
    assertEquals(new TextDecoder().decode((await reader.output()).stdout), "said");
  }));

Deno.test("awaitReader() opens nothing but pipes", async () => {
  assertEquals(await awaitReader("/dev/null"), null);
  assertEquals(await awaitReader(""), null);
});
