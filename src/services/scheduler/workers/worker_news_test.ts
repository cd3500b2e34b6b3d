import { assertEquals } from "../../../../tests/assert.ts";
import { FakeClock, settle } from "../../../../tests/fakes/fake_clock.ts";
import { aWorker } from "../../../../tests/fakes/workers.ts";
import type { WorkersSeen } from "../../../ports/workers.ts";
import { WorkerNews } from "./worker_news.ts";

Deno.test("other workers are news, while somebody lacks one", async () => {
  const clock = new FakeClock();
  let wanted = true;
  let news = 0;
  let asked = 0;
  let now: () => WorkersSeen | null = () => null;
  const watch = new WorkerNews({
    workers: {
      seen: () => {
        asked++;
        return Promise.resolve().then(now);
      },
    },
    clock,
    wanted: () => wanted,
    onNews: () => news++,
    signal: new AbortController().signal,
  });
  const see = async (next: typeof now) => {
    now = next;
    clock.step();
    await settle();
    return news;
  };
  const workers = (...some: ReturnType<typeof aWorker>[]) => () => ({ workers: some, waiting: [] });
  watch.look();
  watch.look();
  await settle();
  assertEquals(asked, 1);
  const fails = () => {
    throw new Error("not reached");
  };
  assertEquals(await see(fails), 0);
  assertEquals(await see(workers()), 1);
  assertEquals(await see(workers(aWorker("w1"))), 2);
  assertEquals(await see(workers(aWorker("w1", { busyPollers: 3, seenAt: 5, health: "warning" }))), 2);
  assertEquals(await see(workers(aWorker("w1", { labels: {} }))), 3);
  assertEquals(await see(workers(aWorker("w1", { labels: {}, health: "unhealthy" }))), 4);
  wanted = false;
  await see(workers());
  const before = asked;
  assertEquals([clock.step(), asked - before], [false, 0]);
  wanted = true;
  watch.look();
  await settle();
  assertEquals(asked - before, 1);
  wanted = false;
  await see(workers());
});
