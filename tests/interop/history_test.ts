/** Histories of the two programs in one home: each reads, and retries, what the other one wrote. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import type { StoredRun } from "../../src/ports/run_store.ts";
import { FileRunStore } from "../../src/stores/file/runs/run_store.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { makeSnapshot, newAttempt, nodeEvent, runEvent } from "../fakes/attempts.ts";
import { fullDag } from "../fakes/full_dag.ts";
import { needs, testNeeding } from "../needs.ts";
import { until } from "../support/home.ts";

const CLI = new URL("../../cli.ts", import.meta.url).pathname;

const DEFINITION = `
type: graph
params: "A=1"
workingDir: WORK
handlerOn:
  exit: {command: echo bye}
steps:
  - {name: one, command: "echo hello \${A}", output: X}
  - {name: two, command: "test -f ok || exit 3", depends: one}
  - {name: three, depends: one, call: leaf, params: "V=\${X}"}
  - {name: four, depends: [two, three], command: "echo four \${X}"}
---
name: leaf
workingDir: WORK
steps:
  - {name: l1, command: "echo leaf \${V}"}
  - {name: l2, command: "test -f ok"}
`;

interface Home {
  readonly path: string;
  readonly store: FileRunStore;
  /** Runs a command of one of the programs; gives its whole output. */
  run(program: "ours" | "peer", ...args: string[]): Promise<string>;
  /** Lets the steps of {@link DEFINITION} succeed. */
  mend(): void;
}

