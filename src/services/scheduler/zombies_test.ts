import { assertEquals } from "../../../tests/assert.ts";
import { newAttempt, ownLease, twoSteps } from "../../../tests/fakes/attempts.ts";
import { drive, FakeClock } from "../../../tests/fakes/fake_clock.ts";
import type { OnCrash } from "../../core/dag.ts";
import { DaguError, NotYetError } from "../../core/errors.ts";
import { RunStatus } from "../../core/status.ts";
import type { LaunchRequest } from "../../ports/run_launcher.ts";
import { MemoryRunStore } from "../../stores/memory/run_store.ts";
import { Zombies } from "./zombies.ts";

interface Options {
  leads?: boolean;
  refuse?: Error;
}

function bench(options: Options = {}) {
  const dead = new Set<string>();
  const runs = new MemoryRunStore((lease) => !dead.has(lease.token));
  const launched: LaunchRequest[] = [];
  const clock = new FakeClock();
  const closed: string[] = [];
  const logged: string[] = [];
  const zombies = new Zombies({
    runs,
    launcher: {
      launch: (request) => {
        if (options.refuse) return Promise.reject(options.refuse);
        launched.push(request);
        const run = { name: "", id: "" };
        return Promise.resolve({ run, pid: 1, ended: new Promise(() => {}) });
      },
    },
    clock,
    fence: { epoch: 1, holds: () => options.leads ?? true },
    intervalMs: 2000,
    log: (_level, message, fields) => logged.push(`${message}: ${fields?.error ?? ""}`),
    onClosed: (run, resumed) => closed.push(`${run.id} ${resumed ? "resumed" : "ended"}`),
  });
  const begin = async (id: string, onCrash: OnCrash = "fail") => {
    const dag = { ...twoSteps(), onCrash };
    const attempt = await runs.createAttempt(newAttempt(id, { dag, lease: ownLease(id) }));
    attempt.append({ kind: "run", patch: { status: RunStatus.Running, startedAt: 1 } });
  };
  const status = async (id: string) => (await runs.find("test", id))?.record.status;
  return { clock, runs, zombies, dead, begin, status, launched, closed, logged };
}

Deno.test("dead runs: one whose process is gone has failed, one that lives is left alone", async () => {
  const { zombies, dead, begin, status, closed } = bench();
  await begin("gone");
  await begin("lives");
  await zombies.look();
  assertEquals(closed, []);
  dead.add("gone");
  await zombies.look();
  assertEquals([await status("gone"), await status("lives")], [RunStatus.Failed, RunStatus.Running]);
  assertEquals(closed, ["gone ended"]);
  await zombies.look();
  assertEquals(closed, ["gone ended"]);
});

Deno.test("dead runs: one is found by the next look, however long the last one took", async () => {
  const { clock, runs, zombies, dead, begin, closed } = bench();
  const signs = runs.signs.bind(runs);
  runs.signs = async () => {
    await drive(clock, clock.sleep(40));
    return await signs();
  };
  await zombies.look();
  await begin("gone");
  dead.add("gone");
  await drive(clock, clock.sleep(2000));
  await zombies.look();
  assertEquals(closed, ["gone ended"]);
});

Deno.test("dead runs: who does not lead touches nothing", async () => {
  const { zombies, dead, begin, status, closed } = bench({ leads: false });
  await begin("gone");
  dead.add("gone");
  await zombies.look();
  await zombies.check({ name: "test", id: "gone" });
  assertEquals([await status("gone"), closed], [RunStatus.Running, []]);
});

Deno.test("dead runs: a DAG may ask that they go on", async () => {
  const { zombies, dead, begin, launched, closed } = bench();
  await begin("gone", "resume");
  dead.add("gone");
  await zombies.check({ name: "test", id: "gone" });
  assertEquals(launched, [{ kind: "continue", run: { name: "test", id: "gone" }, trigger: "resume" }]);
  assertEquals(closed, ["gone resumed"]);
});

Deno.test("dead runs: one that cannot go on is tried again, has failed then, and the reason is told once", async () => {
  const { runs, zombies, dead, begin, closed, logged } = bench({ refuse: new DaguError("No space left") });
  await begin("gone", "resume");
  dead.add("gone");
  const resumes = async () => (await runs.find("test", "gone"))!.record.resumes;
  for (let i = 1; i < 20; i++) await zombies.look();
  assertEquals([await resumes(), closed], [true, []]);
  await zombies.look();
  assertEquals([await resumes(), closed], [false, ["gone ended"]]);
  assertEquals(logged, ["Cannot resume a run: No space left"]);
});

Deno.test("dead runs: one that cannot go on yet waits, and goes on when it can", async () => {
  const options: Options = { refuse: new NotYetError("No worker", "no worker") };
  const { zombies, dead, begin, closed } = bench(options);
  await begin("gone", "resume");
  dead.add("gone");
  for (let i = 0; i < 10; i++) await zombies.look();
  assertEquals(closed, []);
  options.refuse = undefined;
  await zombies.look();
  assertEquals(closed, ["gone resumed"]);
});

Deno.test("dead runs: one that somebody else has ended goes on all the same, unless that was for good", async () => {
  const { runs, zombies, dead, begin, closed, launched } = bench();
  for (const id of ["looked-at", "stopped"]) {
    await begin(id, "resume");
    dead.add(id);
    await runs.closeDead((await runs.find("test", id))!, { forGood: id === "stopped" });
  }
  await zombies.look();
  assertEquals(launched.length, 1);
  assertEquals(closed, ["looked-at resumed"]);
});

Deno.test("dead runs: one that lost its sign of life in a power cut is looked at until its fate is known", async () => {
  const { runs, zombies, dead, begin, status, closed } = bench();
  await begin("lost");
  runs.signs = () => Promise.resolve([]);
  const { liveness } = runs;
  runs.liveness = () => Promise.resolve("unknown");
  zombies.suspect({ name: "test", id: "lost" });
  await zombies.look();
  assertEquals(await status("lost"), RunStatus.Running);
  runs.liveness = liveness;
  dead.add("lost");
  await zombies.look();
  assertEquals([await status("lost"), closed], [RunStatus.Failed, ["lost ended"]]);
});

Deno.test("dead runs: one that is said to be dead is looked at until that is known", async () => {
  const { runs, zombies, dead, begin, status } = bench();
  await begin("far");
  runs.signs = () => Promise.resolve([]);
  const { liveness } = runs;
  runs.liveness = () => Promise.resolve("unknown");
  await zombies.check({ name: "test", id: "far" });
  runs.liveness = liveness;
  dead.add("far");
  await zombies.look();
  assertEquals(await status("far"), RunStatus.Failed);
});

Deno.test("dead runs: one whose end cannot be recorded, and that has no sign of life any more, is tried again", async () => {
  const { runs, zombies, dead, begin, status } = bench();
  await begin("gone");
  dead.add("gone");
  runs.signs = () => Promise.resolve([]);
  const { closeDead } = runs;
  runs.closeDead = () => Promise.reject(new DaguError("No space left"));
  await zombies.check({ name: "test", id: "gone" });
  assertEquals(await status("gone"), RunStatus.Running);
  runs.closeDead = closeDead;
  await zombies.look();
  assertEquals(await status("gone"), RunStatus.Failed);
});
