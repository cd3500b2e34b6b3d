/** Sub-DAGs on workers, workers at their end, and workers without the coordinator's folders, with real processes. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { taskToWire } from "../../src/transport/grpc/task_wire.ts";
import { aTask } from "../fakes/tasks.ts";
import { Cluster, inCluster } from "../support/cluster.ts";
import { testClient } from "../support/grpc_ends.ts";
import { freePort } from "../support/free_port.ts";
import { Home, programArgs, until } from "../support/home.ts";

const PARALLEL = `
steps:
  - name: all
    call: part
    parallel: {items: [1, 2, 3, 4, 5, 6], maxConcurrent: 6}
---
name: part
workerSelector: {pool: a}
steps:
  - {name: s, command: 'echo x >> WORK/count; n=0; while [ $(wc -l < WORK/count) -lt 6 ] && [ $n -lt 1200 ]; do sleep 0.1; n=$((n+1)); done'}
`;

/** One sub-DAG that waits until it is stopped; it is asked politely. */
const LONG = `
steps:
  - {name: near, command: echo near}
  - {name: far, call: part, depends: near}
---
name: part
workerSelector: {pool: a}
steps:
  - {name: first, command: echo first}
  - {name: s, command: 'trap "echo stopped >> WORK/marks; exit 3" TERM; echo begun >> WORK/marks; while :; do sleep 0.1; done', depends: first}
`;

Deno.test("workers: items of a parallel step are spread over them, and run at the same time", () =>
  inCluster(async (cluster, home) => {
    const dag = home.dag("p", PARALLEL);
    for (const worker of [cluster.worker("w1", "pool=a"), cluster.worker("w2", "pool=a")]) {
      await worker.says("Worker started");
    }
    const { code, stdout } = await home.run(["start", "--run-id=r", dag]);
    assertEquals(code, 0, stdout);
    assertEquals(home.marks("count").length, 6);
    const root = { name: "p", id: "r" };
    const { record } = (await home.store.find("p", "r"))!;
    const children = record.nodes[0]!.state.children.map(({ dagRunId }) =>
      home.store.findChild(root, dagRunId)
    );
    const byWorker = Map.groupBy(await Promise.all(children), (child) => child!.record.workerId);
    assertEquals([...byWorker].map(([worker, all]) => [worker, all.length]).sort(), [["w1", 3], ["w2", 3]]);
  }));

Deno.test("workers: a sub-run is seen live, and a stop of its parent reaches it", () =>
  inCluster(async (cluster, home) => {
    const dag = home.dag("p", LONG);
    cluster.worker("w1", "pool=a");
    const running = home.run(["start", "--run-id=r", dag]);
    await home.marked("begun");
    const child = async () => {
      const { record } = (await home.store.find("p", "r"))!;
      const id = record.nodes[1]!.state.children[0]!.dagRunId;
      return (await home.store.findChild({ name: "p", id: "r" }, id))!.record;
    };
    const live = await child();
    assertEquals([live.status, live.workerId, live.nodes.map(({ state }) => state.status)], [
      RunStatus.Running,
      "w1",
      [NodeStatus.Succeeded, NodeStatus.Running],
    ]);
    assertMatch((await home.run(["why", dag, "r"])).stdout, /running, at step "far"/);
    assertEquals((await home.run(["stop", "--run-id=r", dag])).code, 0);
    await running;
    assertEquals(home.marks(), ["begun", "stopped"]);
    assertEquals((await child()).status, RunStatus.Aborted);
    assertEquals((await home.store.find("p", "r"))!.record.status, RunStatus.Aborted);
  }));

Deno.test("workers: a sub-run that no worker can have waits, and why tells", () =>
  inCluster(async (cluster, home) => {
    const dag = home.dag("p", LONG.replace("while :; do sleep 0.1; done", "true"));
    const running = home.run(["start", "--run-id=r", dag]);
    const why = async () => (await home.run(["why", dag, "r"])).stdout;
    await until(async () => /waits for a worker: no worker is connected/.test(await why()), "the reason");
    cluster.worker("w1", "pool=a");
    assertEquals((await running).code, 0);
  }));

