/** What a worker in wrong hands records is not what others run, however it is asked for. */
import { subRunId } from "../../src/core/ids.ts";
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { FileQueueStore } from "../../src/stores/file/queue/queue_store.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { aTask } from "../fakes/tasks.ts";
import { taskToWire } from "../../src/transport/grpc/task_wire.ts";
import { Cluster } from "../support/cluster.ts";
import { freePort } from "../support/free_port.ts";
import { Home } from "../support/home.ts";
import { evilSnapshot, RogueWorker } from "../support/rogue_worker.ts";

const RUN = { name: "p", id: "r" };

interface Site {
  readonly home: Home;
  readonly rogue: RogueWorker;
}

async function withRogue(work: (site: Site) => Promise<void>): Promise<void> {
  await using home = await Home.make();
  const cluster = new Cluster(home);
  const port = freePort();
  await cluster.leads(cluster.coordinator(port));
  using rogue = new RogueWorker(port, { pool: "a" });
  await work({ home, rogue });
}

/** Takes the run out of its queue, as a scheduler does. */
async function claim(home: Home): Promise<void> {
  const data = `${home.path}/data`;
  const queues = new FileQueueStore({
    dataDir: data,
    logDir: `${home.path}/logs`,
    queueDir: `${data}/queue`,
  });
  const { waiting } = await queues.contents("p");
  assert(await queues.claim(waiting[0]!, 1));
}

/** The rogue runs the parent: it fails, and so does its sub-run, whose second step was never reached. */
async function failParent({ home, rogue }: Site, call: string): Promise<void> {
  assertEquals((await home.run(["enqueue", "--run-id=r", "p"])).code, 0);
  await claim(home);
  const task = taskToWire(aTask("r", { run: RUN, root: RUN, selector: { pool: "a" } }), null);
  await rogue.client.call("Dispatch", { task, hold: true }, { timeoutMs: 10_000 });
  const taken = await rogue.take();
  const top = await taken.open();
  await taken.change(top, null, { status: RunStatus.Running, startedAt: 1 });
  await taken.change(top, 0, { status: NodeStatus.Running, startedAt: 1 });
  const id = await subRunId("r", "calls", "");
  const evil = (mark: string) => `echo ${mark} >> ${home.path}/work/marks`;
  const child = await taken.open({ id, snapshot: evilSnapshot(call, evil("evil"), evil("evil")) });
  await taken.change(child, null, { status: RunStatus.Running, startedAt: 1 });
  await taken.change(child, 0, { status: NodeStatus.Succeeded, startedAt: 1, finishedAt: 2 });
  await taken.change(child, 1, { status: NodeStatus.Failed, startedAt: 1, finishedAt: 2, exitCode: 1 });
  await taken.change(child, null, { status: RunStatus.Failed, finishedAt: 2 });
  await taken.tell("close", { key: child });
  const children = [{ dagRunId: id, params: "" }];
  await taken.change(top, 0, { status: NodeStatus.Failed, finishedAt: 2, exitCode: 1, children });
  await taken.change(top, null, { status: RunStatus.Failed, finishedAt: 2 });
  await taken.tell("close", { key: top });
  await taken.end({ status: RunStatus.Failed });
}

const CHILD =
  "steps:\n  - {name: s1, command: echo s1 >> WORK/marks}\n  - {name: s2, command: echo s2 >> WORK/marks}\n";
const CALLS = "workerSelector: {pool: a}\nsteps:\n  - {name: calls, call: c}\n";

for (const place of ["part of its file", "file of its own"]) {
  Deno.test(`rogue worker: a retry runs the parent's own definition of a sub-run, a ${place}`, () =>
    withRogue(async (site) => {
      const { home } = site;
      const own = place === "part of its file";
      home.dag("p", own ? `${CALLS}---\nname: c\n${CHILD}` : CALLS);
      if (!own) home.dag("c", CHILD);
      await failParent(site, "c");
      const { code, stderr } = await home.run(["retry", "--run-id=r", "p"]);
      assertEquals(code, 0, stderr);
      // What had finished stays finished.
      assertEquals(home.marks(), ["s2"]);
      const child = (await home.store.findChild(RUN, await subRunId("r", "calls", "")))!;
      assertEquals(child.record.status, RunStatus.Succeeded);
      assertMatch((await home.store.snapshotToRun(child)).dag.steps[1]!.commands[0]!.text, /echo s2/);
    }));
}

Deno.test("rogue worker: a sub-run of another run that it makes beforehand is not run", () =>
  withRogue(async ({ home, rogue }) => {
    const near = "{name: near, call: c, depends: far}";
    const part = (name: string, more: string) => `---\nname: ${name}\n${more}`;
    const far = part("f", "workerSelector: {pool: a}\nsteps:\n  - echo f\n");
    home.dag("p", `steps:\n  - {name: far, call: f}\n  - ${near}\n${far}${part("c", CHILD)}`);
    const running = home.run(["start", "--run-id=r", "p"]);
    const taken = await rogue.take();
    const top = await taken.open();
    await taken.change(top, null, { status: RunStatus.Running, startedAt: 1 });
    const evil = `echo evil >> ${home.path}/work/marks`;
    const id = await subRunId("r", "near", "");
    const child = await taken.open({ id, snapshot: evilSnapshot("c", evil) });
    await taken.change(child, null, { status: RunStatus.Failed, startedAt: 1, finishedAt: 2 });
    await taken.tell("close", { key: child });
    await taken.change(top, 0, { status: NodeStatus.Succeeded, startedAt: 1, finishedAt: 2 });
    await taken.change(top, null, { status: RunStatus.Succeeded, finishedAt: 2 });
    await taken.tell("close", { key: top });
    await taken.end({ status: RunStatus.Succeeded });
    assertEquals((await running).code, 1);
    assertEquals(home.marks(), []);
    const { nodes } = (await home.store.find("p", "r"))!.record;
    assertMatch(nodes[1]!.state.error, /^Cannot run "c": the run ".+" has a sub-run ".+" already$/);
  }));
