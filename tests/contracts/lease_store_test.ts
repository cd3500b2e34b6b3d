import { assertEquals } from "../assert.ts";
import { FileLeaseStore } from "../../src/stores/file/services/lease_store.ts";
import { MemoryLeaseStore } from "../../src/stores/memory/lease_store.ts";
import type { LeaseOwner } from "../../src/ports/lease_store.ts";
import { ownLease } from "../fakes/attempts.ts";
import { testLeaseStore } from "./lease_store.ts";

function owner(token: string, change: Partial<LeaseOwner> = {}): LeaseOwner {
  const { host, bootId, pid, startTime } = ownLease(token);
  return { host, bootId, pid, startTime, token, ...change };
}

testLeaseStore("memory", () => {
  const store = new MemoryLeaseStore(({ pid }) => pid === 0);
  const cleanUp = () => Promise.resolve();
  return Promise.resolve({ store, other: store, alive: owner("a"), gone: owner("b", { pid: 0 }), cleanUp });
});

testLeaseStore("file", async () => {
  const root = await Deno.makeTempDir({ prefix: "lease-" });
  return {
    store: new FileLeaseStore(`${root}/locks`),
    other: new FileLeaseStore(`${root}/locks`),
    alive: owner("a"),
    // Our own number with another start time: that process is gone.
    gone: owner("b", { startTime: "1" }),
    cleanUp: () => Deno.remove(root, { recursive: true }),
  };
});

Deno.test("lease store (file): the owner's folder is there while it leads, under host, process and time", async () => {
  const root = await Deno.makeTempDir({ prefix: "lease-" });
  const store = new FileLeaseStore(root);
  const folders = () =>
    [...Deno.readDirSync(root)].filter((entry) => entry.isDirectory).map((entry) => entry.name);
  await store.claim(1, owner("a", { host: "a.b" }));
  assertEquals(folders().map((name) => name.replace(/\d{8}_\d{6}$/, "T")), [`.dagu_lock.a.b@${Deno.pid}.T`]);
  await store.claim(2, owner("b", { host: "c" }));
  assertEquals(folders().map((name) => name.replace(/\d{8}_\d{6}$/, "T")), [`.dagu_lock.c@${Deno.pid}.T`]);
  await store.release(2, owner("b", { host: "c" }));
  assertEquals(folders(), []);
  await Deno.remove(root, { recursive: true });
});

Deno.test("lease store (file): a claim that was cut off, and what is no claim, do not hide the epoch", async () => {
  const root = await Deno.makeTempDir({ prefix: "lease-" });
  const store = new FileLeaseStore(root);
  Deno.writeTextFileSync(`${root}/epoch_7.json`, '{"owner"');
  Deno.writeTextFileSync(`${root}/epoch_x.json`, "");
  Deno.mkdirSync(`${root}/other`);
  assertEquals(await store.newest(), { epoch: 7, owner: null, beat: "", released: false });
  assertEquals([store.superseded(6), store.superseded(7)], [true, false]);
  assertEquals(await store.claim(8, owner("a")), true);
  await Deno.remove(root, { recursive: true });
});

Deno.test("lease store (file): a claim is won though the answer to the call was lost", async () => {
  const root = await Deno.makeTempDir({ prefix: "lease-" });
  const store = new FileLeaseStore(root);
  assertEquals(await store.claim(1, owner("a")), true);
  // A network file system makes the call again, and is told that the file exists.
  assertEquals(await store.claim(1, owner("a")), true);
  assertEquals(await new FileLeaseStore(root).claim(1, owner("b")), false);
  await Deno.remove(root, { recursive: true });
});

Deno.test("lease store (file): who finds its claim removed does not act any more", async () => {
  const root = await Deno.makeTempDir({ prefix: "lease-" });
  const store = new FileLeaseStore(root);
  await store.claim(1, owner("a"));
  assertEquals(store.superseded(1), false);
  await Deno.remove(root, { recursive: true });
  assertEquals(store.superseded(1), true);
  assertEquals(await store.renew(1, owner("a")), false);
});
