/** Every way in which a run can end, written by either program and read by both; and runs that go on. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { needs, testNeeding } from "../needs.ts";
import { Home, programArgs, until } from "../support/home.ts";
import { freePort } from "../support/free_port.ts";

type Program = "ours" | "peer";
const PROGRAMS: readonly Program[] = ["ours", "peer"];

function command(program: Program): readonly [string, ...string[]] {
  return program === "peer" ? [needs("peer").path] : programArgs();
}

/** Definitions by name; each run of them ends so by itself. */
const FLOWS: Readonly<Record<string, { readonly ends: RunStatus; readonly text: string }>> = {
  succeeded: {
    ends: RunStatus.Succeeded,
    text: `
params: "A=1 B=two"
steps:
  - {name: a, command: echo hello, output: X}
  - {name: b, command: 'echo \${X} \${A}'}`,
  },
  failed: {
    ends: RunStatus.Failed,
    text: `
type: graph
handlerOn: {failure: {command: echo fh}, exit: {command: echo ex}}
steps:
  - {name: a, command: 'echo $DAG_RUN_ID-a >> marks; echo out', output: OUT}
  - {name: b, command: 'test -f ok', depends: a, retryPolicy: {limit: 1, intervalSec: 0}}
  - {name: c, command: 'echo $DAG_RUN_ID-\${OUT} >> marks', depends: b}
  - {name: d, command: 'true', depends: a, preconditions: [{condition: "\${OUT}", expected: other}]}`,
  },
  partial: {
    ends: RunStatus.PartiallySucceeded,
    text:
      "\nsteps:\n  - {name: a, command: exit 1, continueOn: {failure: true}}\n  - {name: b, command: echo b}",
  },
  prevented: {
    ends: RunStatus.Aborted,
    text: `\npreconditions: [{condition: "one", expected: "two"}]\nsteps:\n  - {name: a, command: echo a}`,
  },
  waiting: {
    ends: RunStatus.Waiting,
    text:
      "\nsteps:\n  - {name: a, command: echo a}\n  - {name: w, type: hitl, config: {prompt: ok}}\n  - {name: c, command: echo c}",
  },
  nested: {
    ends: RunStatus.Succeeded,
    text: `
steps:
  - {name: p, call: leaf, parallel: {items: [x, y]}}
  - {name: q, call: leaf, params: "V=z"}
---
name: leaf
workingDir: WORK
params: "V=0"
steps:
  - {name: l, command: 'echo leaf $V'}`,
  },
};

const LONG =
  "workingDir: WORK\nsteps:\n  - {name: a, command: echo a}\n  - {name: s, command: 'echo on >> marks; sleep 300'}\n";

/** Words of the states in a printed tree: steps and handlers in order, and the run. */
function states(tree: string): string[] {
  const nodes = [...tree.matchAll(/─(\w+)(?: \([^)]*\))? \[(\w+)\]/g)];
  return [...nodes.map((match) => `${match[1]} ${match[2]}`), /^Result: .*$/m.exec(tree)?.[0] ?? ""];
}

testNeeding({
  name: "both programs read how runs of both ended",
  needs: ["peer"],
  fn: async () => {
    await using home = await Home.make();
    for (const [name, { ends, text }] of Object.entries(FLOWS)) {
      home.dag(name, `workingDir: WORK${text}\n`);
      const trees: Record<string, string[]> = {};
      for (const writer of PROGRAMS) {
        const id = `${writer}-run`;
        const started = await home.run(["start", "--run-id", id, `dags/${name}.yaml`], command(writer));
        assertEquals((await home.store.find(name, id))?.record.status, ends, started.stderr);
        for (const reader of PROGRAMS) {
          const shown = await home.run(["status", "--run-id", id, `dags/${name}.yaml`], command(reader));
          assertEquals(shown.code, 0, `${reader} reads ${id} of ${name}: ${shown.stderr}`);
          trees[`${writer} read by ${reader}`] = states(shown.stdout);
        }
      }
      const [first, ...others] = Object.entries(trees);
      assertMatch(first![1].at(-1)!, /^Result: /, `${name}: nothing is shown`);
      for (const [how, tree] of others) assertEquals(tree, first![1], `${name}, ${how}`);
    }
    assertEquals(
      (await home.run(["logs", "--run-id", "peer-run", "succeeded"])).stdout,
      "[a] hello\n[b] hello 1\n",
    );
    const listed = await home.run(["history", "--json"]);
    assertEquals(JSON.parse(listed.stdout).length, 2 * Object.keys(FLOWS).length);
    const removed = await home.run(["cleanup", "--yes", "--retention-days", "0", "succeeded"]);
    assertEquals(removed.code, 0, removed.stderr);
    assertEquals(home.files(/\/dag-runs\/succeeded\/.*dag-run_/), []);
  },
});

