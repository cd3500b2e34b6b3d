import { assert, assertEquals } from "../../../../tests/assert.ts";
import { FileQueueStore } from "./queue_store.ts";
import { inFolder } from "../../../../tests/support/folder.ts";

async function inHome(work: (store: FileQueueStore, queueDir: string) => Promise<void>): Promise<void> {
  await inFolder(async (home) => {
    const queueDir = `${home}/data/queue`;
    await work(new FileQueueStore({ dataDir: `${home}/data`, logDir: `${home}/logs`, queueDir }), queueDir);
  });
}

const run = (id: string) => ({ name: "etl", id });

Deno.test("queue items stand where they are looked for, and only their owner may read them", () =>
  inHome(async (store, queueDir) => {
    const at = Date.UTC(2024, 2, 15, 12, 0, 0, 123);
    const place = await store.reserve("nightly", run("r-1"), "high", at);
    await place.take();
    const path = `${queueDir}/nightly/item_high_20240315_120000_123Z_r-1.json`;
    assertEquals(JSON.parse(Deno.readTextFileSync(path)), {
      fileName: "item_high_20240315_120000_123Z_r-1.json",
      dagRun: { name: "etl", id: "r-1" },
      queuedAt: "2024-03-15T12:00:00.123Z",
    });
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    assertEquals(Deno.statSync(`${queueDir}/nightly`).mode! & 0o777, 0o700);
    const [item] = (await store.contents("nightly")).waiting;
    await store.claim(item, 7);
    assertEquals([...Deno.readDirSync(`${queueDir}/nightly/claimed`)].map(({ name }) => name), [
      "item_high_20240315_120000_123Z_r-1.json.7",
    ]);
  }));

Deno.test("items of Dagu are read, and stand in one order with our own", () =>
  inHome(async (store, queueDir) => {
    const at = Date.UTC(2026, 10, 23, 1, 55, 35, 314);
    for (const [id, ms] of [["early", -1], ["late", 1]] as const) {
      await (await store.reserve("lane", run(id), "low", at + ms)).take();
    }
    for (const [ns, id] of [["314410403", "second"], ["314410402", "first"]]) {
      const name = `item_low_20261123_015535_${ns}Z_${id}.json`;
      const content = { fileName: name, dagRun: run(id!), queuedAt: `2026-11-23T01:55:35.${ns}Z` };
      Deno.writeTextFileSync(`${queueDir}/lane/${name}`, JSON.stringify(content));
    }
    const { waiting, bad } = await store.contents("lane");
    assertEquals(waiting.map((item) => item.run.id), ["early", "first", "second", "late"]);
    assertEquals(bad, []);
  }));

Deno.test("whatever lies in a queue, sound items are found and each bad one is named", () =>
  inHome(async (store, queueDir) => {
    const place = await store.reserve("lane", run("good"), "low");
    await place.take();
    const lane = `${queueDir}/lane`;
    const put = (name: string, content: string) => Deno.writeTextFileSync(`${lane}/${name}`, content);
    const name = (id: string) => `item_low_20260101_000000_000Z_${id}.json`;
    put(name("empty"), "");
    put(name("torn"), '{"dagRun": {"na');
    put(name("list"), "[]");
    put(name("nameless"), '{"dagRun": {"id": "x"}}');
    put(name("path"), '{"dagRun": {"name": "etl", "id": "../x"}}');
    put(name("huge"), " ".repeat(70_000));
    put("item_low_20261399_000000_000Z_when.json", '{"dagRun": {"name": "etl", "id": "x"}}');
    put("item_middle_20260101_000000_000Z_x.json", "{}");
    Deno.symlinkSync(`${lane}/${place.item.id}`, `${lane}/${name("link")}`);
    Deno.mkdirSync(`${lane}/${name("folder")}`);
    await new Deno.Command("mkfifo", { args: [`${lane}/${name("pipe")}`] }).output();
    put("README", "not an item");
    const { waiting, bad } = await store.contents("lane");
    assertEquals(waiting.map((item) => item.run.id), ["good"]);
    assertEquals(bad.length, 11);
    for (const one of bad) {
      assert(one.problem !== "", one.id);
      assert(await store.quarantine(one) !== "", one.id);
    }
    const left = [...Deno.readDirSync(lane)].map((entry) => entry.name).sort();
    assertEquals(left, ["README", place.item.id, "quarantine"]);
    assertEquals(Deno.readTextFileSync(`${lane}/README`), "not an item");
  }));

Deno.test("folders of queues that nobody uses go, others stay, and come again", () =>
  inHome(async (store, queueDir) => {
    for (const queue of ["old", "used", "young"]) {
      const place = await store.reserve(queue, run("r"), "low");
      await place.take();
      if (queue === "used") continue;
      const claim = (await store.claim(place.item, 1))!;
      await store.settle(claim);
      if (queue === "old") Deno.utimeSync(`${queueDir}/old`, 1, 1);
    }
    Deno.utimeSync(`${queueDir}/used`, 1, 1);
    await store.prune();
    assertEquals(await store.queues(), ["used", "young"]);
    await (await store.reserve("old", run("again"), "low")).take();
    assertEquals((await store.contents("old")).waiting.map((item) => item.run.id), ["again"]);
  }));
