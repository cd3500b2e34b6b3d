/** What every store of runs has to do with runs that wait in a queue. */
import type { RunRef } from "../../src/core/run.ts";
import { RunStatus } from "../../src/core/status.ts";
import { DaguError } from "../../src/core/errors.ts";
import { uuidV7 } from "../../src/core/ids.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { childAttempt, finish, newAttempt, twoSteps } from "../fakes/attempts.ts";
import type { ContractTest } from "./run_store.ts";

const DAY = 86_400_000;

const randomId = () => uuidV7(Date.now(), (n) => crypto.getRandomValues(new Uint8Array(n)));

export function testQueuedRuns(test: ContractTest): void {
  test("a queued run waits without an owner, and one further attempt carries it out", async ({ store, other }) => {
    const queued = await store.createQueued({
      ...newAttempt("q1", { trigger: "webhook" }),
      createdAt: 5_000_000,
      priority: "high",
    });
    assertEquals(queued.record.status, RunStatus.Queued);
    assertEquals([queued.record.pid, queued.record.workerId, queued.lease], [0, "", null]);
    assertEquals([queued.record.queuedAt, queued.record.priority], [5_000_000, "high"]);
    const found = (await other.find("test", "q1"))!;
    assertEquals(found, queued);
    assertEquals((await other.snapshot(found)).params, ["A=1"]);
    assertEquals((await other.removeBefore("test", Date.now() + DAY, false)).length, 0);
    const previous = found.record;
    const again = newAttempt("q1", { again: true, onlyQueued: true, previous });
    const tries = await Promise.allSettled([store, other, store].map((one) => one.createAttempt(again)));
    const begun = tries.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    assertEquals(begun.length, 1);
    assertEquals(begun[0].record.queuedAt, 5_000_000);
    assertEquals(begun[0].record.status, RunStatus.NotStarted);
    await assertRejects(() => other.removeQueued(found), DaguError, "q1");
    await finish(begun[0]);
    await assertRejects(() => other.createAttempt(again), DaguError, "not queued any more");
    const ended = (await other.find("test", "q1"))!.record;
    const retried = await store.createAttempt(newAttempt("q1", { again: true, previous: ended }));
    assertEquals(retried.record.queuedAt, 0);
    assertEquals([begun[0].record.trigger, retried.record.trigger], ["webhook", "webhook"]);
    assertEquals((await other.find("test", "q1"))!.record.trigger, "webhook", "as it is stored");
    await finish(retried);
  });

  test("a run that is back in its queue does not begin, and is seen to live before that is asked", async (f) => {
    const queued = await f.store.createQueued(newAttempt("q1"));
    const again = newAttempt("q1", { again: true, onlyQueued: true, previous: queued.record });
    let seen: readonly RunRef[] = [];
    const isCalled = async () => {
      seen = await f.other.running("test");
      return false;
    };
    await assertRejects(() => f.store.createAttempt({ ...again, isCalled }), DaguError, "back in its queue");
    assertEquals(seen.map(({ id }) => id), ["q1"]);
    assertEquals(await f.other.running("test"), []);
    assertEquals((await f.other.find("test", "q1"))?.record, queued.record);
    await finish(await f.store.createAttempt({ ...again, isCalled: () => Promise.resolve(true) }));
  });

  test("a queued run has its id for itself", async ({ store, other }) => {
    for (const id of ["mine", randomId()]) {
      const tries = await Promise.allSettled(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? store : other).createQueued(newAttempt(id))),
      );
      assertEquals(tries.filter((one) => one.status === "fulfilled").length, 1);
      for (const one of tries) if (one.status === "rejected") assert(one.reason instanceof DaguError);
      await assertRejects(() => store.createAttempt(newAttempt(id)), DaguError, "exists");
      assertEquals((await other.find("test", id))?.record.status, RunStatus.Queued);
    }
    await finish(await store.createAttempt(newAttempt("begun")));
    await assertRejects(() => other.createQueued(newAttempt("begun")), DaguError, "exists");
  });

  test("a queued run is found among others, and removed as if it had never been", async ({ store, other }) => {
    const unended = async () => {
      const ids: string[] = [];
      for await (const run of other.unended()) ids.push(`${run.record.name} ${run.record.dagRunId}`);
      return ids.sort();
    };
    assertEquals(await unended(), []);
    await finish(await store.createAttempt(newAttempt("done")));
    const first = await store.createQueued(newAttempt("q1"));
    await store.createQueued(newAttempt("q2", { dag: twoSteps("odd.name") }));
    assertEquals(await unended(), ["odd.name q2", "test q1"]);
    await other.removeQueued(first);
    assertEquals(await other.find("test", "q1"), null);
    assertEquals(await unended(), ["odd.name q2"]);
    await assertRejects(() => other.removeQueued(first), DaguError, "q1");
    await finish(await store.createAttempt(newAttempt("q1")));
  });

  test("runs count in their queue while they live", async ({ store, other }) => {
    const lane = { ...twoSteps("a"), queue: "lane" };
    await store.createQueued(newAttempt("waits", { dag: lane }));
    assertEquals(await other.running("lane"), []);
    const one = await store.createAttempt(newAttempt("same", { dag: lane }));
    const two = await store.createAttempt(newAttempt("same", { dag: { ...twoSteps("b"), queue: "lane" } }));
    const own = await store.createAttempt(newAttempt("r1"));
    await finish(await store.createAttempt(childAttempt(one.record.root, "c1")));
    const child = await store.createAttempt(childAttempt({ name: "a", id: "same" }, "c2"));
    const names = async (queue: string) =>
      (await other.running(queue)).map(({ name, id }) => `${name} ${id}`).sort();
    assertEquals(await names("lane"), ["a same", "b same"]);
    assertEquals(await names("test"), ["test r1"]);
    await finish(child);
    await finish(one);
    assertEquals(await names("lane"), ["b same"]);
    await finish(two);
    await finish(own);
    assertEquals(await names("lane"), []);
  });
}
