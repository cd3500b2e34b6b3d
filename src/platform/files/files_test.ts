import { DaguError } from "../../core/errors.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../../tests/assert.ts";
import {
  createFileSync,
  durableReplace,
  ensureDir,
  ensureDirSync,
  existsSync,
  readHeadSync,
  readRegularIfExistsSync,
  readTailSync,
  readTextIfExists,
  readTextIfExistsSync,
  removeIfExistsSync,
  replaceFileSync,
  syncDir,
} from "./files.ts";
import { inFolder } from "../../../tests/support/folder.ts";
import { soundText } from "./sound_text.ts";

const modeOf = (path: string) => Deno.statSync(path).mode! & 0o777;

Deno.test("durableReplace creates and replaces, 0600, nothing left beside it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.json`;
    await durableReplace(path, "one");
    await durableReplace(path, new TextEncoder().encode("two"));
    assertEquals(Deno.readTextFileSync(path), "two");
    assertEquals(modeOf(path), 0o600);
    assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["a.json"]);
  }));

Deno.test("a replacement that fails leaves the old file and no temporary one", () =>
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/taken/inner`, { recursive: true });
    assertThrows(() => replaceFileSync(`${folder}/taken`, "x"), Error);
    assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["taken"]);
  }));

Deno.test("a reader of a replaced file keeps the old content", () =>
  inFolder((folder) => {
    const path = `${folder}/v`;
    replaceFileSync(path, "old");
    const reader = Deno.openSync(path);
    replaceFileSync(path, "new");
    const bytes = new Uint8Array(10);
    const length = reader.readSync(bytes)!;
    reader.close();
    assertEquals(new TextDecoder().decode(bytes.subarray(0, length)), "old");
  }));

Deno.test("createFileSync has one winner", () =>
  inFolder((folder) => {
    assertEquals(createFileSync(`${folder}/id`, "first"), true);
    assertEquals(createFileSync(`${folder}/id`, "second"), false);
    assertEquals(Deno.readTextFileSync(`${folder}/id`), "first");
  }));

Deno.test("missing files read as null, other errors are thrown", () =>
  inFolder(async (folder) => {
    assertEquals(readTextIfExistsSync(`${folder}/none`), null);
    assertEquals(await readTextIfExists(`${folder}/none/deeper`), null);
    const long = "x".repeat(1000);
    assertEquals([existsSync(long), readTextIfExistsSync(long)], [false, null]);
    assertEquals([existsSync("a\0b"), readTextIfExistsSync("a\0b"), await readTextIfExists("a\0b")], [
      false,
      null,
      null,
    ]);
    assertThrows(() => readTextIfExistsSync(folder), Error);
    createFileSync(`${folder}/file`, "");
    assertEquals(readTextIfExistsSync(`${folder}/file/below`), null);
    assertEquals(existsSync(`${folder}/file/below`), false);
    assertEquals(removeIfExistsSync(`${folder}/none`), false);
  }));

Deno.test("a text is read from what is no file too, and never without end", async () => {
  assertEquals(readTextIfExistsSync("/dev/null"), "");
  for (const path of ["/dev/zero", "/dev/full"]) {
    assertThrows(() => readTextIfExistsSync(path), DaguError, `Cannot read "${path}": it has more than`);
    await assertRejects(() => readTextIfExists(path), DaguError, `Cannot read "${path}": it has more than`);
  }
  await inFolder((folder) => {
    Deno.createSync(`${folder}/huge`).truncateSync(1 << 30);
    assertThrows(() => readTextIfExistsSync(`${folder}/huge`), DaguError, "it has more than");
  });
});

Deno.test("only regular files are opened where a program reads what programs wrote, and none that is too large", async () => {
  await inFolder(async (folder) => {
    const pipe = `${folder}/pipe`;
    assert((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
    Deno.createSync(`${folder}/huge`).truncateSync(3 * 1024 ** 3);
    createFileSync(`${folder}/file`, "text");
    for (const path of [pipe, folder, "/dev/zero", "/dev/null"]) {
      assertThrows(() => readRegularIfExistsSync(path), DaguError, "it is not a regular file");
      assertEquals(
        [readTailSync(path, 8), readHeadSync(path, 8)],
        [new Uint8Array(), new Uint8Array()],
        path,
      );
      assertEquals(soundText(path), "");
    }
    assertThrows(
      () => readRegularIfExistsSync(`${folder}/huge`),
      DaguError,
      "it has more than 134217728 bytes",
    );
    assertThrows(() => readRegularIfExistsSync(`${folder}/file`, 3), DaguError, "it has more than 3 bytes");
    assertEquals([soundText(`${folder}/huge`), soundText(`${folder}/none`)], ["", ""]);
    assertEquals([soundText(`${folder}/file`), readRegularIfExistsSync(`${folder}/file`, 4)], [
      "text",
      "text",
    ]);
    assertEquals(readRegularIfExistsSync(`${folder}/none`), null);
  });
});

Deno.test("ensureDir makes parents 0700 and says which", () =>
  inFolder(async (folder) => {
    assertEquals(ensureDirSync(`${folder}/a/b`), [`${folder}/a`, `${folder}/a/b`]);
    assertEquals(await ensureDir(`${folder}/a/b/c`, { durable: true }), [`${folder}/a/b/c`]);
    assertEquals(ensureDirSync(`${folder}/a/b`), []);
    assertEquals(modeOf(`${folder}/a`), 0o700);
    createFileSync(`${folder}/file`, "");
    assertThrows(() => ensureDirSync(`${folder}/file`), Deno.errors.NotADirectory, "in the way");
    await syncDir(folder);
  }));

Deno.test("ensureDir follows a link to a folder", () =>
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/real`);
    Deno.symlinkSync("real", `${folder}/link`);
    assertEquals(ensureDirSync(`${folder}/link`), []);
  }));

Deno.test("readTailSync stays behind the given offset", () =>
  inFolder((folder) => {
    const path = `${folder}/log`;
    Deno.writeTextFileSync(path, "0123456789\nabc\n");
    const text = (max: number, from?: number) => new TextDecoder().decode(readTailSync(path, max, from));
    assertEquals(text(5), "\nabc\n");
    assertEquals(text(100), "0123456789\nabc\n");
    assertEquals(text(100, 11), "abc\n");
    assertEquals(text(100, 99), "");
    assert(readTailSync(`${folder}/none`, 10).length === 0);
  }));