Deno.test("workers: a retry runs again on a worker what failed there, and only that", () =>
  inCluster(async (cluster, home) => {
    const text = LONG.replace(
      /command: 'trap.*done'/,
      "command: 'echo tried >> WORK/marks; test -e WORK/good'",
    );
    const dag = home.dag("p", text.replace("echo first", "echo first >> WORK/marks"));
    cluster.worker("w1", "pool=a");
    assertEquals((await home.run(["start", "--run-id=r", dag])).code, 1);
    Deno.writeTextFileSync(`${home.path}/work/good`, "");
    assertEquals((await home.run(["retry", "--run-id=r", dag])).code, 0);
    assertEquals(home.marks(), ["first", "tried", "tried"]);
  }));

Deno.test("workers: one that is told to end waits for its runs, and takes no more", () =>
  inCluster(async (cluster, home) => {
    const text = LONG.replace(
      /trap.*done'/,
      "echo begun >> WORK/marks; while [ ! -e WORK/go ]; do sleep 0.1; done'",
    );
    const dag = home.dag("p", text);
    const worker = cluster.worker("w1", "pool=a");
    const running = home.run(["start", "--run-id=r", dag]);
    await home.marked("begun");
    worker.signal("SIGTERM");
    await worker.says("Waiting for runs to end");
    const second = home.run(["start", "--run-id=r2", dag]);
    await until(
      async () => /waits for a worker/.test((await home.run(["why", dag, "r2"])).stdout),
      "the wait",
    );
    Deno.writeTextFileSync(`${home.path}/work/go`, "");
    assertEquals((await running).code, 0);
    assertEquals((await worker.ended).code, 0);
    cluster.worker("w2", "pool=a");
    assertEquals((await second).code, 0);
  }));

Deno.test("workers: an agent whose worker was killed ends its steps by itself", () =>
  inCluster(async (cluster, home) => {
    const dag = home.dag("p", LONG);
    const worker = cluster.worker("w1", "pool=a");
    const running = home.run(["start", "--run-id=r", dag]);
    await home.marked("begun");
    await worker.kill();
    const steps = () =>
      home.alive().filter(({ command }) => command.includes("WORK") || command.includes("marks"));
    await until(
      () => steps().length === 0,
      "the end of the step",
      () => JSON.stringify(home.alive()),
    );
    const { code } = await running;
    assertEquals(code, 1);
    assertMatch(
      (await home.run(["status", "--json", "--run-id=r", dag])).stdout,
      /its worker .*is gone|the worker .*is gone/,
    );
  }));

