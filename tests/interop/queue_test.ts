/** Queues of the two programs in one home. */
import { RunStatus } from "../../src/core/status.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { needs, testNeeding } from "../needs.ts";
import { Home, programArgs, until } from "../support/home.ts";
import { startScheduler } from "../support/schedulers.ts";

const DEFINITION = `
queue: lane
params: X=1
workingDir: WORK
steps:
  - {name: s, command: 'echo "$DAG_RUN_ID $X" >> marks'}
`;

async function inHome(work: (home: Home, peer: (...args: string[]) => Promise<string>) => Promise<void>) {
  const home = await Home.make();
  try {
    home.dag("flow", DEFINITION);
    const program = [needs("peer").path];
    await work(home, async (...args) => {
      const { stdout, stderr } = await home.run(args, program);
      return stdout + stderr;
    });
  } finally {
    await home[Symbol.asyncDispose]();
  }
}

testNeeding({
  name: "queue interop: what Dagu enqueued is listed, taken out and run here",
  needs: ["peer"],
  fn: () =>
    inHome(async (home, peer) => {
      await peer("enqueue", "--run-id=r-1", `${home.path}/dags/flow.yaml`, "--", "X=5");
      await peer("enqueue", "--run-id=r-2", `${home.path}/dags/flow.yaml`);
      await peer("enqueue", "--run-id=r-3", "--queue=other", `${home.path}/dags/flow.yaml`);
      const { stdout } = await home.run(["queue", "list", "--json"], programArgs());
      const listed = (JSON.parse(stdout) as { queue: string; run: { id: string } }[])
        .map(({ queue, run }) => `${queue} ${run.id}`);
      assertEquals(listed, ["lane r-1", "lane r-2", "other r-3"]);
      assertEquals((await home.run(["dequeue", "-q", "lane", "-d", "flow:r-2"])).code, 0);
      assertMatch(
        await peer("status", "--run-id=r-2", `${home.path}/dags/flow.yaml`),
        /r-2|not found|no dag-run/i,
      );
      const scheduler = startScheduler(home);
      await until(() => home.marks().length >= 2, "two runs", () => scheduler.said);
      assertEquals(home.marks().sort(), ["r-1 5", "r-3 1"]);
      await until(() => home.files(/\/queue\/[^/]+\/item_/).length === 0, "empty queues");
      assertEquals(await scheduler.stop(), 0);
      assertMatch(await peer("status", "--run-id=r-1", `${home.path}/dags/flow.yaml`), /Succeeded/);
    }),
});

testNeeding({
  name: "queue interop: Dagu shows and runs what was enqueued here",
  needs: ["peer"],
  fn: () =>
    inHome(async (home, peer) => {
      await home.run(["enqueue", "-q", "-r", "r-1", "flow", "--", "X=7"]);
      assertMatch(await peer("status", "--run-id=r-1", `${home.path}/dags/flow.yaml`), /Queued/);
      await peer("retry", "--run-id=r-1", `${home.path}/dags/flow.yaml`);
      assertEquals(home.marks(), ["r-1 7"]);
      assertEquals((await home.store.find("flow", "r-1"))?.record.status, RunStatus.Succeeded);
      // The item is left; a scheduler drops it.
      const scheduler = startScheduler(home);
      await until(() => home.files(/\/queue\/[^/]+\/item_/).length === 0, "an empty queue");
      assertEquals(await scheduler.stop(), 0);
      assertEquals(home.marks(), ["r-1 7"]);
    }),
});
