/** What every store of queues has to do. */
import type { QueueItem, QueueStore } from "../../src/ports/queue_store.ts";
import { assert, assertEquals } from "../assert.ts";
import { until } from "../support/home.ts";

export interface QueueStoreFixture {
  readonly store: QueueStore;
  /** Another instance that sees the same queues, as another process would; the same one where there is no other. */
  readonly other: QueueStore;
  /** Makes an item unreadable. */
  spoil(item: QueueItem): void;
  cleanUp(): Promise<void>;
}

/** Declares a test on a store of its own. */
type Test = (what: string, body: (fixture: QueueStoreFixture) => Promise<void>) => void;

export function testQueueStore(name: string, open: () => Promise<QueueStoreFixture>): void {
  const test: Test = (what, body) =>
    Deno.test(`queues, ${name}: ${what}`, async () => {
      const fixture = await open();
      try {
        await body(fixture);
      } finally {
        await fixture.cleanUp();
      }
    });
  testOrder(test);
  testClaims(test);
  testItems(test);
}

const run = (id: string) => ({ name: "test", id });

async function add(
  store: QueueStore,
  id: string,
  priority: "high" | "low" = "low",
  at?: number,
): Promise<QueueItem> {
  const place = await store.reserve("lane", run(id), priority, at);
  await place.take();
  return place.item;
}

async function waiting(store: QueueStore): Promise<string[]> {
  return (await store.contents("lane")).waiting.map((item) => item.run.id);
}

function testOrder(test: Test): void {
  test("items wait in the order in which they were put in line, high priority first", async (f) => {
    assertEquals(await f.store.queues(), []);
    assertEquals(await f.store.contents("lane"), { waiting: [], claims: [], reserved: [], bad: [] });
    for (const id of ["c", "b", "a"]) await add(f.store, id);
    await add(f.other, "y", "high");
    await add(f.other, "x", "high");
    await add(f.store, "0");
    assertEquals(await waiting(f.other), ["y", "x", "c", "b", "a", "0"]);
    assertEquals(await f.other.queues(), ["lane"]);
    const [first] = (await f.other.contents("lane")).waiting;
    assertEquals([first.queue, first.priority, first.run], ["lane", "high", run("y")]);
    assert(Math.abs(first.queuedAt - Date.now()) < 60_000);
  });

  test("a clock that was set back changes no order", async ({ store, other }) => {
    const future = Date.now() + 86_400_000;
    await add(store, "first", "low", future);
    await add(store, "second");
    const claimed = (await other.contents("lane")).waiting;
    for (const item of claimed) await other.claim(item, 1);
    await add(other, "third");
    const contents = await store.contents("lane");
    for (const claim of contents.claims) await store.giveBack(claim);
    assertEquals(await waiting(other), ["first", "second", "third"]);
  });

  test("a reserved place is not in line until it is taken", async ({ store, other }) => {
    const early = await store.reserve("lane", run("early"), "low");
    await add(other, "late");
    assertEquals(await waiting(other), ["late"]);
    const [left] = (await other.contents("lane")).reserved;
    assertEquals(left.item, early.item);
    await early.take();
    assertEquals(await waiting(other), ["early", "late"]);
    assertEquals((await other.contents("lane")).reserved, []);
    // Whoever repairs and whoever reserved may do the same.
    await left.take();
    assertEquals(await waiting(other), ["early", "late"]);
    const given = await store.reserve("lane", run("given"), "low");
    given.leave();
    assertEquals((await other.contents("lane")).reserved, []);
    const promoted = await store.reserve("lane", run("promoted"), "low");
    await (await other.contents("lane")).reserved[0].take();
    await promoted.take();
    assertEquals(await waiting(store), ["early", "late", "promoted"]);
  });
}

