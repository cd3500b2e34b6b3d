import { assertEquals } from "../../../../tests/assert.ts";
import { DaguLock } from "./dagu_lock.ts";
import { inFolder } from "../../../../tests/support/folder.ts";

async function withLock(work: (path: string, lock: DaguLock) => void): Promise<void> {
  await inFolder((root) => work(`${root}/locks/.dagu_lock`, new DaguLock(`${root}/locks/.dagu_lock`)));
}

/** What Dagu does to take its lock. */
function takeAsDagu(path: string): void {
  Deno.mkdirSync(path, { recursive: true });
}

function exists(path: string): boolean {
  return [...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))].some((entry) =>
    path.endsWith(entry.name)
  );
}

Deno.test("Dagu's lock: held, shown to be in use, given back", () =>
  withLock((path, lock) => {
    assertEquals(lock.take(0), true);
    Deno.utimeSync(path, 1, 1);
    assertEquals(lock.keep(9_000), true);
    assertEquals(Deno.statSync(path).mtime!.getTime(), 1000);
    assertEquals(lock.keep(11_000), true);
    assertEquals(Deno.statSync(path).mtime!.getTime() > 1000, true);
    lock.leave();
    assertEquals(exists(path), false);
  }));

Deno.test("Dagu's lock: waited for while its time changes, taken after 30 s without a change", () =>
  withLock((path, lock) => {
    takeAsDagu(path);
    assertEquals([lock.take(0), lock.take(29_000)], [false, false]);
    Deno.utimeSync(path, 5, 5);
    assertEquals([lock.take(31_000), lock.take(60_000)], [false, false]);
    assertEquals(lock.take(61_001), true);
    assertEquals(lock.keep(72_000), true);
  }));

Deno.test("Dagu's lock: the one of another scheduler of ours is taken over at once", () =>
  withLock((path, lock) => {
    lock.take(0);
    assertEquals(new DaguLock(path).take(0), true);
  }));

Deno.test("Dagu's lock: lost when the other program took it meanwhile, and then left alone", () =>
  withLock((path, lock) => {
    lock.take(0);
    Deno.removeSync(path, { recursive: true });
    takeAsDagu(path);
    assertEquals(lock.keep(11_000), false);
    lock.leave();
    assertEquals(exists(path), true);
  }));

Deno.test("Dagu's lock: a folder in place of our mark is put away", () =>
  withLock((path, lock) => {
    Deno.mkdirSync(`${path}/dagu-deno/more`, { recursive: true });
    assertEquals(lock.take(0), true);
    assertEquals(Deno.statSync(`${path}/dagu-deno`).isFile, true);
  }));
