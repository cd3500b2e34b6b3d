/** The pool with processes that tests speak for. */
import { assert, assertEquals, assertRejects } from "../../../tests/assert.ts";
import { FakeClock, settle } from "../../../tests/fakes/fake_clock.ts";
import { DaguError } from "../../core/errors.ts";
import { RunStatus } from "../../core/status.ts";
import type { LineProcess } from "../../platform/process/line_process.ts";
import type { LaunchRequest } from "../../ports/run_launcher.ts";
import { AgentPool } from "./agent_pool.ts";
import type { FromAgent, ToAgent, ToRunning } from "./protocol.ts";

const OUTCOME = { params: "A=1", outputs: { O: "x" }, problem: "" };

class FakeProcess implements LineProcess {
  readonly taken: string[] = [];
  readonly told: ToRunning[] = [];
  readonly ended: Promise<string>;
  closed = false;
  #end: (why: string) => void;

  constructor(readonly pid: number, readonly say: (line: FromAgent) => void) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.ended = promise;
    this.#end = resolve;
  }

  send(value: unknown): void {
    const line = value as ToAgent;
    if (line.kind === "signal" || line.kind === "renew") this.told.push(line);
    else this.taken.push((line as { dagRunId: string }).dagRunId);
  }

  close(): void {
    this.closed = true;
  }

  die(why = "signal: killed"): void {
    this.#end(why);
  }

  ready(): void {
    this.say({ say: "ready" });
  }

  begin(): void {
    this.say({ say: "began", run: { name: "d", id: this.taken.at(-1)! } });
  }

  finish(): void {
    this.say({ say: "ended", status: RunStatus.Succeeded, ...OUTCOME });
    this.ready();
  }
}

function bench(processors = 2) {
  const clock = new FakeClock();
  const processes: FakeProcess[] = [];
  const load = { saturated: false };
  const pool = new AgentPool({
    start: (onLine) => {
      const process = new FakeProcess(processes.length + 1, onLine);
      processes.push(process);
      return process;
    },
    clock,
    processors,
    idleMs: 1000,
    saturated: () => load.saturated,
  });
  return { clock, processes, pool, load };
}

function request(id: string): LaunchRequest {
  return { kind: "start", dag: "/d.yaml", dagRunId: id, params: null, trigger: "schedule" };
}

async function pass(clock: FakeClock, ms: number): Promise<void> {
  let over = false;
  clock.sleep(ms).then(() => over = true);
  while (!over) {
    clock.step();
    await settle();
  }
}

Deno.test("agent pool: a launch resolves when the run is recorded, and tells how it ended", async () => {
  const { pool, processes } = bench();
  const launching = pool.launch(request("r1"));
  processes[0]!.ready();
  assertEquals(processes[0]!.taken, ["r1"]);
  processes[0]!.begin();
  const { run, pid, ended } = await launching;
  assertEquals([run, pid], [{ name: "d", id: "r1" }, 1]);
  processes[0]!.finish();
  assertEquals(await ended, { status: RunStatus.Succeeded, error: "", outcome: OUTCOME });
});

Deno.test("agent pool: one run at a time, the next one when an agent is free, in order", async () => {
  const { pool, processes } = bench(1);
  for (let i = 0; i < 5; i++) pool.launch(request(`r${i}`)).catch(() => {});
  assertEquals(processes.length, 1);
  processes[0]!.ready();
  assertEquals(processes[0]!.taken, ["r0"]);
  processes[0]!.begin();
  await settle();
  assertEquals(processes[0]!.taken, ["r0"]);
  for (let i = 0; i < 4; i++) processes[0]!.finish();
  assertEquals(processes[0]!.taken, ["r0", "r1", "r2", "r3", "r4"]);
});

Deno.test("agent pool: many short runs share few processes, long ones get their own", async () => {
  const { pool, processes, clock } = bench(2);
  for (let i = 0; i < 100; i++) pool.launch(request(`r${i}`)).catch(() => {});
  assertEquals(processes.length, 2);
  for (let round = 0; round < 10; round++) {
    for (const process of processes) {
      if (process.taken.length === 0) process.ready();
      else process.finish();
    }
    await pass(clock, 20);
  }
  assert(processes.length <= 4, `${processes.length} processes`);
  const before = processes.length;
  for (let round = 0; round < 20; round++) {
    await pass(clock, 100);
    for (const process of processes.slice(before)) if (process.taken.length === 0) process.ready();
  }
  assertEquals(processes.flatMap((process) => process.taken).length >= 40, true);
  assert(processes.length > before + 5, `${processes.length} processes`);
});

Deno.test("agent pool: more agents come when those that become free do not keep up", async () => {
  const { pool, processes, clock, load } = bench(2);
  for (let i = 0; i < 1000; i++) pool.launch(request(`r${i}`)).catch(() => {});
  const [short, ...long] = processes;
  for (const process of processes) process.ready();
  const shortRuns = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      await pass(clock, 100);
      short!.finish();
    }
  };
  load.saturated = true;
  await shortRuns(2000);
  const before = processes.length;
  assertEquals(long.every((process) => process.taken.length === 1), true);
  load.saturated = false;
  await shortRuns(1000);
  assert(processes.length > before, `${processes.length} processes`);
});

