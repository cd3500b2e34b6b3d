/** What every store of runs has to do. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { DaguError } from "../../src/core/errors.ts";
import type { RunStore, StoredRun } from "../../src/ports/run_store.ts";
import { uuidV7 } from "../../src/core/ids.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import {
  childAttempt,
  finish,
  newAttempt,
  nodeEvent,
  ownLease,
  runEvent,
  twoSteps,
} from "../fakes/attempts.ts";
import { testEndedRuns } from "./run_store_ends.ts";
import { fullDag } from "../fakes/full_dag.ts";
import { makeSnapshot } from "../fakes/attempts.ts";

export interface RunStoreFixture {
  readonly store: RunStore;
  /** Another instance that sees the same runs, as another process would; the same one where there is no other. */
  readonly other: RunStore;
  /** A lease whose owner is dead. */
  deadLease(token: string): ReturnType<typeof ownLease>;
  /** Makes a run look as if nothing of it had changed since a time. */
  age(run: StoredRun, since: number): void;
  cleanUp(): Promise<void>;
}

/** Declares a test on a store of its own. */
export type ContractTest = (what: string, body: (fixture: RunStoreFixture) => Promise<void>) => void;

const DAY = 86_400_000;

export function testRunStore(name: string, open: () => Promise<RunStoreFixture>): void {
  const test: ContractTest = (what, body) =>
    Deno.test(`${name}: ${what}`, async () => {
      const fixture = await open();
      try {
        await body(fixture);
      } finally {
        await fixture.cleanUp();
      }
    });
  const randomId = () => uuidV7(Date.now(), (n) => crypto.getRandomValues(new Uint8Array(n)));

  test("a run is found from its first moment to its end", async ({ store, other }) => {
    assertEquals(await store.find("test", "r1"), null);
    assertEquals(await store.latest("test"), null);
    const attempt = await store.createAttempt(newAttempt("r1"));
    const fresh = await other.find("test", "r1");
    assertEquals(fresh?.record.status, RunStatus.NotStarted);
    assertEquals(fresh?.record, attempt.record);
    assertEquals(fresh?.lease, { ...ownLease("token-of-a-test"), epoch: 1 });
    attempt.append(runEvent(RunStatus.Running));
    attempt.append(nodeEvent(0, NodeStatus.Running));
    attempt.append({ kind: "node", node: "exit", patch: { outputs: { X: "a=b" } } });
    const running = await other.find("test", "r1");
    assertEquals(running?.record, attempt.record);
    assertEquals(running?.record.nodes[0].state.status, NodeStatus.Running);
    assertEquals(running?.record.handlers.exit?.state.outputs, { X: "a=b" });
    assertEquals(await other.liveness(running!), "alive");
    attempt.append(nodeEvent(0, NodeStatus.Succeeded));
    attempt.append(runEvent(RunStatus.Succeeded));
    await attempt.flush();
    await attempt.close();
    const ended = (await other.find("test", "r1"))!;
    assertEquals(ended.record.status, RunStatus.Succeeded);
    assertEquals(ended.record.nodes.map((node) => node.state.status), [NodeStatus.Succeeded, 0]);
    assertEquals(ended.record.params, "A=1");
    assertEquals(ended.record.paramsList, ["A=1"]);
    assertEquals((await other.latest("test"))?.record.dagRunId, "r1");
  });

  test("an id is used once", async ({ store, other }) => {
    for (const id of ["mine", randomId(), "0190a0b0-0000-7000-8000-000000000000"]) {
      const attempt = await store.createAttempt(newAttempt(id));
      await assertRejects(() => other.createAttempt(newAttempt(id)), DaguError, id);
      await finish(attempt);
      await assertRejects(() => store.createAttempt(newAttempt(id)), DaguError, id);
      const later = newAttempt(id, { createdAt: Date.now() + 90_000 });
      await assertRejects(() => other.createAttempt(later), DaguError, id);
      assertEquals((await other.find("test", id))?.record.status, RunStatus.Succeeded);
    }
    const same = newAttempt("mine", { dag: twoSteps("another") });
    await finish(await store.createAttempt(same));
  });

  test("a definition that a worker told is shown, and not given out to be run", async ({ store, other }) => {
    const own = newAttempt("own");
    await finish(await store.createAttempt(own));
    await finish(
      await store.createAttempt(newAttempt("told", { snapshot: { ...own.snapshot, told: true } })),
    );
    const find = async (id: string) => (await other.find("test", id))!;
    assertEquals((await other.snapshotToRun(await find("own"))).dag.name, "test");
    const told = await find("told");
    assertEquals((await other.snapshot(told)).told, true);
    await assertRejects(() => other.snapshotToRun(told), DaguError, 'the worker "local" said');
  });

  test("of many who want one id exactly one gets it", async ({ store, other }) => {
    for (const id of ["race", randomId()]) {
      const tries = await Promise.allSettled(
        Array.from(
          { length: 20 },
          (_, i) =>
            (i % 2 ? store : other).createAttempt(newAttempt(id, { createdAt: Date.now() + i * 300 })),
        ),
      );
      const won = tries.flatMap((t) => t.status === "fulfilled" ? [t.value] : []);
      assertEquals(won.length, 1);
      for (const lost of tries) {
        if (lost.status === "rejected") assert(lost.reason instanceof DaguError, lost.reason);
      }
      await finish(won[0]);
      assertEquals((await store.list("test", {})).filter((run) => run.record.dagRunId === id).length, 1);
    }
  });

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

  test("a run without an end is found among others, begun or not, with its owner", async ({ store, other }) => {
    const unended = async () => {
      const found: string[] = [];
      for await (const { record, lease } of other.unended()) found.push(`${record.dagRunId} ${lease?.token}`);
      return found.sort();
    };
    await finish(await store.createAttempt(newAttempt("done")));
    const begins = await store.createAttempt(newAttempt("begins", { lease: ownLease("one") }));
    const runs = await store.createAttempt(newAttempt("runs", { lease: ownLease("two") }));
    runs.append(runEvent(RunStatus.Running));
    assertEquals(await unended(), ["begins one", "runs two"]);
    await finish(begins);
    await finish(runs);
    assertEquals(await unended(), []);
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

  test("a retry by a record that is out of date is refused", async ({ store, other }) => {
    const first = await store.createAttempt(newAttempt("r1"));
    first.append(runEvent(RunStatus.Running));
    await first.flush();
    const previous = (await other.find("test", "r1"))!.record;
    first.append(nodeEvent(0, NodeStatus.Succeeded));
    await finish(first);
    const again = newAttempt("r1", { again: true, previous });
    await assertRejects(() => other.createAttempt(again), DaguError, "has gone on since it was read");
    const ended = (await other.find("test", "r1"))!.record;
    await finish(await other.createAttempt({ ...again, previous: ended }));
  });

  test("a retry adds an attempt and carries states over", async ({ store, other }) => {
    await assertRejects(() => store.createAttempt(newAttempt("r1", { again: true })), DaguError, "no run");
    const first = await store.createAttempt(newAttempt("r1"));
    first.append(nodeEvent(0, NodeStatus.Succeeded));
    first.append({ kind: "node", node: 0, patch: { outputs: { X: "1" }, pgid: 5 } });
    first.append({ kind: "node", node: "exit", patch: { status: NodeStatus.Succeeded } });
    first.append(runEvent(RunStatus.Failed));
    await first.close();
    const previous = (await store.find("test", "r1"))!.record;
    const second = await other.createAttempt(newAttempt("r1", { again: true, previous }));
    assert(second.dir !== first.dir);
    assertEquals(second.record.nodes[0].state.outputs, { X: "1" });
    assertEquals(second.record.nodes[0].state.status, NodeStatus.Succeeded);
    assertEquals(second.record.nodes[0].state.pgid, 0);
    assertEquals(second.record.nodes[1].state.status, NodeStatus.NotStarted);
    assertEquals(second.record.handlers.exit?.state.status, NodeStatus.NotStarted);
    const found = (await store.find("test", "r1"))!;
    assertEquals(found.dir, second.dir);
    assertEquals(found.lease?.epoch, 2);
    await assertRejects(
      () => store.createAttempt(newAttempt("r1", { again: true })),
      DaguError,
      "still running",
    );
    await finish(second);
    assertEquals((await store.list("test", {})).length, 1);
  });

  test("the newest attempt is found although the clock was set back", async ({ store }) => {
    const now = Date.now();
    await finish(await store.createAttempt(newAttempt("r1", { createdAt: now })), RunStatus.Failed);
    const second = await store.createAttempt(newAttempt("r1", { createdAt: now - DAY, again: true }));
    await finish(second);
    assertEquals((await store.find("test", "r1"))?.dir, second.dir);
    assertEquals((await store.find("test", "r1"))?.record.status, RunStatus.Succeeded);
  });

  test("further attempts keep the time at which the run was made", async ({ store }) => {
    const now = Date.now();
    await finish(await store.createAttempt(newAttempt("r1", { createdAt: now - DAY })), RunStatus.Failed);
    const previous = (await store.find("test", "r1"))!.record;
    for (const more of [{ previous }, {}]) {
      await finish(await store.createAttempt(newAttempt("r1", { ...more, createdAt: now, again: true })));
      assertEquals((await store.find("test", "r1"))?.record.createdAt, now - DAY);
    }
  });

  test("sub-runs stand below their root run", async ({ store, other }) => {
    const root = { name: "test", id: "r1" };
    await assertRejects(() => store.createAttempt(childAttempt(root, "c1")), DaguError, "no run");
    const attempt = await store.createAttempt(newAttempt("r1"));
    const child = await store.createAttempt(childAttempt(root, "c1"));
    const nested = await store.createAttempt(
      childAttempt(root, "c2", { parent: { name: "child", id: "c1" } }),
    );
    await assertRejects(() => store.createAttempt(childAttempt(root, "c1")), DaguError, "exists");
    await assertRejects(
      () => store.createAttempt(childAttempt(root, "c9", { again: true })),
      DaguError,
      "no run",
    );
    await finish(nested);
    await finish(child, RunStatus.Failed);
    const found = await other.findChild(root, "c2");
    assertEquals(found?.record.parent, { name: "child", id: "c1" });
    assertEquals(found?.record.root, root);
    const again = await other.createAttempt(childAttempt(root, "c1", { again: true }));
    await finish(again);
    assertEquals((await store.findChild(root, "c1"))?.record.status, RunStatus.Succeeded);
    assertEquals(await store.findChild(root, "c3"), null);
    assertEquals(await store.findChild({ name: "test", id: "none" }, "c1"), null);
    assertEquals(await store.find("child", "c1"), null);
    assertEquals(await store.names(), ["test"]);
    await finish(attempt);
  });

  test("signs of life are told for all DAGs, and end with their runs", async ({ store, other }) => {
    assertEquals(await other.signs(), []);
    const first = await store.createAttempt(newAttempt("r1"));
    const second = await store.createAttempt(newAttempt("r2", { dag: twoSteps("a.b") }));
    const signs = async () => (await other.signs()).map((run) => `${run.name} ${run.id}`).sort();
    assertEquals(await signs(), ["a.b r2", "test r1"]);
    await finish(first);
    assertEquals(await signs(), ["a.b r2"]);
    await finish(second);
    assertEquals(await signs(), []);
  });

  test("active runs are those with a sign of life", async ({ store, other }) => {
    assertEquals(await store.active("test"), []);
    const first = await store.createAttempt(newAttempt("r1"));
    const second = await store.createAttempt(newAttempt("r2"));
    const stranger = await store.createAttempt(newAttempt("r3", { dag: twoSteps("another") }));
    const active = async () => (await other.active("test")).map((run) => run.record.dagRunId).sort();
    assertEquals(await active(), ["r1", "r2"]);
    await finish(first);
    assertEquals(await active(), ["r2"]);
    await finish(second);
    await finish(stranger);
    assertEquals(await other.active("another"), []);
  });

  test("lists are newest first and filtered", async ({ store }) => {
    const start = Date.UTC(2026, 0, 31, 23, 59, 58);
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) {
      // Three of a second, over the end of a month.
      const attempt = newAttempt(`r${i}`, { createdAt: start + Math.floor(i / 3) * 2000 + (i % 3) * 10 });
      await finish(await store.createAttempt(attempt), i % 2 ? RunStatus.Failed : RunStatus.Succeeded);
      ids.unshift(`r${i}`);
    }
    const list = async (filter: Parameters<RunStore["list"]>[1]) =>
      (await store.list("test", filter)).map((run) => run.record.dagRunId);
    assertEquals(await list({}), ids);
    assertEquals(await list({ limit: 2 }), ["r5", "r4"]);
    assertEquals(await list({ statuses: [RunStatus.Failed] }), ["r5", "r3", "r1"]);
    assertEquals(await list({ from: start + 10, to: start + 2010 }), ["r3", "r2", "r1"]);
    assertEquals(await list({ from: start + 10 * DAY }), []);
    assertEquals(await store.list("none", {}), []);
    assertEquals((await store.latest("test"))?.record.dagRunId, "r5");
  });

  test("names of DAGs with history", async ({ store }) => {
    assertEquals(await store.names(), []);
    for (const name of ["b.dots", "a", "b_dots", "x-12ab"]) {
      await finish(await store.createAttempt(newAttempt("r1", { dag: twoSteps(name) })));
    }
    assertEquals(await store.names(), ["a", "b.dots", "b_dots", "x-12ab"]);
  });

  test("the definition comes back as it was given", async ({ store, other }) => {
    const snapshot = makeSnapshot({ ...fullDag(), logDir: "" }, { env: ["A=1=2"], workingDir: "/w" });
    const attempt = await store.createAttempt(newAttempt("r1", { dag: snapshot.dag, snapshot }));
    const run = (await other.find("full.dag", "r1"))!;
    assertEquals(await other.snapshot(run), snapshot);
    attempt.append(runEvent(RunStatus.Succeeded));
    await attempt.close();
    assertEquals((await other.latest("full.dag"))?.record.name, "full.dag");
  });

  test("a request to cancel reaches the owner once", async ({ store, other }) => {
    const attempt = await store.createAttempt(newAttempt("r1"));
    let calls = 0;
    const heard = new Promise<void>((resolve) =>
      attempt.onCancelRequest(() => {
        calls++;
        resolve();
      })
    );
    const run = (await other.find("test", "r1"))!;
    await other.requestCancel(run);
    await other.requestCancel(run);
    // The owner may look with a timer that does not keep the process alive.
    const alive = setInterval(() => {}, 1000);
    await heard;
    clearInterval(alive);
    assertEquals(calls, 1);
    await finish(attempt, RunStatus.Aborted);
  });

  testEndedRuns(test);
}