async function inHome(work: (home: Home) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "interop-" });
  try {
    await Deno.mkdir(`${path}/dags`);
    await Deno.mkdir(`${path}/work`);
    await Deno.writeTextFile(`${path}/dags/mixed.yaml`, DEFINITION.replaceAll("WORK", `${path}/work`));
    const env = { DAGU_HOME: path, DAGU_SKIP_EXAMPLES: "true", DAGU_TZ: "UTC", NO_COLOR: "1" };
    await work({
      path,
      store: new FileRunStore({ dataDir: `${path}/data`, logDir: `${path}/logs` }),
      mend: () => Deno.writeTextFileSync(`${path}/work/ok`, ""),
      run: async (program, ...args) => {
        const peer = program === "peer";
        const { stdout, stderr } = await new Deno.Command(peer ? needs("peer").path : Deno.execPath(), {
          args: peer ? args : ["run", "-A", "--quiet", CLI, ...args],
          cwd: path,
          env,
          stdin: "null",
        }).output();
        return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      },
    });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/** The states of the four steps after the failing first attempt, and after the retry. */
const BEFORE = [NodeStatus.Succeeded, NodeStatus.Failed, NodeStatus.Failed, NodeStatus.Aborted];
const AFTER = [NodeStatus.Succeeded, NodeStatus.Succeeded, NodeStatus.Succeeded, NodeStatus.Succeeded];

async function retriedBy(starter: "ours" | "peer", retrier: "ours" | "peer"): Promise<void> {
  await inHome(async (home) => {
    const started = await home.run(starter, "start", "--run-id=r1", "dags/mixed.yaml");
    const first = await home.store.find("mixed", "r1");
    assert(first, started);
    assertEquals(first.record.nodes.map((node) => node.state.status), BEFORE, started);
    assertEquals(first.record.nodes[1].state.exitCode, 3);
    assertEquals(first.record.nodes[0].state.outputs, { X: "hello 1" });
    assertEquals((await home.store.snapshot(first)).params, ["A=1"]);
    assertEquals((await home.store.list("mixed", {})).length, 1);
    const child = first.record.nodes[2].state.children[0].dagRunId;
    const subRun = await home.store.findChild(first.record.root, child);
    assertEquals(subRun?.record.nodes.map((node) => node.state.status), [
      NodeStatus.Succeeded,
      NodeStatus.Failed,
    ]);
    home.mend();
    const retried = await home.run(retrier, "retry", "--run-id=r1", "mixed");
    const second = await home.store.find("mixed", "r1");
    assert(second && second.dir !== first.dir, retried);
    assertEquals(second.record.nodes.map((node) => node.state.status), AFTER, retried);
    // The reference stores whole seconds.
    const begun = (run: StoredRun) => Math.floor(run.record.nodes[0].state.startedAt / 1000);
    assertEquals(begun(second), begun(first), "The first step ran again");
    assertEquals(second.record.nodes[2].state.children.map((c) => c.dagRunId), [child]);
    assertMatch(await Deno.readTextFile(second.record.nodes[3].state.stdout), /four hello 1/);
    const again = await home.store.findChild(first.record.root, child);
    assertEquals(again?.record.status, RunStatus.Succeeded);
    for (const reader of ["ours", "peer"] as const) {
      const status = await home.run(reader, "status", "--run-id=r1", "mixed");
      assertMatch(status, /four .*\[succeeded\]/);
      assertMatch(status, /Result: Succeeded/);
    }
  });
}

testNeeding({
  name: "the reference retries a run that we wrote",
  needs: ["peer"],
  fn: () => retriedBy("ours", "peer"),
});

testNeeding({
  name: "we retry a run that the reference wrote",
  needs: ["peer"],
  fn: () => retriedBy("peer", "ours"),
});

testNeeding({
  name: "the reference reads a running and an ended run in which every field is set",
  needs: ["peer"],
  fn: () =>
    inHome(async (home) => {
      const dag = { ...fullDag(), name: "full", logDir: "" };
      const attempt = (id: string) => newAttempt(id, { dag, snapshot: makeSnapshot(dag) });
      const ended = await home.store.createAttempt(attempt("ended"));
      const at = Date.now();
      ended.append(runEvent(RunStatus.Running));
      ended.append({
        kind: "node",
        node: 0,
        patch: {
          status: NodeStatus.Rejected,
          retriedAt: at,
          retryCount: 1,
          repeated: true,
          children: [{ dagRunId: "c", params: "p" }],
          childrenRepeated: [{ dagRunId: "d", params: "" }],
          outputs: { A: "b" },
          conditions: [{ condition: "`echo 1`", expected: "1", negate: true, error: "not met" }],
          approvedAt: at,
          approvedBy: "me",
          approvalInputs: { who: "x" },
          rejectedAt: at,
          rejectedBy: "you",
          rejectionReason: "why",
        },
      });
      ended.append(runEvent(RunStatus.Rejected));
      await ended.close();
      assertMatch(
        await home.run("peer", "status", "--run-id=ended", "full"),
        /├─one .*\[rejected\]|├─one \[rejected\]/,
      );
      const running = await home.store.createAttempt(attempt("running"));
      running.append(runEvent(RunStatus.Running));
      running.append(nodeEvent(0, NodeStatus.Running));
      running.append({ kind: "node", node: 0, patch: { pgid: 77 } });
      // What another program sees of a run that goes on is the last snapshot, which follows within moments.
      const seen = async () =>
        /one .*\[running\]/.test(await home.run("peer", "status", "--run-id=running", "full"));
      await until(seen, "the running step, as the reference sees it");
      assertEquals((await home.store.find("full", "running"))?.record.status, RunStatus.Running);
      running.append(runEvent(RunStatus.Succeeded));
      await running.close();
      assertMatch(await home.run("peer", "status", "full"), /^Succeeded/m);
    }),
});

testNeeding({
  name: "a running run of the reference is alive for us, and not after its death",
  needs: ["peer"],
  fn: () =>
    inHome(async (home) => {
      await Deno.writeTextFile(
        `${home.path}/dags/long.yaml`,
        "steps:\n  - name: s\n    command: sleep 300\n",
      );
      const child = new Deno.Command(needs("peer").path, {
        args: ["start", "--run-id=l1", "dags/long.yaml"],
        cwd: home.path,
        env: { DAGU_HOME: home.path, DAGU_SKIP_EXAMPLES: "true" },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      try {
        const latest = async () => (await home.store.latest("long"))!;
        const isRunning = async () => (await latest())?.record.nodes[0].state.status === NodeStatus.Running;
        await until(isRunning, "the step of the reference");
        const run = await latest();
        assertEquals(run.lease, null);
        assertEquals(await home.store.liveness(run), "alive");
        assertEquals((await home.store.active("long")).map((r) => r.record.dagRunId), ["l1"]);
        await home.store.requestCancel(run);
        await child.status;
        assertEquals((await home.store.find("long", "l1"))?.record.status, RunStatus.Aborted);
        assertEquals(await home.store.liveness(await latest()), "dead");
      } finally {
        try {
          child.kill("SIGKILL");
        } catch {
          // It has ended by itself.
        }
      }
    }),
});

testNeeding({
  name: "interop: outputs that hold a secret are shown as Dagu masks them",
  needs: ["peer"],
  fn: () =>
    inHome(async (home) => {
      await Deno.writeTextFile(`${home.path}/token`, "s3cret-value");
      await Deno.writeTextFile(
        `${home.path}/dags/secret.yaml`,
        `secrets: [{name: TOK, provider: file, key: ${home.path}/token}]\n` +
          'steps:\n  - {name: a, command: "echo got $TOK", output: SEEN}\n' +
          "  - {name: b, command: echo plain, output: {name: OTHER, key: named}}\n",
      );
      await home.run("peer", "start", "--run-id=s1", `${home.path}/dags/secret.yaml`);
      const { record } = (await home.store.find("secret", "s1"))!;
      assertEquals(record.nodes.map((node) => node.state.outputs), [{ SEEN: "got *******" }, {
        OTHER: "plain",
      }]);
    }),
});
