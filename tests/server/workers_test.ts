/** Workers as the server shows them. */
import { assertEquals } from "../assert.ts";
import { aWorker } from "../fakes/workers.ts";
import { Api } from "../support/api.ts";
import { WorkerWatch } from "../../src/services/server/live/worker_watch.ts";

const TASK = {
  run: { name: "part", id: "p1" },
  root: { name: "etl", id: "r1" },
  parent: { name: "etl", id: "r1" },
  startedAt: Date.UTC(2026, 0, 30),
};

Deno.test("workers: with labels, health, places and runs, and what waits", async () => {
  await using api = await Api.make();
  const waiting = {
    task: { ...TASK, parent: null },
    selector: { gpu: "no" },
    reason: "no worker is connected",
  };
  const worker = aWorker("w1", { running: [TASK], busyPollers: 1, health: "warning" });
  api.workersSeen = () => Promise.resolve({ workers: [worker], waiting: [waiting] });
  const task = {
    dagRunId: "p1",
    dagName: "part",
    startedAt: "2026-01-30T00:00:00Z",
    rootDagRunName: "etl",
    rootDagRunId: "r1",
  };
  assertEquals(await api.json("/workers"), {
    workers: [{
      id: "w1",
      labels: { gpu: "true" },
      host: "far",
      remote: false,
      totalPollers: 10,
      busyPollers: 1,
      runningTasks: [{ ...task, parentDagRunName: "etl", parentDagRunId: "r1" }],
      lastHeartbeatAt: "2026-01-31T00:00:00Z",
      healthStatus: "warning",
    }],
    waiting: [{ ...task, workerSelector: { gpu: "no" }, reason: "no worker is connected" }],
    errors: [],
  });
});

Deno.test("workers: who is kept to some DAGs sees the tasks of these", async () => {
  const authenticate = () => Promise.resolve({ name: "me", role: "admin" as const, dags: ["etl"] });
  await using api = await Api.make({ authenticate });
  for (const name of ["etl", "other"]) api.dag(name, "steps: [{command: 'true'}]\n");
  await api.sync();
  const other = {
    run: { name: "other", id: "o" },
    root: { name: "other", id: "o" },
    parent: null,
    startedAt: 0,
  };
  const waiting = [TASK, other].map((task) => ({ task, selector: {}, reason: "" }));
  api.workersSeen = () => Promise.resolve({ workers: [aWorker("w1", { running: [TASK, other] })], waiting });
  const { workers, waiting: waits } = await api.json("/workers");
  const ids = (tasks: { dagRunId: string }[]) => tasks.map(({ dagRunId }) => dagRunId);
  assertEquals([ids(workers[0].runningTasks), ids(waits)], [["p1"], ["p1"]]);
});

Deno.test("workers: without a coordinator, or one that does not answer, there is nobody and a reason", async () => {
  await using api = await Api.make();
  assertEquals((await api.json("/workers")).errors, ["No coordinator has made itself known"]);
  api.workersSeen = () => Promise.reject(new Error("it is asleep"));
  assertEquals((await api.json("/workers")).errors, ["The coordinator cannot be asked: it is asleep"]);
});

Deno.test("workers: changes are told to those who listen, signs of life are not", async () => {
  await using api = await Api.make();
  let workers = [aWorker("w1"), aWorker("w2")];
  const watch = new WorkerWatch({ seen: () => Promise.resolve({ workers, waiting: [] }) }, api.hub);
  try {
    const told: unknown[] = [];
    const end = api.hub.listen(({ type, topics, data }) => {
      const { id, removed, busyPollers, runningTasks } = data as Record<string, unknown>;
      assertEquals(runningTasks, undefined);
      told.push([type, topics[0], id ?? removed, busyPollers]);
    });
    await watch.look();
    assertEquals(told.splice(0), [["worker", "workers", "w1", 0], ["worker", "workers", "w2", 0]]);
    workers = [aWorker("w1", { seenAt: 5 }), aWorker("w2", { busyPollers: 1 })];
    await watch.look();
    assertEquals(told.splice(0), [["worker", "workers", "w2", 1]]);
    workers = [aWorker("w1")];
    await watch.look();
    assertEquals(told.splice(0), [["worker", "workers", "w2", undefined]]);
    end();
  } finally {
    watch.end();
  }
});
