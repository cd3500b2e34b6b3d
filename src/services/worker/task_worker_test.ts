/** A worker whose coordinator and agents tests speak for. */
import { assert, assertEquals } from "../../../tests/assert.ts";
import { FakeClock, settle } from "../../../tests/fakes/fake_clock.ts";
import { DaguError } from "../../core/errors.ts";
import { RunStatus } from "../../core/status.ts";
import type { Task, TaskClaim, TaskResult } from "../../ports/task.ts";
import type { OfferedTask, Order, TaskSource, WorkerStats } from "../../ports/task_source.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import { BEAT_MS, OPEN_POLLS, TaskWorker } from "./task_worker.ts";
import type { RunningTaskRun, TaskRunner } from "./task_runner.ts";

const DONE: TaskResult = { status: RunStatus.Succeeded, error: "", params: "", outputs: { O: "1" } };

class FakeSource implements TaskSource {
  readonly said: string[] = [];
  readonly stats: (WorkerStats | null)[] = [];
  readonly #polls: PromiseWithResolvers<OfferedTask | null>[] = [];
  readonly #orders: PromiseWithResolvers<readonly Order[]>[] = [];
  revoked: TaskClaim[] = [];
  /** What calls are answered with instead of success. */
  refuse: (call: string, claim: TaskClaim | null) => CallError | null = () => null;

  get waiting(): number {
    return this.#polls.length;
  }

  /** The connection is gone. */
  loseAll(): void {
    for (const poll of this.#polls.splice(0)) poll.reject(new CallError("unavailable", "dropped"));
  }

  offer(id: string, attempt = 1, epoch = 1): void {
    const claim: TaskClaim = { taskId: id, attempt, epoch, workerId: "w" };
    const task = { run: { name: "d", id }, root: { name: "d", id }, parent: null } as unknown as Task;
    this.#polls.shift()!.resolve({ claim, task });
  }

  order(number: number, taskId: string, signal: string): void {
    const claim = { taskId, attempt: 1, epoch: 1, workerId: "w" };
    this.#orders.shift()!.resolve([{ number, claim, signal }]);
  }

  poll(_self: unknown, _id: string, signal: AbortSignal): Promise<OfferedTask | null> {
    const refusal = this.refuse("poll", null);
    if (refusal) return Promise.reject(refusal);
    return this.#wait(this.#polls, signal);
  }

  orders(_id: string, _seen: number, signal: AbortSignal): Promise<readonly Order[]> {
    return this.#wait(this.#orders, signal);
  }

  confirm = (claim: TaskClaim) => this.#answer("confirm", claim);
  begin = (claim: TaskClaim) => this.#answer("begin", claim);
  end = (claim: TaskClaim, { error, status }: TaskResult) =>
    this.#answer("end", claim, ` ${error || status}`);
  giveBack = (claim: TaskClaim) => this.#answer("giveBack", claim);

  async beat(_self: unknown, _claims: unknown, stats: WorkerStats | null): Promise<readonly TaskClaim[]> {
    this.stats.push(stats);
    const refusal = this.refuse("beat", null);
    if (refusal) throw refusal;
    await Promise.resolve();
    return this.revoked.splice(0);
  }

  record(): Promise<number> {
    return Promise.resolve(0);
  }

  #answer(call: string, claim: TaskClaim, more = ""): Promise<void> {
    const refusal = this.refuse(call, claim);
    this.said.push(`${call} ${claim.taskId}${more}${refusal ? ` ${refusal.code}` : ""}`);
    return refusal ? Promise.reject(refusal) : Promise.resolve();
  }

  #wait<T>(list: PromiseWithResolvers<T>[], signal: AbortSignal): Promise<T> {
    const waiting = Promise.withResolvers<T>();
    signal.addEventListener("abort", () => waiting.reject(new CallError("cancelled", "given up")));
    list.push(waiting);
    return waiting.promise;
  }
}

class FakeRunner implements TaskRunner {
  readonly signals: string[] = [];
  readonly renewed: string[] = [];
  readonly ends = new Map<string, (result: TaskResult) => void>();
  closed = false;
  failure = "";

  start({ run }: Task): Promise<RunningTaskRun> {
    if (this.failure !== "") return Promise.reject(new DaguError(this.failure));
    const { promise: ended, resolve } = Promise.withResolvers<TaskResult>();
    this.ends.set(run.id, resolve);
    return Promise.resolve({
      ended,
      signal: (name) => void this.signals.push(`${run.id} ${name}`),
      renew: () => void this.renewed.push(run.id),
      lose: () => void this.signals.push(`${run.id} lost`),
    });
  }

  close(): void {
    this.closed = true;
  }
}