Deno.test("workers: without the coordinator's folders all that is needed comes along, and comes back", () =>
  inCluster(async (cluster, home, port) => {
    await using far = await Home.make();
    home.dag("sub", "logDir: WORK/logs-of-sub\nsteps:\n  - {name: deep, command: echo deep}\n");
    home.dag("other", "steps:\n  - {name: none, command: echo none}\n");
    Deno.writeTextFileSync(`${home.path}/dags/beside.sh`, "#!/bin/sh\necho beside $1 $2\n", { mode: 0o755 });
    Deno.writeTextFileSync(`${home.path}/dags/vars.env`, "COLOUR=red\n");
    const dag = home.dag(
      "p",
      `
workerSelector: {pool: a}
queue: lane
dotenv: vars.env
params: V=1
steps:
  - {name: script, command: ./beside.sh $V $COLOUR, output: SAID}
  - {name: says, command: 'echo "$SAID"; echo wrong >&2; ls', depends: script}
  - {name: below, call: sub, depends: says}
  - {name: fails, command: exit 4, depends: below}
`,
    );
    const worker = new Cluster(far).worker("far", "pool=a", {
      DAGU_WORKER_STORAGE: "remote",
      DAGU_WORKER_COORDINATOR_HOST: "127.0.0.1",
      DAGU_WORKER_COORDINATOR_PORT: String(port),
    });
    cluster.scheduler();
    await cluster.enqueue(dag, "r", "--", "V=7");
    const over = async () => (await home.store.find("p", "r"))?.record.status === RunStatus.Failed;
    await until(over, "the end", () => worker.said);
    const { record } = (await home.store.find("p", "r"))!;
    assertEquals([record.workerId, record.nodes.map(({ state }) => state.status)], [
      "far",
      [NodeStatus.Succeeded, NodeStatus.Succeeded, NodeStatus.Succeeded, NodeStatus.Failed],
    ]);
    const { stdout } = await home.run(["logs", "--run-id=r", dag]);
    assert(stdout.includes("[says] beside 7 red\n"), stdout);
    assert(stdout.includes("[says] beside.sh\n[says] sub.yaml\n[says] vars.env\n"), stdout);
    assert(stdout.includes("wrong"), stdout);
    const child = await home.store.findChild(
      { name: "p", id: "r" },
      record.nodes[2]!.state.children[0]!.dagRunId,
    );
    assertEquals(child?.record.status, RunStatus.Succeeded);
    const logs = home.files(/\.log$/, `${home.path}/work/logs-of-sub`).filter((path) =>
      !path.includes("/dags/")
    );
    assertEquals(logs, [child!.record.log]);
    assert(Deno.readTextFileSync(logs[0]!).includes("deep"));
    assertEquals((await home.run(["status", "--run-id=r", dag])).code, 0);
    // What was there for the run is gone with it.
    assertEquals(far.files(/worker-tasks/).length, 0);
    assertEquals(await worker.stop(), 0);
  }));

/** What its sub-DAG prints is a multiple of what a message may have. */
const LARGE = `
maxOutputSize: 100000000
steps:
  - {name: far, call: part, output: TOLD}
---
name: part
maxOutputSize: 100000000
workerSelector: {pool: a}
steps:
  - {name: s, command: 'head -c SIZE /dev/zero | tr "\\0" x', output: X}
`;

for (const storage of ["shared", "remote"]) {
  Deno.test(`workers: outputs that are too large for a message reach the parent (${storage} storage)`, () =>
    inCluster(async (cluster, home, port) => {
      await using far = await Home.make();
      const at = { DAGU_WORKER_COORDINATOR_HOST: "127.0.0.1", DAGU_WORKER_COORDINATOR_PORT: String(port) };
      if (storage === "shared") cluster.worker("w", "pool=a");
      else new Cluster(far).worker("w", "pool=a", { DAGU_WORKER_STORAGE: "remote", ...at });
      const dag = home.dag("p", LARGE.replace("SIZE", "6000000"));
      const { code, stderr } = await home.run(["start", "--run-id=r", dag]);
      assertEquals(code, 0, stderr);
      const { record } = (await home.store.find("p", "r"))!;
      assertEquals(JSON.parse(record.nodes[0]!.state.outputs.TOLD!).outputs.X.length, 6_000_000);
    }));
}

Deno.test("workers: a run whose record cannot be told ends, and says why", () =>
  inCluster(async (_cluster, home, port) => {
    await using far = await Home.make();
    const at = { DAGU_WORKER_COORDINATOR_HOST: "127.0.0.1", DAGU_WORKER_COORDINATOR_PORT: String(port) };
    new Cluster(far).worker("w", "pool=a", { DAGU_WORKER_STORAGE: "remote", ...at });
    const dag = home.dag("p", LARGE.replace("SIZE", "34000000"));
    assertEquals((await home.run(["start", "--run-id=r", dag])).code, 1);
    const { record } = (await home.store.find("p", "r"))!;
    const { error, children } = record.nodes[0]!.state;
    const child = await home.store.findChild({ name: "p", id: "r" }, children[0]!.dagRunId);
    for (const told of [error, child!.record.error]) assertMatch(told, /has 340\d+ bytes, at most 33554432/);
    assertEquals(child!.record.status, RunStatus.Failed);
  }));

