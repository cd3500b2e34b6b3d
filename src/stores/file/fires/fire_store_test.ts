import { assert, assertEquals } from "../../../../tests/assert.ts";
import { FIRE_AT, makeFire, makeFireRecord } from "../../../../tests/fakes/fires.ts";
import { FileFireStore } from "./fire_store.ts";
import { inFolder } from "../../../../tests/support/folder.ts";

const DAY = 86_400_000;

async function inHome(body: (home: string, store: FileFireStore) => Promise<void>): Promise<void> {
  await inFolder(async (home) => {
    const store = new FileFireStore(home);
    try {
      await body(home, store);
    } finally {
      await store.close();
    }
  });
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) =>
    entry.isDirectory ? filesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]
  );
}

Deno.test("file fires: a damaged or foreign line costs itself only", () =>
  inHome(async (home, store) => {
    await store.settle([makeFireRecord()]);
    const [path] = filesBelow(`${home}/scheduler/fires`);
    Deno.writeTextFileSync(path, 'garbage\n{"dag":"x"}\n{"torn":', { append: true });
    const next = makeFireRecord({ at: FIRE_AT + 60_000 });
    const after = new FileFireStore(home);
    await after.settle([next]);
    assertEquals(await after.list({}), [next, makeFireRecord()]);
    await after.close();
  }));

Deno.test("file fires: no name leads out of the folder, files are the owner's alone", () =>
  inHome(async (home, store) => {
    await store.claim(makeFire({ job: "../../../x", entry: "/../y" }), 1);
    await store.settle([makeFireRecord({ job: "../../../x", entry: "/../y" })]);
    await store.setSettledUntil(FIRE_AT);
    const files = filesBelow(home);
    assertEquals(files.length, 3);
    for (const file of files) assertEquals(Deno.statSync(file).mode! & 0o777, 0o600, file);
  }));

Deno.test("file fires: a sweep leaves no empty folder of a tick, and drops old files of records", () =>
  inHome(async (home, store) => {
    await store.settle([makeFireRecord({ job: "gone", at: FIRE_AT - 40 * DAY })]);
    await store.claim(makeFire({ job: "kept" }), 1);
    assertEquals([...Deno.readDirSync(`${home}/scheduler/ticks`)].length, 2);
    await store.close();
    const [ledger] = filesBelow(`${home}/scheduler/fires`);
    Deno.utimeSync(ledger, new Date(FIRE_AT - 40 * DAY), new Date(FIRE_AT - 40 * DAY));
    const after = new FileFireStore(home);
    await after.sweep(FIRE_AT - DAY, FIRE_AT);
    assertEquals([...Deno.readDirSync(`${home}/scheduler/ticks`)].length, 1);
    assertEquals(filesBelow(`${home}/scheduler/fires`), []);
    await after.close();
  }));

Deno.test("file fires: a full file of records is followed by another, and there is a limit to them", () =>
  inHome(async (home, store) => {
    const folder = `${home}/scheduler/fires`;
    Deno.mkdirSync(folder, { recursive: true });
    for (let n = 10; n < 30; n++) Deno.writeTextFileSync(`${folder}/202601${n}_000000.jsonl`, "");
    Deno.truncateSync(`${folder}/20260129_000000.jsonl`, 9 << 20);
    const record = makeFireRecord();
    await store.settle([record]);
    const names = filesBelow(folder).map((file) => file.slice(folder.length + 1)).sort();
    assertEquals(names.length, 16);
    assertEquals(names.at(-1), "20261123_020000.jsonl");
    assert(names.includes("20260129_000000.jsonl"));
    assertEquals(await store.list({ limit: 1 }), [record]);
  }));

Deno.test("file fires: a mark that makes no sense counts as none", () =>
  inHome(async (home, store) => {
    await store.setSettledUntil(FIRE_AT);
    for (const text of ["", "soon", "-5", "1e999"]) {
      Deno.writeTextFileSync(`${home}/scheduler/settled_until`, text);
      assertEquals(await store.settledUntil(), null, text);
    }
  }));
