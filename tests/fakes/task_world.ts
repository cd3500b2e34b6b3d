/**
 * Coordinators that follow each other, workers and those who hand tasks in, over a network that loses, repeats and
 * delays what is said. Machines are cut off, frozen and killed. One seed makes one world.
 */
import { RunLease } from "../../src/agent/run_lease.ts";
import { DaguError } from "../../src/core/errors.ts";
import { RunStatus } from "../../src/core/status.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { StoredTask } from "../../src/ports/dispatch_store.ts";
import type { SignalName } from "../../src/ports/executor.ts";
import type { Task, TaskClaim, TaskNews, TaskResult } from "../../src/ports/task.ts";
import type { TaskSource } from "../../src/ports/task_source.ts";
import { DispatchDesk } from "../../src/services/coordinator/desk.ts";
import type { RunSeen } from "../../src/services/coordinator/desk_options.ts";
import type { RunningTaskRun, TaskHold, TaskRunner } from "../../src/services/worker/task_runner.ts";
import { TaskWorker } from "../../src/services/worker/task_worker.ts";
import { MemoryDispatchStore } from "../../src/stores/memory/dispatch_store.ts";
import { CallError } from "../../src/transport/grpc/call_error.ts";
import { FakeClock, settle } from "./fake_clock.ts";
import { Random } from "./random.ts";
import { aTask } from "./tasks.ts";

const TICK_MS = 500;

/** A store that forgets in a crash what it was not asked to keep at once. */
class CrashingStore extends MemoryDispatchStore {
  readonly #kept = new Map<string, StoredTask>();

  override async put(task: StoredTask): Promise<void> {
    await super.put(task);
    this.#kept.set(task.taskId, task);
  }

  override note(task: StoredTask): Promise<void> {
    return super.put(task);
  }

  /** The tasks are as they were last kept; those that were removed may be there again. */
  async crash(random: Random): Promise<void> {
    const now = new Set((await this.all()).map(({ taskId }) => taskId));
    for (const [id, task] of this.#kept) {
      if (!random.chance(0.5)) continue;
      if (now.has(id) || random.chance(0.2)) await super.put(task);
    }
  }
}

/** One execution of a run by some worker. */
export interface Copy {
  readonly runId: string;
  readonly machine: Machine;
  /** Steps that it has begun. */
  steps: number;
  over: boolean;
}

/** The history of one run, which workers with shared files and the coordinator see. */
interface History {
  readonly copies: Copy[];
  result: TaskResult | null;
}

export interface Handed {
  readonly task: Task;
  /** "" until the coordinator has it. */
  taskId: string;
  news: TaskNews | null;
}

/** A machine with its clock, which goes on while its processes are frozen. */
export class Machine implements Clock {
  dead = false;
  frozen = false;
  cut = false;
  thawedAt = 0;
  readonly stop = new AbortController();
  #thaw: (() => void)[] = [];

  constructor(readonly world: TaskWorld, readonly id: string, readonly remote: boolean) {}

  now(): number {
    return this.world.clock.now();
  }

  monotonic(): number {
    return this.world.clock.monotonic();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.world.clock.sleep(ms, signal).then(() => this.running());
  }

  rest(ms: number, signal?: AbortSignal): Promise<void> {
    return this.sleep(ms, signal);
  }

