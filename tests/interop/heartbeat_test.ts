/** Signs of life are understood by both programs: neither ends a run of the other that lives. */
import { assertEquals } from "../assert.ts";
import { needs, testNeeding } from "../needs.ts";
import { Home, pause, until } from "../support/home.ts";
import { leads, startScheduler } from "../support/schedulers.ts";
import { RunStatus } from "../../src/core/status.ts";

const LONG = "steps:\n  - command: echo begun $$ >> WORK/marks; while [ ! -e WORK/go ]; do sleep 0.1; done\n";

function start(home: Home, command: readonly string[]): Deno.ChildProcess {
  const [program, ...args] = command;
  return new Deno.Command(program!, {
    args,
    cwd: home.path,
    env: home.env({ DAGU_SCHEDULER_PORT: "0", DAGU_SCHEDULER_ZOMBIE_DETECTION_INTERVAL: "1s" }),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** Gives each line that a process writes on standard error. */
async function follow(child: Deno.ChildProcess, onText: (text: string) => void): Promise<void> {
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) onText(text);
}

async function status(home: Home): Promise<RunStatus | undefined> {
  return (await home.store.find("long", "r1"))?.record.status;
}

testNeeding({
  name: "heartbeats: the scheduler of Dagu leaves a run of ours alone",
  needs: ["peer"],
  fn: async () => {
    await using home = await Home.make();
    const path = home.dag("long", LONG);
    const run = home.spawn(["start", "-q", "--run-id", "r1", path]);
    await until(() => home.marks().length === 1, "the run");
    const peer = start(home, [needs("peer").path, "scheduler"]);
    let said = "";
    const told = follow(peer, (text) => said += text);
    await until(() => said.includes("Started zombie detector"), "its look-out", () => said);
    const beats = () => home.files(/r1/, `${home.path}/data/proc`).length;
    // It looks each second and says nothing of it.
    await pause(4000);
    assertEquals([await status(home), beats()], [RunStatus.Running, 2]);
    peer.kill("SIGKILL");
    await peer.status;
    await told;
    Deno.writeTextFileSync(`${home.path}/work/go`, "");
    assertEquals((await run.status).code, 0);
    assertEquals(await status(home), RunStatus.Succeeded);
  },
});

testNeeding({
  name: "heartbeats: ours leaves a run of Dagu alone, and ends it when it is dead",
  needs: ["peer"],
  fn: async () => {
    await using home = await Home.make();
    const path = home.dag("long", LONG);
    const run = start(home, [needs("peer").path, "start", "-q", "--run-id=r1", path]);
    const told = follow(run, () => {});
    await until(() => home.marks().length === 1, "the run");
    home.dag("tick", `schedule: "* * * * * *"\nsteps:\n  - command: echo tick >> WORK/ticks\n`);
    const scheduler = startScheduler(home, { DAGU_SCHEDULER_ZOMBIE_DETECTION_INTERVAL: "200ms" });
    await leads(home, scheduler);
    await until(() => home.marks("ticks").length >= 3, "three seconds");
    assertEquals(await status(home), RunStatus.Running);
    run.kill("SIGKILL");
    await run.status;
    // Dagu allows 45 s of silence: they are over.
    const past = Date.now() / 1000 - 60;
    for (const beat of home.files(/_r1\.proc$/, `${home.path}/data/proc`)) {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(Math.floor(past)));
      Deno.writeFileSync(beat, bytes);
      Deno.utimeSync(beat, past, past);
    }
    await until(
      async () => await status(home) === RunStatus.Failed,
      "the end of the record",
      () => scheduler.said,
    );
    await until(() => scheduler.said.includes("r1"), "a word about it", () => scheduler.said);
    assertEquals(await scheduler.stop(), 0);
    Deno.writeTextFileSync(`${home.path}/work/go`, "");
    await told;
  },
});