function bench(options: { maxActiveRuns?: number } = {}) {
  const clock = new FakeClock();
  const source = new FakeSource();
  const runner = new FakeRunner();
  const ending = new AbortController();
  const log: string[] = [];
  const worker = new TaskWorker({
    self: { id: "w", labels: {}, host: "h", remote: false },
    source,
    runner,
    clock,
    random: (length) => new Uint8Array(length).fill(255),
    log: (_level, message) => void log.push(message),
    maxActiveRuns: options.maxActiveRuns ?? 10,
    graceMs: 30_000,
  });
  let over = false;
  const run = worker.run(ending.signal).then(() => over = true);
  const pass = async (ms: number) => {
    let passed = false;
    clock.sleep(ms).then(() => passed = true);
    while (!passed) {
      clock.step();
      await settle();
    }
  };
  const end = async () => {
    ending.abort();
    while (!over) {
      await settle();
      if (!over) clock.step();
    }
    await run;
  };
  return { clock, source, runner, ending, log, pass, end, isOver: () => over };
}

Deno.test("worker: confirms a task before it begins it, and reports how it went", async () => {
  const { source, runner, pass, end } = bench();
  await settle();
  source.offer("r1");
  await pass(10);
  assertEquals(source.said, ["confirm r1", "begin r1"]);
  runner.ends.get("r1")!(DONE);
  await pass(10);
  assertEquals(source.said.at(-1), `end r1 ${RunStatus.Succeeded}`);
  await end();
  assert(runner.closed);
});

Deno.test("worker: a task that is another's by now is not begun", async () => {
  const { source, runner, pass, end } = bench();
  await settle();
  source.refuse = (call) => call === "confirm" ? new CallError("aborted", "too late") : null;
  source.offer("r1");
  await pass(10_000);
  assertEquals([source.said, runner.ends.size], [["confirm r1 aborted"], 0]);
  await end();
});

Deno.test("worker: a run that could not begin is reported as such", async () => {
  const { source, runner, pass, end } = bench();
  await settle();
  runner.failure = "No steps";
  source.offer("r1");
  await pass(10);
  assertEquals(source.said, ["confirm r1", "end r1 No steps"]);
  await end();
});

Deno.test("worker: what the coordinator did not hear is said again, after 0.2 to 5 seconds", async () => {
  const { source, runner, pass, end, log } = bench();
  await settle();
  let silent = true;
  source.refuse = () => silent ? new CallError("unavailable", "no connection") : null;
  source.offer("r1");
  await pass(60_000);
  const tries = source.said.length;
  assert(tries > 12 && tries < 25, `${tries} tries`);
  assertEquals(runner.ends.size, 0);
  silent = false;
  await pass(5000);
  assertEquals(source.said.slice(-2), ["confirm r1", "begin r1"]);
  assertEquals(log.filter((line) => line.includes("answer")), [
    "The coordinator does not answer",
    "The coordinator answers again",
  ]);
  runner.ends.get("r1")!(DONE);
  await end();
});

Deno.test("worker: asks for tasks as soon as a beat has found the coordinator again", async () => {
  const { source, pass, end } = bench();
  await settle();
  source.refuse = () => new CallError("unavailable", "no connection");
  source.loseAll();
  await pass(60_000);
  assertEquals(source.waiting, 0);
  source.refuse = () => null;
  await pass(BEAT_MS);
  assertEquals(source.waiting, OPEN_POLLS);
  await end();
});

Deno.test("worker: beats every 2 seconds, reports everything every 10, and renews what it holds", async () => {
  const { source, runner, pass, end } = bench();
  await settle();
  source.offer("r1");
  await settle();
  await pass(20_100);
  assertEquals(source.stats.length, 11);
  assertEquals(source.stats.map((stats) => stats !== null).flatMap((full, i) => full ? [i * BEAT_MS] : []), [
    0,
    10_000,
    20_000,
  ]);
  const { totalPollers, busyPollers, running } = source.stats.at(-1)!;
  assertEquals([totalPollers, busyPollers, running.map(({ run }) => run.id)], [10, 1, ["r1"]]);
  const renewed = runner.renewed.length;
  assertEquals(renewed, 10);
  source.refuse = (call) => call === "beat" ? new CallError("unavailable", "") : null;
  await pass(6000);
  assertEquals(runner.renewed.length, renewed);
  runner.ends.get("r1")!(DONE);
  await end();
});

Deno.test("worker: one that has nothing to do beats half as often, until it has, and while it is cut off", async () => {
  const { source, runner, pass, end } = bench();
  await settle();
  await pass(9_000);
  assertEquals(source.stats.length, 3);
  source.offer("r1");
  await settle();
  await pass(5_000);
  assertEquals([source.stats.length, runner.renewed.length], [5, 2]);
  runner.ends.get("r1")!(DONE);
  await pass(8_000);
  const before = source.stats.length;
  await pass(8_000);
  assertEquals(source.stats.length, before + 2);
  source.refuse = (call) => call === "beat" ? new CallError("unavailable", "") : null;
  await pass(20_000);
  assertEquals(source.stats.length, before + 12);
  await end();
});

