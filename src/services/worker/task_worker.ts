/** A worker: asks a coordinator for tasks, has their runs carried out, and tells that it lives. */
import { messageOf } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { OfferedTask, TaskSource, WorkerSelf, WorkerStats } from "../../ports/task_source.ts";
import type { ServiceLog } from "../service_log.ts";
import { HeldTask } from "./held_task.ts";
import { Backoff } from "./retrying.ts";
import type { TaskRunner } from "./task_runner.ts";

/** Between two signs of life of a worker that has tasks, or looks for its coordinator. */
export const BEAT_MS = 2_000;
/** Between two of one that has nothing to do: a call costs more than all else that it does then. */
const CALM_BEAT_MS = 4_000;
/** Between two signs of life that say everything. */
const REPORT_MS = 10_000;
/** Polls that wait at the same time: one that gets a task is followed by another, while there is room. */
export const OPEN_POLLS = 8;
/** After the grace time: what is left of it for runs that were told to end. */
const END_MS = 10_000;

export interface TaskWorkerOptions {
  readonly self: WorkerSelf;
  readonly source: TaskSource;
  readonly runner: TaskRunner;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: ServiceLog;
  /** Most runs at the same time. */
  readonly maxActiveRuns: number;
  /** Time that runs have to end by themselves when the worker is to end. */
  readonly graceMs: number;
}

export class TaskWorker {
  readonly #options: TaskWorkerOptions;
  readonly #held = new Set<HeldTask>();
  readonly #ending = new AbortController();
  readonly #over = new AbortController();
  /** Aborted when a task comes. */
  #taken = new AbortController();
  /** Resolved and replaced whenever a task has ended. */
  #freed = Promise.withResolvers<void>();
  /** Each may bring a task. */
  #openPolls = 0;
  #reportedAt = -Infinity;
  #unreachable = false;
  /** Aborted and replaced when the coordinator answers again: whoever pauses asks at once. */
  #contact = new AbortController();

  constructor(options: TaskWorkerOptions) {
    this.#options = options;
  }