Deno.test("agent pool: processors that have too much to do get one more agent at a time", async () => {
  const { pool, processes, clock, load } = bench(2);
  load.saturated = true;
  for (let i = 0; i < 40; i++) pool.launch(request(`r${i}`)).catch(() => {});
  for (const process of processes) process.ready();
  const before = processes.length;
  await pass(clock, 1000);
  assertEquals(processes.length, before + 1);
  processes.at(-1)!.ready();
  await pass(clock, 1000);
  assertEquals(processes.length, before + 2);
});

Deno.test("agent pool: a definition that cannot be run fails its own launch only", async () => {
  const { pool, processes } = bench();
  const bad = pool.launch(request("bad"));
  processes[0]!.ready();
  processes[0]!.say({ say: "failed", error: "No steps" });
  assertEquals((await assertRejects(() => bad, DaguError)).message, "No steps");
  processes[0]!.ready();
  const good = pool.launch(request("good"));
  processes[0]!.begin();
  assertEquals((await good).run.id, "good");
});

Deno.test("agent pool: an agent that dies is known at once, whatever it was doing", async () => {
  const { pool, processes } = bench();
  const launching = pool.launch(request("r1"));
  processes[0]!.ready();
  processes[0]!.begin();
  const { ended } = await launching;
  processes[0]!.die();
  assertEquals(await ended, { status: null, error: "its process ended: signal: killed", outcome: null });
  const unbegun = pool.launch(request("r2"));
  processes[1]!.ready();
  processes[1]!.die("exit status 1");
  assert((await assertRejects(() => unbegun, DaguError)).message.includes("exit status 1"));
  assertEquals(pool.counts, { idle: 0, busy: 0, starting: 0 });
});

Deno.test("agent pool: when no process gets ready the launches fail, and the next ones try anew", async () => {
  const { pool, processes, clock } = bench(1);
  const launching = pool.launch(request("r1"));
  launching.catch(() => {});
  for (let i = 0; i < 3; i++) {
    processes[i]!.die("exit status 1");
    await pass(clock, 250);
  }
  assert((await assertRejects(() => launching, DaguError)).message.includes("exit status 1"));
  const count = processes.length;
  pool.launch(request("r2")).catch(() => {});
  assertEquals(processes.length, count + 1);
});

Deno.test("agent pool: agents that nobody needs end, and some are started before they are needed", async () => {
  const { pool, processes, clock } = bench(2);
  pool.prepare(2);
  pool.prepare(2);
  assertEquals(processes.length, 2);
  for (const process of processes) process.ready();
  assertEquals(pool.counts, { idle: 2, busy: 0, starting: 0 });
  await pass(clock, 1100);
  assertEquals(processes.map((process) => process.closed), [true, true]);
  assertEquals(pool.counts.idle, 0);
  pool.prepare(100);
  assertEquals(processes.length, 6);
});

Deno.test("agent pool: after many long runs only some agents wait for more", async () => {
  const { pool, processes, clock } = bench(1);
  for (let i = 0; i < 20; i++) pool.launch(request(`r${i}`)).catch(() => {});
  for (let round = 0; round < 40; round++) {
    for (const process of processes) if (process.taken.length === 0) process.ready();
    await pass(clock, 200);
  }
  assertEquals(processes.flatMap((process) => process.taken).length, 20);
  for (const process of processes) process.finish();
  assertEquals(pool.counts.idle, 4);
  assertEquals(processes.filter((process) => process.closed).length, processes.length - 4);
});

Deno.test("agent pool: closed, it sends idle agents home, lets runs go on and takes no more", async () => {
  const { pool, processes } = bench(2);
  const launching = pool.launch(request("r1"));
  processes[0]!.ready();
  processes[0]!.begin();
  const { ended } = await launching;
  const waiting = pool.launch(request("r2"));
  pool.close();
  await assertRejects(() => waiting, DaguError);
  await assertRejects(() => pool.launch(request("r3")), DaguError);
  processes[0]!.finish();
  assertEquals((await ended).status, RunStatus.Succeeded);
  assertEquals(processes[0]!.taken, ["r1"]);
});

Deno.test("agent pool: an agent is told about the run that it has, not about one before", async () => {
  const { pool, processes } = bench(1);
  const first = pool.launch(request("r1"));
  processes[0]!.ready();
  processes[0]!.begin();
  const { tell } = await first;
  tell({ kind: "renew", askedAt: 3 });
  processes[0]!.finish();
  const second = pool.launch(request("r2"));
  processes[0]!.begin();
  tell({ kind: "signal", signal: "SIGKILL" });
  (await second).tell({ kind: "signal", signal: "SIGTERM" });
  assertEquals(processes[0]!.told, [{ kind: "renew", askedAt: 3 }, { kind: "signal", signal: "SIGTERM" }]);
});
