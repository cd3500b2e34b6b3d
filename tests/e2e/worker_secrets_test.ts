/** A secret that a run hands to a sub-DAG on a worker: where its value stands meanwhile, and that it stands nowhere afterwards. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { Cluster, inCluster } from "../support/cluster.ts";
import { Home, programArgs, until } from "../support/home.ts";
import { ServerProcess } from "../support/server_process.ts";
import { commandLines } from "../support/command_lines.ts";

const SECRET = 's3cr3t "of" env-/+=';
/** Forms in which it is looked for: plain, as JSON and shells write it, in URLs, in Base64. */
const NEEDLES = [
  SECRET,
  JSON.stringify(SECRET).slice(1, -1),
  encodeURIComponent(SECRET),
  btoa(SECRET),
  btoa(`${SECRET}\n`).slice(0, 20),
];

/** `OWN` stands for labels of the parent. How often one step may be tried is no number, and its error says so. */
const FLOW = `OWN
secrets:
  - {name: S, provider: env, key: HOST_S}
  - {name: IDLE, provider: env, key: HOST_IDLE}
steps:
  - {name: far, call: part, params: {TOKEN: "$S"}, output: TOLD}
---
name: part
workerSelector: {pool: a}
params: [{TOKEN: ""}]
steps:
  - {name: says, command: 'echo "$TOKEN"; printf %s "$TOKEN" | base64 -w0; echo "$TOKEN" >&2; echo "$DAGU_PARAMS_JSON"', output: SAID}
  - {name: uses, command: 'printf %s "$TOKEN" | sha256sum >> WORK/sums; printf %s "$DAGU_PARAMS_JSON" | sha256sum >> WORK/sums'}
  - {name: below, call: deep, params: {Q: "$TOKEN"}}
  - {name: waits, command: 'touch WORK/waits; while test ! -e WORK/go; do sleep 0.05; done'}
  - {name: fails, command: 'echo "cannot use $TOKEN" >&2; printf %s "$TOKEN" | sha256sum >> WORK/sums; printf %s "$DAGU_PARAMS_JSON" | sha256sum >> WORK/sums; test -e WORK/good', retryPolicy: {limit: "$TOKEN", intervalSec: 0}}
---
name: deep
params: [{Q: ""}]
steps:
  - echo "deep $Q"
`;
/** The value that the worker's own steps see, and all parameters as JSON. */
const SUMS = await Promise.all([SECRET, JSON.stringify({ TOKEN: SECRET })].map(sumOf));

async function sumOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `${new Uint8Array(digest).toHex()}  -`;
}

const HOST = { HOST_S: SECRET, HOST_IDLE: "not-handed-on-7731" };
const withSecrets = ["env", ...Object.entries(HOST).map(([name, value]) => `${name}=${value}`)];

function found(text: string): string[] {
  return [...NEEDLES, HOST.HOST_IDLE].filter((needle) => text.includes(needle));
}

/** Files of all homes that hold a value, without the home. */
function holders(homes: readonly Home[]): string[] {
  return homes.flatMap((home) =>
    home.files(/./).filter((path) => {
      try {
        return Deno.statSync(path).isFile && found(Deno.readTextFileSync(path)).length > 0;
      } catch {
        return false; // It was removed meanwhile.
      }
    })
  );
}

/** What the server tells of the run and its sub-run. */
async function answers(home: Home): Promise<string> {
  const { record } = (await home.store.find("p", "r"))!;
  const child = record.nodes[0]!.state.children[0]!.dagRunId;
  await using server = await ServerProcess.start(home);
  const sub = `/dag-runs/p/r/sub-dag-runs/${child}`;
  const logs = ["says", "fails"].map((step) => `${sub}/steps/${step}/log`);
  let said = "";
  for (const path of ["/dag-runs/p/r", "/dag-runs/p/r/log", "/workers", sub, ...logs]) {
    said += JSON.stringify(await server.get(path));
  }
  return said;
}

interface Site {
  readonly cluster: Cluster;
  /** Of the coordinator first. */
  readonly homes: readonly Home[];
  /** Runs the parent to its end; returns what was said. */
  readonly start: () => Promise<string>;
  readonly retry: () => Promise<string>;
}

