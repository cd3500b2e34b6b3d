/** Coordinator and workers of the two programs with each other, over one home. */
import { RunStatus } from "../../src/core/status.ts";
import { assertEquals } from "../assert.ts";
import { needs, testNeeding } from "../needs.ts";
import { Cluster } from "../support/cluster.ts";
import { freePort } from "../support/free_port.ts";
import { Home, until } from "../support/home.ts";

/** One sub-DAG for a worker, whose output comes back. */
const DEFINITION = `
steps:
  - name: far
    call: part
    params: "V=5"
    output: R
  - name: near
    command: echo "\${R.outputs.WHO}" >> WORK/marks
---
name: part
workerSelector: {role: batch}
params: V=0
steps:
  - name: r
    command: echo "remote \${V}"
    output: WHO
`;

const QUEUED = `
queue: lane
workerSelector: {role: batch}
steps:
  - {name: s, command: 'echo "$DAG_RUN_ID" >> WORK/marks'}
`;

class Peer {
  readonly #children: Deno.ChildProcess[] = [];

  constructor(readonly home: Home) {}

  start(...args: string[]): void {
    const options = {
      args,
      cwd: this.home.path,
      env: this.home.env(),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    };
    this.#children.push(new Deno.Command(needs("peer").path, options as Deno.CommandOptions).spawn());
  }

  async end(): Promise<void> {
    for (const child of this.#children) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await child.status;
    }
  }
}

async function together(
  work: (home: Home, cluster: Cluster, peer: Peer, port: number) => Promise<void>,
): Promise<void> {
  const home = await Home.make();
  const peer = new Peer(home);
  try {
    await work(home, new Cluster(home), peer, freePort());
  } finally {
    await peer.end();
    await home[Symbol.asyncDispose]();
  }
}

function listens(port: number): () => Promise<boolean> {
  return () =>
    Deno.connect({ hostname: "127.0.0.1", port }).then((connection) => {
      connection.close();
      return true;
    }, () => false);
}

testNeeding({
  name: "distributed interop: a worker of ours takes tasks from Dagu's coordinator",
  needs: ["peer"],
  fn: () =>
    together(async (home, cluster, peer, port) => {
      const dag = home.dag("p", DEFINITION);
      peer.start("coordinator", `--coordinator.port=${port}`);
      await until(listens(port), "Dagu's coordinator");
      const worker = cluster.worker("w1", "role=batch");
      await worker.says("Worker started");
      const { code, stdout, stderr } = await home.run(["start", "--run-id=r", dag], [needs("peer").path]);
      assertEquals(code, 0, stdout + stderr + worker.said);
      assertEquals(home.marks(), ["remote 5"]);
      assertEquals(await worker.stop(), 0);
    }),
});

testNeeding({
  name: "distributed interop: Dagu's worker takes tasks from a coordinator of ours",
  needs: ["peer"],
  fn: () =>
    together(async (home, cluster, peer, port) => {
      const dag = home.dag("p", DEFINITION);
      const coordinator = cluster.coordinator(port);
      await cluster.leads(coordinator);
      peer.start("worker", "--worker.id=dagu-1", "--worker.labels", "role=batch");
      const { code, stdout, stderr } = await home.run(["start", "--run-id=r", dag]);
      assertEquals(code, 0, stdout + stderr + coordinator.said);
      assertEquals(home.marks(), ["remote 5"]);
      const { record } = (await home.store.find("p", "r"))!;
      const child = await home.store.findChild(
        { name: "p", id: "r" },
        record.nodes[0]!.state.children[0]!.dagRunId,
      );
      assertEquals([child?.record.status, child?.record.workerId], [RunStatus.Succeeded, "dagu-1"]);
    }),
});

testNeeding({
  name: "distributed interop: queued runs go from our scheduler to Dagu's worker",
  needs: ["peer"],
  fn: () =>
    together(async (home, cluster, peer, port) => {
      const dag = home.dag("q", QUEUED);
      const coordinator = cluster.coordinator(port);
      await cluster.leads(coordinator);
      peer.start("worker", "--worker.id=dagu-1", "--worker.labels", "role=batch");
      cluster.scheduler();
      for (const id of ["a", "b", "c"]) await cluster.enqueue(dag, id);
      await until(() => home.marks().length === 3, "three runs", () => coordinator.said);
      assertEquals(home.marks().sort(), ["a", "b", "c"]);
      const isSo = async (id: string) =>
        (await home.store.find("q", id))?.record.status === RunStatus.Succeeded;
      for (const id of ["a", "b", "c"]) await until(() => isSo(id), `the end of ${id}`);
    }),
});