  /** The dead do nothing more; the frozen when they are let go on. */
  async running(): Promise<void> {
    if (this.dead) return new Promise(() => {});
    if (this.frozen) await new Promise<void>((resolve) => this.#thaw.push(resolve));
    if (this.dead) return new Promise(() => {});
  }

  thaw(): void {
    this.frozen = false;
    this.thawedAt = this.now();
    for (const go of this.#thaw.splice(0)) go();
  }

  /** Whether it has had the processor for a while. */
  get works(): boolean {
    return !this.dead && !this.frozen && this.now() - this.thawedAt > 1000;
  }
}

export class TaskWorld {
  readonly clock = new FakeClock();
  readonly random: Random;
  readonly machines: Machine[] = [];
  readonly copies = new Set<Copy>();
  readonly handed: Handed[] = [];
  readonly histories = new Map<string, History>();
  /** Of calls that are lost on their way there, and of answers. */
  loss = 0;
  readonly #store = new CrashingStore();
  #epoch = 0;
  #desk: DispatchDesk | null = null;
  /** Ends what waits for the coordinator of the moment. */
  #down = new AbortController();

  constructor(readonly seed: number) {
    this.random = new Random(seed);
  }

  async startCoordinator(): Promise<void> {
    const epoch = ++this.#epoch;
    this.#down = new AbortController();
    const desk: DispatchDesk = new DispatchDesk({
      fence: { epoch, holds: () => this.#epoch === epoch && this.#desk === desk },
      clock: this.clock,
      random: (length) => Uint8Array.from({ length }, () => this.random.below(256)),
      store: this.#store,
      pack: (task) => Promise.resolve(task),
      look: (task) => Promise.resolve(this.#look(task)),
      onLost: () => Promise.resolve(null),
      log: () => {},
    });
    this.#desk = desk;
    desk.load(await this.#store.all());
  }

  async crashCoordinator(): Promise<void> {
    const desk = this.#desk;
    this.#desk = null;
    this.#down.abort();
    desk?.close();
    await this.#store.crash(this.random);
  }

  get coordinatorIsUp(): boolean {
    return this.#desk !== null;
  }

  startWorker(remote: boolean): Machine {
    const machine = new Machine(this, `w${this.machines.length}`, remote);
    this.machines.push(machine);
    const worker = new TaskWorker({
      self: { id: machine.id, labels: {}, host: machine.id, remote },
      source: this.#source(machine),
      runner: new SimulatedRunner(machine),
      clock: machine,
      random: (length) => Uint8Array.from({ length }, () => this.random.below(256)),
      log: () => {},
      maxActiveRuns: 2,
      graceMs: 30_000,
    });
    void worker.run(machine.stop.signal).then(() => machine.dead = true);
    return machine;
  }

  kill(machine: Machine): void {
    machine.dead = true;
    for (const copy of this.copies) if (copy.machine === machine) this.over(copy);
  }

  over(copy: Copy): void {
    copy.over = true;
    this.copies.delete(copy);
  }

  /** Hands a task in, again and again until it is taken; then waits for its end. */
  hand(id: string): void {
    const handed: Handed = { task: aTask(id), taskId: "", news: null };
    this.handed.push(handed);
    void this.#follow(handed);
  }

  history(id: string): History {
    let history = this.histories.get(id);
    if (!history) this.histories.set(id, history = { copies: [], result: null });
    return history;
  }

  /** Lets time go by and checks at every instant what must always hold. */
  async pass(ms: number, check: () => void): Promise<void> {
    const end = this.clock.now() + ms;
    for (let at = this.clock.now(); at < end; at += TICK_MS) {
      let over = false;
      this.clock.sleep(Math.min(TICK_MS, end - at)).then(() => over = true);
      while (!over) {
        await settle();
        if (over) break;
        this.clock.step();
        await settle();
        check();
      }
      await this.#desk?.tick();
      await settle();
      check();
    }
  }

  #look({ run }: Task): RunSeen | null {
    const { copies, result } = this.history(run.id);
    if (result) return { result, crashed: false, resumes: false };
    const last = copies.at(-1);
    if (!last) return null;
    if (!last.machine.remote && !last.over && !last.machine.frozen) return { alive: true };
    return { alive: false };
  }

  async #follow(handed: Handed): Promise<void> {
    for (;;) {
      try {
        handed.taskId ||= await this.#call(null, 10_000, (desk) => desk.dispatch(handed.task, true));
        handed.news = await this.#call(
          null,
          90_000,
          (desk, signal) => desk.news(handed.taskId, handed.news, signal),
        );
        if (["ended", "failed", "lost"].includes(handed.news.state)) return;
      } catch (error) {
        if (error instanceof CallError && error.code === "not_found") {
          // Forgotten: the history tells how the run went, or it is handed in again.
          const { result, copies } = this.history(handed.task.run.id);
          if (result || copies.length > 0) {
            handed.news = { state: result ? "ended" : "lost", reason: "", workerId: "", result };
            return;
          }
          handed.taskId = "";
        }
        await this.clock.sleep(500);
      }
    }
  }

  /**
   * A call as the network and the end of processes let it through.
   * @param from null for somebody beside the coordinator
   */
  async #call<T>(
    from: Machine | null,
    timeoutMs: number,
    what: (desk: DispatchDesk, signal: AbortSignal) => Promise<T> | T,
    signal?: AbortSignal,
  ): Promise<T> {
    const { clock, random } = this;
    const gone = new AbortController();
    const lost = new CallError("deadline_exceeded", "no answer");
    const late = clock.sleep(timeoutMs, gone.signal).then(() => Promise.reject(lost));
    const cut = from ? this.#cut(from, gone.signal) : new Promise<never>(() => {});
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(new CallError("cancelled", "given up")), { once: true });
    });
    const exchange = async () => {
      await clock.sleep(random.chance(0.05) ? random.below(3000) : random.below(20));
      const desk = this.#desk;
      const down = this.#down.signal;
      if (!desk) throw new CallError("unavailable", "nobody listens");
      if (from && random.chance(this.loss)) return await new Promise<never>(() => {});
      const ask = async () => await what(desk, AbortSignal.any([gone.signal, down]));
      if (random.chance(this.loss / 2)) void ask().catch(() => {});
      const answer = await Promise.race([
        ask(),
        new Promise<never>((_, reject) =>
          down.addEventListener("abort", () => reject(new CallError("unavailable", "it went down")))
        ),
      ]);
      await clock.sleep(random.below(20));
      if (from && random.chance(this.loss)) return await new Promise<never>(() => {});
      return answer;
    };
    try {
      return await Promise.race([exchange(), late, cut, aborted]);
    } finally {
      gone.abort();
      await from?.running();
    }
  }

  /** Rejects some seconds after the machine was cut off. */
  async #cut(machine: Machine, over: AbortSignal): Promise<never> {
    while (!over.aborted) {
      await this.clock.sleep(1000, over);
      if (!machine.cut || over.aborted) continue;
      await this.clock.sleep(5000, over);
      throw new CallError("unavailable", "no route");
    }
    return await new Promise<never>(() => {});
  }

  #source(machine: Machine): TaskSource {
    type Ask<T> = (desk: DispatchDesk, signal: AbortSignal) => Promise<T> | T;
    const call = <T>(timeoutMs: number, ask: Ask<T>, signal?: AbortSignal) =>
      this.#call(machine, timeoutMs, (desk, gone) => {
        if (machine.cut) return new Promise<never>(() => {});
        return ask(desk, gone);
      }, signal);
    return {
      poll: (self, _id, signal) =>
        call(
          90_000,
          (desk, gone) => desk.poll(self, { caller: self.id, unconfirmed: false, signal: gone }),
          signal,
        ),
      confirm: (claim) => call(10_000, (desk) => desk.confirm(claim)),
      begin: (claim) => call(10_000, (desk) => desk.begin(claim)),
      end: (claim, result) => call(10_000, (desk) => desk.end(claim, result)),
      giveBack: (claim, reason) => call(10_000, (desk) => desk.giveBack(claim, reason)),
      beat: (self, claims, stats) => call(3_000, (desk) => desk.beat(self, self.id, claims, stats)),
      orders: (id, seen, signal) => call(90_000, (desk, gone) => desk.orders(id, seen, gone), signal),
      record: () => Promise.resolve(0),
    };
  }
}

