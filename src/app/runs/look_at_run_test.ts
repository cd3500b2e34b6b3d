import { assertEquals } from "../../../tests/assert.ts";
import { childAttempt, newAttempt, runEvent } from "../../../tests/fakes/attempts.ts";
import { RunStatus } from "../../core/status.ts";
import type { Task } from "../../ports/task.ts";
import { MemoryRunStore } from "../../stores/memory/run_store.ts";
import { lookAtRun } from "./look_at_run.ts";

const HOUR = 3_600_000;

Deno.test("a run counts as begun as soon as its attempt is there, and one of before the task does not", async () => {
  const runs = new MemoryRunStore();
  const given = newAttempt("r");
  const ref = { name: given.snapshot.dag.name, id: "r" };
  const task = { root: ref, run: ref } as Task;
  const look = (since: number) => lookAtRun(runs, task, since);
  assertEquals(await look(0), null);
  const attempt = await runs.createAttempt(given);
  assertEquals(await look(given.createdAt), { alive: true });
  assertEquals(await look(given.createdAt + HOUR), null);
  attempt.append(runEvent(RunStatus.Running, given.createdAt + HOUR));
  assertEquals(await look(given.createdAt + HOUR), { alive: true });
  attempt.append(runEvent(RunStatus.Failed, given.createdAt + HOUR));
  await attempt.close();
  const result = { status: RunStatus.Failed, error: "", params: "A=1", outputs: {} };
  assertEquals(await look(given.createdAt), { result, crashed: false, resumes: false });
});

Deno.test("what is recorded below another run is no news of the task", async () => {
  const runs = new MemoryRunStore();
  const root = { name: "test", id: "r" };
  const parent = { name: "test", id: "p" };
  await runs.createAttempt(newAttempt("r"));
  await runs.createAttempt(childAttempt(root, "c", { parent }));
  const look = (id: string) =>
    lookAtRun(runs, { root, run: { name: "child", id: "c" }, parent: { ...parent, id } } as Task, 0);
  assertEquals([await look("p"), await look("other")], [{ alive: true }, null]);
});
