/** Runs on workers with real processes: each runs once, whatever is killed. */
import { RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { Cluster } from "../support/cluster.ts";
import { freePort } from "../support/free_port.ts";
import { Home, until } from "../support/home.ts";

const MARK = `
queue: lane
workerSelector: {pool: a}
steps:
  - {name: s, command: 'echo $DAG_RUN_ID >> WORK/marks'}
`;
/** Longer than any test; what it begins is ended from outside. */
const LONG = `
queue: lane
workerSelector: {pool: a}
onCrash: POLICY
steps:
  - {name: first, command: 'echo first >> WORK/marks'}
  - {name: wait, command: 'echo wait >> WORK/marks; [ $(grep -c wait WORK/marks) -gt 1 ] || sleep 300', depends: first}
`;

async function inCluster(work: (cluster: Cluster, home: Home) => Promise<void>): Promise<void> {
  const home = await Home.make();
  const config = "queues:\n  config:\n    - {name: lane, maxConcurrency: 4}\n";
  Deno.writeTextFileSync(`${home.path}/config.yaml`, config);
  try {
    await work(new Cluster(home), home);
  } finally {
    await home[Symbol.asyncDispose]();
  }
}

async function status(home: Home, dag: string, id: string): Promise<RunStatus | undefined> {
  return (await home.store.find(dag, id))?.record.status;
}

async function ends(home: Home, dag: string, id: string, expected: RunStatus): Promise<void> {
  let seen: RunStatus | undefined;
  const isSo = async () => (seen = await status(home, dag, id)) === expected;
  await until(isSo, `the end of "${id}"`, () => `its status is ${seen}`);
}

function ids(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

Deno.test("coordinator: each queued run runs once on a worker, though the coordinator is killed again and again", () =>
  inCluster(async (cluster, home) => {
    home.dag("mark", MARK);
    const port = freePort();
    let coordinator = cluster.coordinator(port);
    await cluster.leads(coordinator);
    cluster.worker("w1", "pool=a");
    cluster.worker("w2", "pool=a,more=b");
    cluster.scheduler();
    const all: string[] = [];
    for (let round = 0; round < 3; round++) {
      const some = ids(6, `r${round}-`);
      all.push(...some);
      await Promise.all(some.map((id) => cluster.enqueue("mark", id)));
      await until(
        () => home.marks().length > round * 6,
        "the first runs of the round",
        () => cluster.said,
      );
      await coordinator.kill();
      coordinator = cluster.coordinator(port);
    }
    await until(
      () => home.marks().length >= all.length,
      "all runs",
      () => `${home.marks().join(" ")}\n${cluster.said}`,
    );
    for (const id of all) await ends(home, "mark", id, RunStatus.Succeeded);
    assertEquals(home.marks().toSorted(), all.toSorted());
    const left = () => home.files(/\.json$/, `${home.path}/data/coordinator/tasks`);
    await until(() => left().length === 0, "the end of all tasks", () => left().join("\n"));
    assertEquals(await coordinator.stop(), 0);
  }));

Deno.test("coordinator: a second one stands by, takes over, and the workers find it", () =>
  inCluster(async (cluster, home) => {
    home.dag("mark", MARK);
    const first = cluster.coordinator();
    await cluster.leads(first);
    const second = cluster.coordinator();
    await second.says("Waiting to lead");
    cluster.worker("w1", "pool=a");
    cluster.scheduler();
    await cluster.enqueue("mark", "r1");
    await home.marked("r1");
    await first.kill();
    await cluster.leads(second);
    await cluster.enqueue("mark", "r2");
    await home.marked("r2");
    assertEquals(await second.stop(), 0);
  }));

Deno.test("coordinator: without a worker that has the labels a run waits, says so, and begins when one comes", () =>
  inCluster(async (cluster, home) => {
    home.dag("mark", MARK);
    cluster.scheduler();
    await cluster.enqueue("mark", "r1");
    const why = async () => (await home.run(["why", "mark", "r1"])).stdout;
    const says = async (text: RegExp) => {
      let said = "";
      await until(async () => text.test(said = await why()), `${text}`, () => said);
    };
    await says(/waits for a worker: no coordinator is known/);
    const coordinator = cluster.coordinator();
    await cluster.leads(coordinator);
    await says(/no worker is connected/);
    cluster.worker("w1", "pool=b");
    await says(/no worker has the labels pool=a \("w1" has pool=b\)/);
    assertEquals(await status(home, "mark", "r1"), RunStatus.Queued);
    cluster.worker("w2", "pool=a");
    await home.marked("r1");
    await ends(home, "mark", "r1", RunStatus.Succeeded);
    assertEquals((await home.store.find("mark", "r1"))!.record.workerId, "w2");
  }));

Deno.test("coordinator: what waits for a busy worker is in the list of its queue, and can be taken out", () =>
  inCluster(async (cluster, home) => {
    home.dag("mark", MARK);
    home.dag("busy", MARK.replace("echo", "while [ ! -e WORK/go ]; do sleep 0.1; done; echo"));
    const coordinator = cluster.coordinator();
    await cluster.leads(coordinator);
    await cluster.worker("w1", "pool=a", { DAGU_WORKER_MAX_ACTIVE_RUNS: "1" }).says("Worker started");
    cluster.scheduler();
    await cluster.enqueue("busy", "first");
    await until(
      async () => await status(home, "busy", "first") === RunStatus.Running,
      "a busy worker",
      () => cluster.said,
    );
    for (const id of ["r1", "r2", "r3"]) await cluster.enqueue("mark", id);
    const list = async () => (await home.run(["queue", "list", "lane"])).stdout;
    let seen = "";
    const told = async () =>
      (seen = await list()).match(/mark +r\d .*waits for a worker: all pollers .*are busy/g)?.length === 3;
    await until(told, "three runs that wait", () => seen);
    assertEquals((await home.run(["dequeue", "lane", "--dag-run=mark:r2"])).code, 0);
    assertEquals((seen = await list()).match(/r[123]/g), ["r1", "r3"], seen);
    assertMatch((await home.run(["dequeue", "lane"])).stderr, /run-id=r1/);
    assertMatch((await home.run(["queue", "clear", "lane", "--yes"])).stdout, /Removed 1 run/);
    assertMatch(await list(), /No runs wait/);
    const tasks = () => home.files(/\.json$/, `${home.path}/data/coordinator/tasks`);
    await until(() => tasks().length === 1, "the end of their tasks", () => cluster.said);
    Deno.writeTextFileSync(`${home.path}/work/go`, "");
    await ends(home, "busy", "first", RunStatus.Succeeded);
    assertEquals(home.marks(), ["first"]);
    assertEquals(home.files(/claimed\//, `${home.path}/data/queue`), []);
  }));

for (const policy of ["fail", "resume"] as const) {
  Deno.test(`coordinator: a run whose worker is killed ends as its definition says (${policy})`, () =>
    inCluster(async (cluster, home) => {
      home.dag("long", LONG.replace("POLICY", policy));
      await cluster.leads(cluster.coordinator());
      const victim = cluster.worker("w1", "pool=a");
      await victim.says("Worker started");
      cluster.scheduler();
      await cluster.enqueue("long", "r1");
      await home.marked("wait");
      cluster.worker("w2", "pool=a");
      await victim.kill();
      if (policy === "fail") {
        await ends(home, "long", "r1", RunStatus.Failed);
        assertEquals(home.marks(), ["first", "wait"]);
      } else {
        await ends(home, "long", "r1", RunStatus.Succeeded);
        // What was finished stays finished.
        assertEquals(home.marks(), ["first", "wait", "wait"]);
        assertEquals((await home.store.find("long", "r1"))!.record.workerId, "w2");
      }
    }));
}

Deno.test("coordinator: schedules replace and restart runs on workers", () =>
  inCluster(async (cluster, home) => {
    const long = (word: string) =>
      `workerSelector: {pool: a}\nsteps:\n  - command: echo $DAG_RUN_ID >> WORK/${word}; sleep 300\n`;
    home.dag("replaced", `schedule: {cron: "*/4 * * * * *", overlap: replace}\n${long("replaced")}`);
    home.dag("again", `schedule: {restart: "*/4 * * * * *"}\nparams: V=1\n${long("again")}`);
    await cluster.leads(cluster.coordinator());
    await cluster.worker("w1", "pool=a").says("Worker started");
    cluster.scheduler();
    await cluster.enqueue("again", "first", "--", "V=2");
    for (const dag of ["replaced", "again"]) {
      await until(() => home.marks(dag).length >= 2, `two runs of ${dag}`, () => cluster.said);
      const [stopped, next] = home.marks(dag) as [string, string];
      assertEquals(await status(home, dag, stopped), RunStatus.Aborted, dag);
      assertEquals((await home.store.find(dag, next))!.record.workerId, "w1", dag);
    }
    assertEquals((await home.store.find("again", home.marks("again")[1]!))!.record.params, "V=2");
  }));

Deno.test("coordinator: start-all runs one beside server and scheduler, and ends all of them", () =>
  inCluster(async (cluster, home) => {
    home.dag("mark", MARK);
    const port = freePort();
    const all = cluster.everything(port);
    await cluster.leads(all);
    cluster.worker("w1", "pool=a");
    await cluster.enqueue("mark", "r1");
    await home.marked("r1");
    await ends(home, "mark", "r1", RunStatus.Succeeded);
    const api = `http://127.0.0.1:${port}/api/v2`;
    const post = async (path: string, body: unknown) => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${api}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      assertEquals(answer.status, 200, await answer.text());
    };
    await post("/dags/mark/start", { dagRunId: "r2" });
    await ends(home, "mark", "r2", RunStatus.Succeeded);
    await post("/dag-runs/mark/r2/retry", { dagRunId: "r2", stepName: "s" });
    await until(() => home.marks().length === 3, "the retry");
    await ends(home, "mark", "r2", RunStatus.Succeeded);
    for (const id of ["r1", "r2"]) {
      assertEquals((await home.store.find("mark", id))!.record.workerId, "w1", id);
    }
    const { workers } = await (await fetch(`${api}/workers`)).json();
    assertEquals(
      workers.map((worker: { id: string; healthStatus: string }) => [worker.id, worker.healthStatus]),
      [
        ["w1", "healthy"],
      ],
    );
    assertEquals(await all.stop(), 0);
    await all.says("Server ended");
  }));

Deno.test("coordinator: what is not safe does not start", () =>
  inCluster(async (_, home) => {
    const refused = async (...flags: string[]) => {
      const { code, stderr } = await home.run(["coordinator", ...flags]);
      assertEquals(code, 1);
      return stderr;
    };
    assertMatch(await refused("--coordinator.host=0.0.0.0"), /without TLS/);
    assertMatch(
      await refused("--peer.cert-file=/nowhere.pem"),
      /peer\.certFile and peer\.keyFile are needed both/,
    );
    const port = freePort();
    using _taken = Deno.listen({ hostname: "127.0.0.1", port });
    const said = await refused(`--coordinator.port=${port}`);
    assertMatch(said, /Cannot listen on 127\.0\.0\.1:\d+/);
    assert(!said.includes("at "), said);
  }));