testNeeding({
  name: "a retry by either program comes to the same states",
  needs: ["peer"],
  fn: async () => {
    const results: Record<string, unknown> = {};
    for (const writer of PROGRAMS) {
      for (const retrier of PROGRAMS) {
        await using home = await Home.make();
        home.dag("failed", `workingDir: WORK${FLOWS["failed"]!.text}\n`);
        await home.run(["start", "--run-id", "r", "dags/failed.yaml"], command(writer));
        Deno.writeTextFileSync(`${home.path}/work/ok`, "");
        const retried = await home.run(["retry", "--run-id", "r", "dags/failed.yaml"], command(retrier));
        const record = (await home.store.find("failed", "r"))!.record;
        results[`${writer} retried by ${retrier}`] = {
          code: retried.code,
          status: record.status,
          nodes: record.nodes.map(({ state }) => [state.status, state.outputs, state.doneCount]),
          handlers: Object.entries(record.handlers).map(([name, node]) => [name, node.state.status]),
          marks: home.marks(),
        };
      }
    }
    const [first, ...others] = Object.entries(results);
    for (const [how, result] of others) assertEquals(result, first![1], how);
    assertEquals((first![1] as { marks: string[] }).marks, ["r-a", "r-out"]);
  },
});

testNeeding({
  name: "either program starts again from a run of the other",
  needs: ["peer"],
  fn: async () => {
    await using home = await Home.make();
    home.dag(
      "flow",
      "workingDir: WORK\nparams: A=1\nsteps:\n  - {name: a, command: 'echo $DAG_RUN_ID=${A} >> marks'}\n",
    );
    for (const [writer, other] of [["ours", "peer"], ["peer", "ours"]] as const) {
      await home.run(["start", "--run-id", writer, "dags/flow.yaml", "--", "A=5"], command(writer));
      const again = ["start", "--run-id", `${other}-again`, "--from-run-id", writer, "dags/flow.yaml"];
      const { code, stderr } = await home.run(again, command(other));
      assertEquals(code, 0, stderr);
    }
    assertEquals(home.marks(), ["ours=5", "peer-again=5", "peer=5", "ours-again=5"]);
  },
});

testNeeding({
  name: "the reference sees a run of ours going on, and its stop reaches it",
  needs: ["peer"],
  fn: async () => {
    await using home = await Home.make();
    home.dag("long", LONG);
    const run = home.spawn(["start", "--run-id", "r", "long"]);
    await home.marked("on");
    const look = () => home.run(["status", "--run-id", "r", "dags/long.yaml"], command("peer"));
    await until(async () => states((await look()).stdout).includes("s running"), "the running step");
    const stopped = await home.run(["stop", "--run-id", "r", "dags/long.yaml"], command("peer"));
    assertEquals((await run.status).code, 0, stopped.stderr);
    assertEquals((await home.store.find("long", "r"))?.record.status, RunStatus.Aborted);
    await home.quiet();
  },
});