/** Runs of some steps, under the lease that agents of workers have. */
class SimulatedRunner implements TaskRunner {
  constructor(readonly machine: Machine) {}

  async start({ run }: Task, _claim: TaskClaim, hold: TaskHold): Promise<RunningTaskRun> {
    const { machine } = this;
    const { world } = machine;
    const { random } = world;
    const askedAt = await hold.askedAt();
    await machine.sleep(20 + random.below(random.chance(0.1) ? 4000 : 100));
    const history = world.history(run.id);
    if (!machine.remote && (history.result || history.copies.length > 0)) {
      throw new DaguError("The run has an owner, or has ended");
    }
    const copy: Copy = { runId: run.id, machine, steps: 0, over: false };
    history.copies.push(copy);
    world.copies.add(copy);
    const { promise: ended, resolve } = Promise.withResolvers<TaskResult>();
    const end = (status: RunStatus, error = "") => {
      if (copy.over) return;
      world.over(copy);
      lease.close();
      const result = { status, error, params: "", outputs: {} };
      if (error === "") history.result ??= result;
      resolve(result);
    };
    // What came too late ends before it begins.
    const lapse = () => void Promise.resolve().then(() => end(RunStatus.Failed, "the lease has ended"));
    const lease = new RunLease(machine, askedAt, lapse);
    const work = async () => {
      for (let step = 0; step < 3 && !copy.over; step++) {
        await lease.granted();
        if (copy.over) return;
        copy.steps++;
        await machine.sleep(random.below(random.chance(0.2) ? 30_000 : 3_000));
      }
      end(RunStatus.Succeeded);
    };
    void work();
    return {
      ended,
      signal: (name: SignalName) => end(name === "SIGKILL" ? RunStatus.Failed : RunStatus.Aborted, name),
      renew: (at) => lease.renew(at),
      lose: () => end(RunStatus.Failed, "lost"),
    };
  }

  close(): void {}
}
