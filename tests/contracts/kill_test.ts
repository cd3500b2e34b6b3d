/** A writer is killed at many instants: everything that it told of must be found, and nothing must be unreadable. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { FileRunStore } from "../../src/stores/file/runs/run_store.ts";
import { assert, assertEquals } from "../assert.ts";

const KILLS = 50;

async function writeAndKill(home: string, first: number, lines: number): Promise<string[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", new URL("kill_writer.ts", import.meta.url).pathname, home, String(first)],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  // The instant is a number of lines, and whatever the writer does between its line and our signal.
  for await (const bytes of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += bytes;
    if (text.split("\n").length <= lines) continue;
    // Before the loop is left: that closes the pipe, and the writer would end by itself.
    child.kill("SIGKILL");
    break;
  }
  await child.status;
  return text.split("\n").filter((line) => line !== "").slice(0, text.endsWith("\n") ? undefined : -1);
}

Deno.test(`a writer killed ${KILLS} times leaves readable runs and forgets nothing`, async () => {
  const home = await Deno.makeTempDir({ prefix: "kill-" });
  try {
    const damaged: string[] = [];
    const store = new FileRunStore({
      dataDir: `${home}/data`,
      logDir: `${home}/logs`,
      onDamaged: (dir) => damaged.push(dir),
    });
    let first = 0;
    for (let round = 0; round < KILLS; round++) {
      const told = await writeAndKill(home, first, 1 + (round * 7) % 23);
      for (const line of told) {
        const [what, id, step] = line.split(" ");
        first = Math.max(first, Number(id.slice(1)) + 2);
        const run = await store.find("test", id);
        assert(run, `${line}: the run is not found`);
        if (what === "step") {
          assertEquals(run.record.nodes[Number(step)].state.status, NodeStatus.Succeeded, line);
        }
        if (what === "end") assertEquals(run.record.status, RunStatus.Succeeded, line);
      }
      for (const run of await store.list("test", { statuses: [RunStatus.Running, RunStatus.NotStarted] })) {
        assertEquals(await store.liveness(run), "dead");
        const before = run.record.nodes.map((node) => node.state.status);
        const closed = await store.closeDead(run);
        assertEquals(closed.record.status, RunStatus.Failed);
        closed.record.nodes.forEach((node, i) => {
          if (before[i] !== NodeStatus.Running) assertEquals(node.state.status, before[i]);
        });
        const child = await store.findChild(run.record.root, `c${run.record.dagRunId.slice(1)}`);
        if (child) assert(child.record.status !== RunStatus.Running, "A sub-run goes on");
      }
      assertEquals(damaged, []);
    }
    assertEquals(await store.active("test").then((runs) => runs.map((run) => run.record.status)), []);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