Deno.test("workers: a definition that came with a task alone is not tried again as its worker tells it, and that is said", () =>
  inCluster(async (_cluster, home, port) => {
    await using far = await Home.make();
    const at = { DAGU_WORKER_COORDINATOR_HOST: "127.0.0.1", DAGU_WORKER_COORDINATOR_PORT: String(port) };
    const worker = new Cluster(far).worker("far", "pool=a", { DAGU_WORKER_STORAGE: "remote", ...at });
    using end = testClient([{ host: "127.0.0.1", port }]);
    const run = { name: "sent", id: "r" };
    const definition = "steps:\n  - {name: s, command: echo tried >> WORK/marks; exit 3}\n"
      .replace("WORK", `${home.path}/work`);
    const task = aTask("r", { run, root: run, operation: "start", selector: { pool: "a" }, definition });
    await end.client.call("Dispatch", { task: taskToWire(task, null), hold: true }, { timeoutMs: 20_000 });
    const over = async () => (await home.store.find("sent", "r"))?.record.status === RunStatus.Failed;
    await until(over, "the end", () => worker.said);
    const { code, stderr } = await home.run(["retry", "--run-id=r", "sent"]);
    assertEquals([code, home.marks()], [1, ["tried"]]);
    assertMatch(stderr, /it is what the worker "far" said; begin a new run instead/);
  }));

Deno.test("workers: a run without the coordinator's folders sends sub-DAGs on, and its credentials must allow that", async () => {
  const home = await Home.make();
  const others: Home[] = [];
  try {
    for (
      const args of [["server", "127.0.0.1"], ["client", "s1"], ["worker", "w1"], [
        "worker",
        "w2",
        "--may-dispatch",
      ]]
    ) {
      assertEquals((await home.run(["cert", ...args])).code, 0);
    }
    const peer = (name: string) => ({
      DAGU_PEER_CERT_FILE: `${home.path}/certs/${name}.pem`,
      DAGU_PEER_KEY_FILE: `${home.path}/certs/${name}-key.pem`,
      DAGU_PEER_CLIENT_CA_FILE: `${home.path}/certs/ca.pem`,
    });
    const cluster = new Cluster(home);
    const port = freePort();
    await cluster.leads(cluster.coordinator(port, peer("server-127.0.0.1")));
    const far = async (id: string, labels: string) => {
      const other = await Home.make();
      others.push(other);
      const at = { DAGU_WORKER_COORDINATOR_HOST: "127.0.0.1", DAGU_WORKER_COORDINATOR_PORT: String(port) };
      new Cluster(other).worker(id, labels, {
        DAGU_WORKER_STORAGE: "remote",
        ...at,
        ...peer(`worker-${id}`),
      });
    };
    await far("w1", "may=no,part=deep");
    await far("w2", "may=yes");
    const dag = home.dag(
      "p",
      `
steps: [{name: top, call: mid, params: "V=1"}]
---
name: mid
workerSelector: {may: MAY}
steps: [{name: m, call: deep}]
---
name: deep
workerSelector: {part: deep}
steps: [{name: d, command: echo deep >> WORK/marks}]
`,
    );
    const text = Deno.readTextFileSync(dag);
    const start = async (may: string) => {
      Deno.writeTextFileSync(dag, text.replace("MAY", `"${may}"`));
      return await home.run(["start", `--run-id=${may}`, dag], [
        "env",
        ...settings(peer("client-s1")),
        ...programArgs(),
      ]);
    };
    const allowed = await start("yes");
    assertEquals(allowed.code, 0, allowed.stdout + allowed.stderr);
    assertEquals(home.marks(), ["deep"]);
    const refused = await start("no");
    assertEquals(refused.code, 1);
    const logs = await home.run(["status", "--json", "--run-id=no", dag]);
    assertMatch(logs.stdout + refused.stdout, /role \\"client\\"|ended with status failed/);
    assertEquals(home.marks(), ["deep"]);
  } finally {
    for (const other of others) await other[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  }
});

function settings(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}
