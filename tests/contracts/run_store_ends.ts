/** What every store of runs has to do when runs end: those whose owner died, those that go on, and the old ones. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { DaguError } from "../../src/core/errors.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import type { NewAttempt } from "../../src/ports/run_store.ts";
import { childAttempt, finish, newAttempt, nodeEvent, runEvent, twoSteps } from "../fakes/attempts.ts";
import type { ContractTest } from "./run_store.ts";

const DAY = 86_400_000;

export function testEndedRuns(test: ContractTest): void {
  testDeadOwners(test);
  testResumption(test);
  testLaterChanges(test);
  testRetention(test);
}

function testDeadOwners(test: ContractTest): void {
  test("a run whose owner died is closed, and finished steps stay finished", async (fixture) => {
    const { store, other } = fixture;
    const lease = fixture.deadLease("token-of-the-dead");
    const root = { name: "test", id: "r1" };
    const attempt = await store.createAttempt(newAttempt("r1", { lease }));
    const child = await store.createAttempt(childAttempt(root, "c1", { lease }));
    const done = await store.createAttempt(childAttempt(root, "c2", { lease }));
    await finish(done);
    attempt.append(runEvent(RunStatus.Running));
    attempt.append(nodeEvent(0, NodeStatus.Succeeded));
    attempt.append(nodeEvent(1, NodeStatus.Running));
    child.append(runEvent(RunStatus.Running));
    child.append(nodeEvent(0, NodeStatus.Running));
    const run = (await other.find("test", "r1"))!;
    assertEquals(await other.liveness(run), "dead");
    const closed = await Promise.all([other.closeDead(run), other.closeDead(run)]);
    for (const { record } of [...closed, (await store.find("test", "r1"))!]) {
      assertEquals(record.status, RunStatus.Failed);
      assertEquals(record.error, "process terminated unexpectedly");
      assertEquals(record.nodes.map((node) => node.state.status), [NodeStatus.Succeeded, NodeStatus.Failed]);
      assertEquals(record.nodes[1].state.error, "process terminated unexpectedly");
      assertEquals(record.handlers.exit?.state.status, NodeStatus.NotStarted);
    }
    const closedChild = (await other.findChild(root, "c1"))!.record;
    assertEquals(closedChild.status, RunStatus.Failed);
    assertEquals(closedChild.nodes.map((node) => node.state.status), [
      NodeStatus.Failed,
      NodeStatus.NotStarted,
    ]);
    assertEquals((await other.findChild(root, "c2"))?.record.status, RunStatus.Succeeded);
    const again = await other.createAttempt(newAttempt("r1", { again: true }));
    await finish(again);
    await attempt.close().catch(() => {});
    await child.close().catch(() => {});
    assertEquals((await store.find("test", "r1"))?.record.status, RunStatus.Succeeded);
  });
}

function testResumption(test: ContractTest): void {
  test("a run that is to go on after a crash says so, until a further attempt does", async (fixture) => {
    const { store, other } = fixture;
    const dag = { ...twoSteps(), onCrash: "resume" as const };
    const lease = fixture.deadLease("token-of-the-dead");
    const dies = (id: string, more: Partial<NewAttempt> = {}) =>
      store.createAttempt(newAttempt(id, { dag, lease, createdAt: Date.now(), ...more }));
    const told = async () => {
      const unended = await Array.fromAsync(other.unended());
      const signs = await other.signs();
      return [unended.map(({ record }) => record.dagRunId), signs.map(({ id }) => id)].map((ids) =>
        ids.sort()
      );
    };
    const first = await dies("r");
    await store.createAttempt(childAttempt({ name: "test", id: "r" }, "c", { lease }));
    const stopped = [await dies("stopped"), await dies("asked")];
    const wanted = await other.closeDead((await other.find("test", "stopped"))!, { forGood: true });
    await other.requestCancel((await other.find("test", "asked"))!);
    const asked = await other.closeDead((await other.find("test", "asked"))!);
    assertEquals([wanted.record.resumes, asked.record.resumes], [false, false]);
    const closed = await other.closeDead((await other.find("test", "r"))!);
    assertEquals(closed.record.resumes, true);
    assertEquals((await other.findChild({ name: "test", id: "r" }, "c"))!.record.resumes, false);
    const found = (await store.find("test", "r"))!;
    assertEquals([found.record.status, found.record.resumes], [RunStatus.Failed, true]);
    assertEquals(await told(), [["r"], ["r"]]);
    assertEquals((await other.active("test")).map(({ record }) => record.dagRunId), ["r"]);
    const second = await dies("r", { again: true, previous: found.record });
    assertEquals(second.record.resumes, false);
    // Of two that saw it, one goes on.
    await other.closeDead((await other.find("test", "r"))!);
    await assertRejects(() => dies("r", { again: true, previous: found.record }), DaguError, "gone on");
    const more = (await other.find("test", "r"))!.record;
    const third = await store.createAttempt(newAttempt("r", { dag, again: true, previous: more }));
    assertEquals(await told(), [["r"], ["r"]]);
    await finish(third);
    assertEquals(await told(), [[], []]);
    for (const attempt of [first, second, ...stopped]) attempt.abandon();
  });

  test("a run that is to go on after a crash counts in its queue, however long that takes", async (fixture) => {
    const { store, other } = fixture;
    const lane = { ...twoSteps(), queue: "lane", onCrash: "resume" as const };
    const lease = fixture.deadLease("token-of-the-dead");
    const find = async (id: string) => (await other.find("test", id))!;
    const running = async () => {
      for (const id of ["on", "asked", "fails"]) fixture.age(await find(id), Date.now() - DAY);
      return (await other.running("lane")).map(({ id }) => id).sort();
    };
    const dead = [
      await store.createAttempt(newAttempt("on", { dag: lane, lease })),
      await store.createAttempt(newAttempt("asked", { dag: lane, lease })),
      await store.createAttempt(newAttempt("fails", { dag: { ...lane, onCrash: "fail" }, lease })),
    ];
    await other.requestCancel(await find("asked"));
    assertEquals(await running(), ["on"]);
    const { record: previous } = await other.closeDead(await find("on"));
    assertEquals(await running(), ["on"]);
    const second = await store.createAttempt(newAttempt("on", { dag: lane, again: true, previous }));
    assertEquals(await running(), ["on"]);
    await finish(second);
    assertEquals(await running(), []);
    for (const attempt of dead) attempt.abandon();
  });

  test("a run that crashes each time is not gone on with for ever", async (fixture) => {
    const { store, other } = fixture;
    const dag = { ...twoSteps(), onCrash: "resume" as const };
    const seen: boolean[] = [];
    for (let again = false; seen.at(-1) !== false; again = true) {
      const attempt = await store.createAttempt(
        newAttempt("r", { dag, again, lease: fixture.deadLease("dead"), createdAt: Date.now() }),
      );
      seen.push((await other.closeDead((await other.find("test", "r"))!)).record.resumes);
      attempt.abandon();
    }
    assertEquals(seen, [true, true, true, false]);
  });
}

function testLaterChanges(test: ContractTest): void {
  test("a record that has ended stays as it is, and a living owner is left alone", async (fixture) => {
    const { store, other } = fixture;
    const ended = await store.createAttempt(newAttempt("r1", { lease: fixture.deadLease("t1") }));
    await finish(ended);
    const before = (await other.find("test", "r1"))!;
    assertEquals(await other.closeDead(before), before);
    const running = await store.createAttempt(newAttempt("r2"));
    running.append(runEvent(RunStatus.Running));
    const run = (await other.find("test", "r2"))!;
    await assertRejects(() => other.closeDead(run), DaguError, "alive");
    await finish(running);
    const waiting = await store.createAttempt(newAttempt("r3", { lease: fixture.deadLease("t3") }));
    waiting.append(runEvent(RunStatus.Waiting));
    await waiting.close();
    const kept = (await other.find("test", "r3"))!;
    assertEquals((await other.closeDead(kept)).record.status, RunStatus.Waiting);
  });

  test("an attempt that was let go is gone on with, until it has ended", async ({ store, other }) => {
    const attempt = await store.createAttempt(newAttempt("r"));
    attempt.append(runEvent(RunStatus.Running));
    attempt.append(nodeEvent(0, NodeStatus.Succeeded));
    await attempt.flush();
    attempt.abandon();
    const left = (await other.find("test", "r"))!;
    assertEquals(left.record.status, RunStatus.Running);
    const again = await other.reopen(left);
    assertEquals([again.dir, again.record], [left.dir, left.record]);
    again.append(nodeEvent(1, NodeStatus.Succeeded));
    await finish(again);
    const ended = (await store.find("test", "r"))!;
    assertEquals(ended.record.nodes.map(({ state }) => state.status), [
      NodeStatus.Succeeded,
      NodeStatus.Succeeded,
    ]);
    assertEquals(ended.dir, left.dir);
    await assertRejects(() => store.reopen(ended), DaguError);
  });

  test("the record of a run that waits can be changed, of no other", async ({ store, other }) => {
    const waiting = await store.createAttempt(newAttempt("r1"));
    waiting.append(nodeEvent(0, NodeStatus.Waiting));
    waiting.append(runEvent(RunStatus.Waiting));
    await waiting.close();
    const run = (await other.find("test", "r1"))!;
    const patch = { status: NodeStatus.Succeeded, outputs: { A: "1" } };
    // Two at the same time: the later one sees what the earlier one did.
    const seen: number[] = [];
    await Promise.all([store, other].map((each) =>
      each.amend(run, (record) => {
        seen.push(record.nodes[0]!.state.status);
        return [{ kind: "node" as const, node: 0, patch }];
      })
    ));
    assertEquals(seen, [NodeStatus.Waiting, NodeStatus.Succeeded]);
    const { record } = (await other.find("test", "r1"))!;
    assertEquals([record.status, record.nodes[0]!.state.outputs.A], [RunStatus.Waiting, "1"]);
    await assertRejects(
      () =>
        other.amend(run, () => {
          throw new DaguError("no");
        }),
      DaguError,
      "no",
    );
    const again = await store.createAttempt(newAttempt("r1", { again: true }));
    await assertRejects(() => other.amend(run, () => []), DaguError, "newer attempt");
    await finish(again);
    const ended = (await other.find("test", "r1"))!;
    await assertRejects(() => other.amend(ended, () => []), DaguError, "does not wait");
  });

  test("the nodes of a run that has ended can be changed, its end not", async ({ store, other }) => {
    const attempt = await store.createAttempt(newAttempt("r1"));
    attempt.append(runEvent(RunStatus.Running));
    await attempt.flush();
    const running = (await other.find("test", "r1"))!;
    await assertRejects(() => other.amendEnded(running, () => []), DaguError, "has not ended");
    await finish(attempt, RunStatus.Failed);
    const ended = (await other.find("test", "r1"))!;
    const amended = await other.amendEnded(ended, () => [
      { kind: "node", node: 1, patch: { status: NodeStatus.Failed } },
    ]);
    assertEquals(amended.record.nodes[1].state.status, NodeStatus.Failed);
    const after = (await store.find("test", "r1"))!.record;
    assertEquals([after.status, after.nodes[1].state.status], [RunStatus.Failed, NodeStatus.Failed]);
    await finish(await store.createAttempt(newAttempt("r1", { again: true, createdAt: Date.now() + 1000 })));
    await assertRejects(() => other.amendEnded(ended, () => []), DaguError, "newer attempt");
  });
}

function testRetention(test: ContractTest): void {
  test("old history is removed, runs that go on are kept", async ({ store, other, age }) => {
    const now = Date.now();
    const create = (id: string, age: number) =>
      store.createAttempt(newAttempt(id, { createdAt: now - age, root: { name: "test", id } }));
    await finish(await create("old", 40 * DAY));
    await finish(await create("older", 400 * DAY));
    await finish(await create("young", 5 * DAY));
    const running = await create("running", 50 * DAY);
    running.append(runEvent(RunStatus.Running));
    await finish(await create("retried", 60 * DAY), RunStatus.Failed);
    for (const run of await other.list("test", {})) age(run, now - 35 * DAY);
    await finish(await store.createAttempt(newAttempt("retried", { again: true })));
    const before = now - 30 * DAY;
    assertEquals((await other.removeBefore("test", before, true)).sort(), ["old", "older"]);
    assertEquals((await other.list("test", {})).length, 5);
    assertEquals((await other.removeBefore("test", before, false)).sort(), ["old", "older"]);
    assertEquals(
      (await store.list("test", {})).map((run) => run.record.dagRunId).sort(),
      ["retried", "running", "young"],
    );
    assertEquals(await other.removeBefore("test", before, false), []);
    assertEquals(await other.removeBefore("none", before, false), []);
    await finish(running);
  });
}
