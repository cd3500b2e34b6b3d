/** What every store of runs has to do with further attempts of a run. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { DaguError } from "../../src/core/errors.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { finish, newAttempt, nodeEvent, runEvent } from "../fakes/attempts.ts";
import type { ContractTest } from "./run_store.ts";

const DAY = 86_400_000;

export function testAttempts(test: ContractTest): void {
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
}