  /** Works until the signal is aborted; then takes no more and resolves when nothing of it runs any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { runner, maxActiveRuns } = this.#options;
    const stop = () => this.#ending.abort();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const beats = this.#beats();
    const orders = this.#orders();
    await Promise.all(Array.from({ length: Math.min(OPEN_POLLS, maxActiveRuns) }, (_, i) => this.#poll(i)));
    await this.#drain();
    runner.close();
    this.#over.abort();
    await Promise.all([beats, orders]);
  }

  /** Ends the runs at once. */
  kill(): void {
    for (const task of this.#held) task.signal("SIGKILL");
  }

  async #poll(number: number): Promise<void> {
    const { self, source, maxActiveRuns } = this.#options;
    const { signal } = this.#ending;
    const backoff = this.#backoff();
    while (!signal.aborted) {
      while (this.#held.size + this.#openPolls >= maxActiveRuns && !signal.aborted) await this.#room();
      if (signal.aborted) return;
      this.#openPolls++;
      try {
        const offer = await source.poll(self, `${self.id}/${number}`, signal);
        this.#reached();
        backoff.reset();
        if (offer) this.#take(offer);
      } catch (error) {
        if (signal.aborted) return;
        this.#lostContact(error);
        await backoff.pause(AbortSignal.any([signal, this.#contact.signal]));
      } finally {
        this.#openPolls--;
      }
    }
  }

  #take(offer: OfferedTask): void {
    const { source, runner, clock, log } = this.#options;
    const task = new HeldTask({
      offer,
      source,
      runner,
      backoff: () => this.#backoff(),
      now: () => clock.now(),
      log,
    });
    // It came while the worker was about to end.
    if (this.#ending.signal.aborted) task.handBack("the worker is ending");
    this.#held.add(task);
    this.#taken.abort();
    task.carryOut().then(() => {
      this.#held.delete(task);
      this.#freed.resolve();
      this.#freed = Promise.withResolvers();
    });
  }

  async #room(): Promise<void> {
    const { signal } = this.#ending;
    const aborted = Promise.withResolvers<void>();
    const stop = () => aborted.resolve();
    signal.addEventListener("abort", stop, { once: true });
    await Promise.race([this.#freed.promise, aborted.promise]);
    signal.removeEventListener("abort", stop);
  }

  async #beats(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#over.signal.aborted) {
      const answered = await Promise.race([this.#beat(), clock.rest(BEAT_MS, this.#over.signal)]);
      if (answered && this.#held.size === 0) await this.#restWhileCalm();
      else await clock.rest(BEAT_MS, this.#over.signal);
    }
  }

  /** A task that comes has its next sign of life as soon as any other. */
  async #restWhileCalm(): Promise<void> {
    const { clock } = this.#options;
    const taken = this.#taken = new AbortController();
    await clock.rest(CALM_BEAT_MS, AbortSignal.any([taken.signal, this.#over.signal]));
    if (taken.signal.aborted) await clock.rest(BEAT_MS, this.#over.signal);
  }

  /** @returns whether the coordinator has answered */
  async #beat(): Promise<boolean> {
    const { self, source, clock, log } = this.#options;
    const asked = clock.monotonic();
    const askedAt = clock.now();
    const tasks = [...this.#held];
    const full = asked - this.#reportedAt >= REPORT_MS - BEAT_MS / 2;
    try {
      const revoked = await source.beat(self, tasks.map(({ claim }) => claim), full ? this.#stats() : null);
      if (full) this.#reportedAt = asked;
      this.#reached();
      for (const task of tasks) {
        if (!revoked.some((claim) => task.holds(claim))) task.renew(askedAt);
        else if (this.#held.has(task)) {
          log("WARN", "A task was taken away", { "task-id": task.claim.taskId });
          task.lose();
        }
      }
      return true;
    } catch (error) {
      this.#lostContact(error);
      return false;
    }
  }

  #stats(): WorkerStats {
    const { maxActiveRuns } = this.#options;
    return {
      totalPollers: maxActiveRuns,
      busyPollers: this.#held.size,
      running: [...this.#held].map(({ shown }) => shown),
    };
  }

  async #orders(): Promise<void> {
    const { self, source } = this.#options;
    const { signal } = this.#over;
    const backoff = this.#backoff();
    let seen = 0;
    while (!signal.aborted) {
      try {
        const orders = await source.orders(self.id, seen, signal);
        backoff.reset();
        for (const { number, claim, signal: name } of orders) {
          // A coordinator that began anew counts from the beginning.
          seen = number;
          for (const task of this.#held) if (task.holds(claim)) task.signal(name);
        }
      } catch {
        // The beats tell of it.
        await backoff.pause(signal);
      }
    }
  }

  /** Waits for the runs at hand; those that take too long are stopped, and in the end killed. */
  async #drain(): Promise<void> {
    const { graceMs, log } = this.#options;
    for (const task of this.#held) if (!task.begun) task.handBack("the worker is ending");
    if (this.#held.size > 0) log("INFO", "Waiting for runs to end", { runs: String(this.#held.size) });
    if (await this.#allEnded(graceMs)) return;
    log("WARN", "Runs that did not end in time are stopped", { runs: String(this.#held.size) });
    for (const task of this.#held) task.signal("SIGTERM");
    if (await this.#allEnded(END_MS)) return;
    this.kill();
    await this.#allEnded(END_MS);
  }

  async #allEnded(withinMs: number): Promise<boolean> {
    const { clock } = this.#options;
    const timeout = new AbortController();
    let late = withinMs <= 0;
    clock.sleep(withinMs, timeout.signal).then(() => late = true);
    while (this.#held.size > 0 && !late) {
      await Promise.race([this.#freed.promise, clock.sleep(100, timeout.signal)]);
    }
    timeout.abort();
    return this.#held.size === 0;
  }

  #backoff(): Backoff {
    return new Backoff(this.#options.clock, this.#options.random);
  }

  #reached(): void {
    if (!this.#unreachable) return;
    this.#unreachable = false;
    this.#options.log("INFO", "The coordinator answers again");
    this.#contact.abort();
    this.#contact = new AbortController();
  }

  #lostContact(error: unknown): void {
    if (this.#unreachable || this.#over.signal.aborted) return;
    this.#unreachable = true;
    this.#options.log("WARN", "The coordinator does not answer", { error: messageOf(error) });
  }
}