/** A run of the reference in its second step. */
async function peerRuns(home: Home): Promise<Deno.ChildProcess> {
  const [peer] = command("peer");
  const run = new Deno.Command(peer, {
    args: ["start", "--run-id", "r", "dags/long.yaml"],
    cwd: home.path,
    env: home.env(),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await home.marked("on");
  const second = async () => (await home.store.find("long", "r"))?.record.nodes[1].state.status;
  await until(async () => await second() === NodeStatus.Running, "the running step");
  return run;
}

testNeeding({
  name: "we see a run of the reference going on, do not retry it, and our stop reaches it",
  needs: ["peer"],
  fn: async () => {
    await using home = await Home.make();
    home.dag("long", LONG);
    const run = await peerRuns(home);
    assertMatch((await home.run(["status", "long"])).stdout, /Result: Running|Running -/);
    assertMatch((await home.run(["history", "long"])).stdout, /r +running/);
    const refused = await home.run(["retry", "--run-id", "r", "long"]);
    assertEquals(refused.code, 1);
    assertMatch(refused.stderr, /it is still running/);
    const stopped = await home.run(["stop", "long"]);
    assertEquals(stopped.code, 0, stopped.stderr);
    await run.status;
    assertEquals((await home.store.find("long", "r"))?.record.status, RunStatus.Aborted);
  },
});

testNeeding({
  name: "we retry a run of the reference that was killed",
  needs: ["peer"],
  fn: async () => {
    await using home = await Home.make();
    home.dag("long", LONG.replace("sleep 300", "until [ -e go ]; do sleep 0.02; done"));
    const run = await peerRuns(home);
    run.kill("SIGKILL");
    await run.status;
    Deno.writeTextFileSync(`${home.path}/work/go`, "");
    const retried = await home.run(["retry", "--run-id", "r", "long"]);
    assertEquals(retried.code, 0, retried.stderr);
    const record = (await home.store.find("long", "r"))!.record;
    assertEquals(record.status, RunStatus.Succeeded);
    assertEquals(record.nodes.map(({ state }) => state.status), [NodeStatus.Succeeded, NodeStatus.Succeeded]);
  },
});

interface Listed {
  readonly name: string;
  readonly dagRunId: string;
  readonly status: RunStatus;
}

/** The REST server of the reference over a home. */
async function serving(home: Home, work: (url: string) => Promise<void>): Promise<void> {
  const port = freePort();
  const [peer] = command("peer");
  const server = new Deno.Command(peer, {
    args: ["server", "--host", "127.0.0.1", "--port", String(port)],
    cwd: home.path,
    env: home.env({ DAGU_AUTH_MODE: "none" }),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}/api/v2`;
  try {
    await until(
      async () => (await fetch(`${url}/health`).then(async (r) => (await r.body?.cancel(), r.ok)).catch(() =>
        false
      )),
      "the server",
    );
    await work(url);
  } finally {
    server.kill("SIGTERM");
    await server.status;
  }
}

async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  const text = await response.text();
  assertEquals(response.status, 200, `${url}: ${text}`);
  return (text === "" ? {} : JSON.parse(text)) as T;
}

testNeeding({
  name: "the reference's server lists, shows, stops, retries and approves runs that we wrote",
  needs: ["peer"],
  fn: async () => {
    await using home = await Home.make();
    for (const [name, { text }] of Object.entries(FLOWS)) {
      home.dag(name, `workingDir: WORK${text}\n`);
      await home.run(["start", "-q", "--run-id", "r", name]);
    }
    home.dag("long", LONG);
    const running = home.spawn(["start", "--run-id", "r", "long"]);
    await home.marked("on");
    await serving(home, async (url) => {
      const post = (path: string, body: unknown) =>
        json(`${url}${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
      const listed = async () => {
        const { dagRuns } = await json<{ dagRuns: Listed[] }>(`${url}/dag-runs?limit=100`);
        return dagRuns.map((run) => `${run.name} ${run.status}`).sort();
      };
      const long = `long ${RunStatus.Running}`;
      // The reference reads snapshots, which come a moment after what has happened.
      await until(async () => (await listed()).includes(long), "the run that goes on in the list");
      const wanted = Object.entries(FLOWS).map(([name, { ends }]) => `${name} ${ends}`);
      assertEquals(await listed(), [...wanted, long].sort());
      for (const name of Object.keys(FLOWS)) {
        type Details = {
          dagRunDetails: { status: number; nodes: { status: number; subRuns?: { dagRunId: string }[] }[] };
        };
        const { dagRunDetails } = await json<Details>(`${url}/dag-runs/${name}/r`);
        const { record } = (await home.store.find(name, "r"))!;
        assertEquals(dagRunDetails.nodes.map((n) => n.status), record.nodes.map((n) => n.state.status), name);
        for (const child of dagRunDetails.nodes.flatMap((node) => node.subRuns ?? [])) {
          const sub = await json<Details>(`${url}/dag-runs/${name}/r/sub-dag-runs/${child.dagRunId}`);
          assertEquals(sub.dagRunDetails.status, RunStatus.Succeeded);
        }
      }
      const outputs = await json<{ outputs: unknown }>(`${url}/dag-runs/succeeded/r/outputs`);
      assertEquals(outputs.outputs, { x: "hello" });
      await post("/dag-runs/long/r/stop", {});
      assertEquals((await running.status).code, 0);
      assertEquals((await home.store.find("long", "r"))?.record.status, RunStatus.Aborted);
      Deno.writeTextFileSync(`${home.path}/work/ok`, "");
      const state = (name: string) => async () =>
        (await home.store.find(name, "r"))?.record.status === RunStatus.Succeeded;
      await post("/dag-runs/failed/r/retry", { dagRunId: "r" });
      await until(state("failed"), "the end of the retry");
      await post("/dag-runs/waiting/r/steps/w/approve", {});
      await until(state("waiting"), "the end of the approved run");
    });
  },
});
