/** How every store of runs finds many of them. */
import { RunStatus } from "../../src/core/status.ts";
import type { RunStore } from "../../src/ports/run_store.ts";
import { assertEquals } from "../assert.ts";
import { finish, newAttempt, ownLease, runEvent, twoSteps } from "../fakes/attempts.ts";
import type { ContractTest } from "./run_store.ts";

const DAY = 86_400_000;

export function testLists(test: ContractTest): void {
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
}