Deno.test("worker: a task that was taken away is ended at once, and not spoken of any more", async () => {
  const { source, runner, pass, end } = bench();
  await settle();
  source.offer("r1");
  await pass(10);
  source.revoked = [{ taskId: "r1", attempt: 1, epoch: 1, workerId: "w" }];
  await pass(BEAT_MS);
  assertEquals(runner.signals, ["r1 lost"]);
  runner.ends.get("r1")!({ ...DONE, status: null });
  await pass(10);
  assertEquals(source.said, ["confirm r1", "begin r1"]);
  await end();
});

Deno.test("worker: what the next coordinator offers again is kept when the offer before is taken away", async () => {
  const { source, runner, pass, end } = bench();
  await settle();
  // The first coordinator is gone before it can answer.
  source.refuse = (call) => call === "confirm" ? new CallError("unavailable", "gone") : null;
  source.offer("r1", 1, 1);
  await pass(10);
  source.refuse = (_, claim) => claim?.epoch === 1 ? new CallError("aborted", "old") : null;
  source.offer("r1", 1, 2);
  source.revoked = [{ taskId: "r1", attempt: 1, epoch: 1, workerId: "w" }];
  await pass(BEAT_MS);
  assertEquals([runner.signals, runner.renewed], [[], ["r1"]]);
  runner.ends.get("r1")!(DONE);
  await pass(10);
  assertEquals(source.said.at(-1), "end r1 4");
  await end();
});

Deno.test("worker: orders reach the runs that they are for", async () => {
  const { source, runner, pass, end } = bench();
  await settle();
  source.offer("r1");
  source.offer("r2");
  await pass(10);
  source.order(1, "r2", "SIGTERM");
  await pass(10);
  source.order(2, "r1", "SIGKILL");
  source.said.length = 0;
  await pass(10);
  assertEquals(runner.signals, ["r2 SIGTERM", "r1 SIGKILL"]);
  for (const finish of runner.ends.values()) finish(DONE);
  await end();
});

Deno.test("worker: takes no more than it may, and again when there is room", async () => {
  const few = bench({ maxActiveRuns: 2 });
  await settle();
  assertEquals(few.source.waiting, 2);
  few.source.offer("r1");
  few.source.offer("r2");
  await few.pass(1000);
  assertEquals(few.source.waiting, 0);
  few.runner.ends.get("r1")!(DONE);
  await few.pass(1000);
  assert(few.source.waiting > 0);
  few.runner.ends.get("r2")!(DONE);
  await few.end();
  const many = bench({ maxActiveRuns: 100 });
  await settle();
  assertEquals(many.source.waiting, OPEN_POLLS);
  await many.end();
});

Deno.test("worker: at its end it waits for runs, stops those that take too long, and gives back the rest", async () => {
  const { source, runner, ending, pass, isOver, end } = bench();
  await settle();
  source.offer("r1");
  await pass(10);
  source.refuse = (call) => call === "confirm" ? new CallError("unavailable", "") : null;
  source.offer("r2");
  await pass(10);
  ending.abort();
  await pass(10);
  source.refuse = () => null;
  await pass(6000);
  assertEquals(source.said.slice(-2), ["confirm r2", "giveBack r2"]);
  assertEquals([isOver(), runner.signals], [false, []]);
  await pass(25_000);
  assertEquals(runner.signals, ["r1 SIGTERM"]);
  runner.ends.get("r1")!({ ...DONE, status: RunStatus.Aborted });
  await end();
  assertEquals(source.said.at(-1), `end r1 ${RunStatus.Aborted}`);
  assertEquals(source.stats.length > 12, true);
});

Deno.test("worker: a coordinator that knows no claims is told nothing", async () => {
  const { source, runner, pass, end } = bench();
  await settle();
  source.offer("r1", 0);
  await pass(10);
  assertEquals(runner.ends.size, 1);
  runner.ends.get("r1")!(DONE);
  await pass(10);
  assertEquals(source.said, []);
  await end();
});

Deno.test("worker: a task that is found to be another's when it begins is ended", async () => {
  const { source, runner, pass, end } = bench();
  await settle();
  source.refuse = (call) => call === "begin" ? new CallError("aborted", "lost") : null;
  source.offer("r1");
  await pass(10);
  assertEquals(runner.signals[0], "r1 lost");
  runner.ends.get("r1")!(DONE);
  await pass(10);
  assertEquals(source.said, ["confirm r1", "begin r1 aborted"]);
  await end();
});