function testClaims(test: Test): void {
  test("of many who claim an item exactly one gets it", async ({ store, other }) => {
    const item = await add(store, "r1");
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? store : other).claim(item, i + 1)),
    );
    const won = claims.filter((claim) => claim !== null);
    assertEquals(won.length, 1);
    const contents = await other.contents("lane");
    assertEquals([contents.waiting, contents.claims], [[], won]);
    assertEquals(await other.remove(item), false);
    await other.settle(won[0]);
    assertEquals(await other.contents("lane"), { waiting: [], claims: [], reserved: [], bad: [] });
    assertEquals(await store.claim(item, 99), null);
  });

  test("what is given back stands where it stood", async ({ store, other }) => {
    const items = [];
    for (const id of ["a", "b", "c"]) items.push(await add(store, id));
    const claim = (await other.claim(items[1], 7))!;
    assertEquals(await waiting(store), ["a", "c"]);
    assertEquals((await store.contents("lane")).claims, [claim]);
    await store.giveBack(claim);
    assertEquals(await waiting(other), ["a", "b", "c"]);
    await store.giveBack(claim);
    await store.settle(claim);
    assertEquals(await waiting(other), ["a", "b", "c"]);
  });

  test("a run waits from when it is in line until it is claimed, and again when it is given back", async (f) => {
    const waits = ({ queue, run, ...place }: QueueItem) => f.other.waits(queue, run, place);
    const place = await f.store.reserve("lane", run("r1"), "high");
    assertEquals(await waits(place.item), false);
    await place.take();
    assertEquals(await waits(place.item), true);
    assertEquals(await waits({ ...place.item, run: run("r2") }), false);
    assertEquals(await waits({ ...place.item, queuedAt: place.item.queuedAt + 1 }), false);
    const claim = (await f.store.claim(place.item, 1))!;
    assertEquals(await waits(place.item), false);
    await f.store.giveBack(claim);
    assertEquals(await waits(place.item), true);
    await f.store.remove(place.item);
    assertEquals(await waits(place.item), false);
  });
}

function testItems(test: Test): void {
  test("an item is removed once", async ({ store, other }) => {
    const item = await add(store, "r1");
    assertEquals(await other.remove(item), true);
    assertEquals(await store.remove(item), false);
    assertEquals(await waiting(store), []);
    assertEquals(await store.claim(item, 1), null);
  });

  test("what cannot be read is named, and put aside without the others", async ({ store, other, spoil }) => {
    await add(store, "a");
    const spoilt = await add(store, "b");
    await add(store, "c");
    spoil(spoilt);
    const { bad } = await other.contents("lane");
    assertEquals(bad.map(({ id }) => id), [spoilt.id]);
    assert(bad[0].problem !== "");
    assertEquals(await waiting(other), ["a", "c"]);
    assert(await other.quarantine(bad[0]) !== "");
    assertEquals(await other.quarantine(bad[0]), "");
    assertEquals((await other.contents("lane")).bad, []);
    assertEquals(await waiting(other), ["a", "c"]);
    await add(store, "b");
    assertEquals(await waiting(other), ["a", "c", "b"]);
  });

  test("a word about an item goes with it", async ({ store, other }) => {
    const item = await add(store, "a");
    const beside = await add(store, "b");
    const notes = async () => [...await other.notes("lane")];
    assertEquals(await notes(), []);
    await store.note(item, "the disk is full");
    assertEquals(await notes(), [[item.id, "the disk is full"]]);
    await store.note(beside, "it waits");
    const both = [[item.id, "the disk is full"], [beside.id, "it waits"]];
    assertEquals((await notes()).toSorted(), both.toSorted());
    await store.note(beside, "");
    await store.note(item, "");
    assertEquals(await notes(), []);
    await store.note(item, "again");
    await store.settle((await store.claim(item, 1))!);
    assertEquals([await notes(), [...await other.notes("nobody's")]], [[], []]);
  });

  test("whoever watches is told of items that come, and of nothing afterwards", async ({ store, other }) => {
    const told: (string | null)[] = [];
    const end = other.watch((queue) => told.push(queue));
    try {
      await until(async () => {
        await add(store, crypto.randomUUID());
        return told.includes("lane");
      }, "word of an item");
    } finally {
      end();
    }
  });
}
