/** What every store of runs has to do. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { DaguError, TakenError } from "../../src/core/errors.ts";
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
import { testAttempts } from "./run_store_attempts.ts";
import { testEndedRuns } from "./run_store_ends.ts";
import { testLists } from "./run_store_lists.ts";
import { testQueuedRuns } from "./run_store_queued.ts";
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
        if (lost.status === "rejected") assert(lost.reason instanceof TakenError, lost.reason);
      }
      await finish(won[0]);
      assertEquals((await store.list("test", {})).filter((run) => run.record.dagRunId === id).length, 1);
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

  testQueuedRuns(test);
  testAttempts(test);
  testLists(test);
  testEndedRuns(test);
}