/** Looks for the value while the sub-run runs, after it has failed, and after a retry that succeeds. */
async function isHidden({ cluster, homes, start, retry }: Site): Promise<void> {
  const [home] = homes as [Home];
  const over = start();
  await until(
    () => home.files(/\/work\/waits$/).length > 0,
    "the step that waits",
    () => cluster.said,
  );
  const meanwhile = holders(homes);
  assert(commandLines().includes("work/go"), "The step was not seen");
  assertEquals(found(commandLines()), [], "command lines");
  assertEquals(meanwhile.filter((path) => !/\/data\/coordinator\/tasks\/[^/]+\.json$/.test(path)), []);
  assertEquals(meanwhile.length, 1, "The task that brings it to the worker");
  assertEquals(Deno.statSync(meanwhile[0]!).mode! & 0o777, 0o600);
  assert(!Deno.readTextFileSync(meanwhile[0]!).includes(HOST.HOST_IDLE), "A secret that is not handed on");
  Deno.writeTextFileSync(`${home.path}/work/go`, "");
  let said = await over;
  await until(() => holders(homes).length === 0, "files without it", () => holders(homes).join("\n"));
  assertMatch(Deno.readTextFileSync(await statusOfSub(home)), /\*{7}.{1,4}, a number is needed/);
  assert(logsOf(homes[0]!).includes("cannot use *******"), "The step has not told of it");
  said += await answers(home);
  Deno.writeTextFileSync(`${home.path}/work/good`, "");
  said += await retry();
  const { record } = (await home.store.find("p", "r"))!;
  assertEquals(record.nodes[0]!.state.status, NodeStatus.Succeeded, said);
  await until(() => holders(homes).length === 0, "files without it", () => holders(homes).join("\n"));
  assertEquals(
    home.marks("sums").filter((sum) => !SUMS.includes(sum)),
    [],
    "Values that were not the true one",
  );
  assert(home.marks("sums").length >= 6);
  for (const args of [["status", "--json"], ["logs"], ["history"], ["why"]]) {
    const { stdout, stderr } = await home.run([...args, "p"]);
    said += stdout + stderr;
  }
  assertEquals(found(said + cluster.said), []);
}

async function statusOfSub(home: Home): Promise<string> {
  const { record } = (await home.store.find("p", "r"))!;
  const root = { name: "p", id: "r" };
  const sub = await home.store.findChild(root, record.nodes[0]!.state.children[0]!.dagRunId);
  return `${sub!.dir}/status.jsonl`;
}

function logsOf(home: Home): string {
  return home.files(/\.stderr\.log$/).map((path) => Deno.readTextFileSync(path)).join("");
}

async function started(home: Home, dag: string): Promise<string> {
  const { code, stdout, stderr } = await home.run(["start", "--run-id=r", dag], [
    ...withSecrets,
    ...programArgs(),
  ]);
  assertEquals(code, 1, stderr);
  return stdout + stderr;
}

async function retried(home: Home, dag: string): Promise<string> {
  const { code, stdout, stderr } = await home.run(["retry", "--run-id=r", dag], [
    ...withSecrets,
    ...programArgs(),
  ]);
  assertEquals(code, 0, stdout + stderr);
  return stdout + stderr;
}

Deno.test("secrets: a sub-DAG on a worker hides what it was handed", () =>
  inCluster(async (cluster, home) => {
    const dag = home.dag("p", FLOW.replace("OWN", ""));
    await cluster.worker("w1", "pool=a").says("Worker started");
    await isHidden({
      cluster,
      homes: [home],
      start: () => started(home, dag),
      retry: () => retried(home, dag),
    });
  }));

Deno.test("secrets: so does one on a worker without the coordinator's folders", () =>
  inCluster(async (cluster, home, port) => {
    await using far = await Home.make();
    const dag = home.dag("p", FLOW.replace("OWN", ""));
    const worker = new Cluster(far).worker("far", "pool=a", remote(port));
    await worker.says("Worker started");
    await isHidden({
      cluster,
      homes: [home, far],
      start: () => started(home, dag),
      retry: () => retried(home, dag),
    });
    assertEquals(found(worker.said), []);
  }));

Deno.test("secrets: so does one whose parent is on a worker too", () =>
  inCluster(async (cluster, home, port) => {
    await using far = await Home.make();
    await using farther = await Home.make();
    const dag = home.dag("p", FLOW.replace("OWN", "workerSelector: {pool: b}"));
    const parents = new Cluster(far).worker("far", "pool=b", { ...remote(port), ...HOST });
    const children = new Cluster(farther).worker("farther", "pool=a", remote(port));
    await parents.says("Worker started");
    await children.says("Worker started");
    cluster.scheduler();
    const ended = async () => {
      const status = async () => (await home.store.find("p", "r"))?.record.status;
      await until(async () => await status() === RunStatus.Failed, "the end", () => parents.said);
      return "";
    };
    await isHidden({
      cluster,
      homes: [home, far, farther],
      start: async () => {
        await cluster.enqueue(dag, "r");
        return await ended();
      },
      retry: async () => {
        await using server = await ServerProcess.start(home);
        const said = JSON.stringify(await server.post("/dag-runs/p/r/retry", {}));
        const over = async () => (await home.store.find("p", "r"))?.record.status === RunStatus.Succeeded;
        await until(over, "the end of the retry", () => parents.said);
        return said;
      },
    });
    assertEquals(found(parents.said + children.said), []);
  }));

function remote(port: number): Record<string, string> {
  return {
    DAGU_WORKER_STORAGE: "remote",
    DAGU_WORKER_COORDINATOR_HOST: "127.0.0.1",
    DAGU_WORKER_COORDINATOR_PORT: String(port),
  };
}
