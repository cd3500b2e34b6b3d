import { assertEquals, assertRejects } from "../../../tests/assert.ts";
import { makeSnapshot, newAttempt, twoSteps } from "../../../tests/fakes/attempts.ts";
import { aTask } from "../../../tests/fakes/tasks.ts";
import { DaguError } from "../../core/errors.ts";
import { snapshotFromJson, snapshotToJson } from "../../stores/file/json/dag_json.ts";
import { MemoryRunStore } from "../../stores/memory/run_store.ts";
import { packTask } from "./pack_task.ts";

Deno.test("pack task: what does not fit into a message is refused, with its size", async () => {
  const runs = new MemoryRunStore();
  const task = aTask("r1", { operation: "start", trigger: "", definition: "x".repeat(3_000_000) });
  assertEquals((await packTask(runs, task)).definition.length, 3_000_000);
  for (const more of [{ params: "€".repeat(400_000) }, { hidden: ["x".repeat(1_000_001)] }]) {
    const refused = () => packTask(runs, { ...task, ...more });
    await assertRejects(refused, DaguError, "at most 4000000 can be sent");
  }
});

Deno.test("pack task: what somebody has seen to meanwhile is refused", async () => {
  const runs = new MemoryRunStore();
  await runs.createAttempt(newAttempt("r1", { dag: twoSteps() }));
  const run = { name: "test", id: "r1" };
  for (const [trigger, what] of [["queue", "take from its queue"], ["resume", "go on with"]] as const) {
    const task = aTask("r1", { run, root: run, trigger });
    await assertRejects(() => packTask(runs, task), DaguError, `Cannot ${what} the run "r1"`);
  }
});

Deno.test("pack task: a definition that came with the task wins over the recorded one", async () => {
  const runs = new MemoryRunStore();
  const told = makeSnapshot(twoSteps(), { told: true });
  await runs.createAttempt(newAttempt("r1", { snapshot: told }));
  const run = { name: "test", id: "r1" };
  const task = aTask("r1", { run, root: run, trigger: "" });
  await assertRejects(() => packTask(runs, task), DaguError, "said");
  const snapshot = snapshotToJson(makeSnapshot({ ...twoSteps(), description: "own" }));
  const packed = await packTask(runs, { ...task, snapshot });
  assertEquals([snapshotFromJson(packed.snapshot).dag.description, packed.previous === ""], ["own", false]);
});
