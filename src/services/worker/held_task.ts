/** One task of a worker, from the offer to the report of its end. */
import { messageOf } from "../../core/errors.ts";
import { ACT_MS } from "../../core/lease_rule.ts";
import type { SignalName } from "../../ports/executor.ts";
import type { TaskClaim, TaskResult } from "../../ports/task.ts";
import type { OfferedTask, RunningTask, TaskSource } from "../../ports/task_source.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import type { ServiceLog } from "../service_log.ts";
import { type Backoff, retrying } from "./retrying.ts";
import type { RunningTaskRun, TaskHold, TaskRunner } from "./task_runner.ts";

export interface HeldTaskOptions {
  readonly offer: OfferedTask;
  readonly source: TaskSource;
  readonly runner: TaskRunner;
  readonly backoff: () => Backoff;
  readonly now: () => number;
  readonly log: ServiceLog;
}

/** A coordinator that knows no claims (Dagu's) has given the task away for good, and finds out by itself how it ends. */
export function isClaimed(claim: TaskClaim): boolean {
  return claim.attempt > 0;
}

export class HeldTask {
  readonly claim: TaskClaim;
  readonly startedAt: number;
  readonly #options: HeldTaskOptions;
  /** Aborted when the task is not ours any more. */
  readonly #lost = new AbortController();
  /** When the coordinator was last asked, and said that it is. */
  #askedAt = 0;
  #renewed = Promise.withResolvers<void>();
  readonly #early: SignalName[] = [];
  #run: RunningTaskRun | null = null;
  /** The agent has been asked for the run. */
  #begun = false;
  #handedBack = "";

  constructor(options: HeldTaskOptions) {
    this.#options = options;
    this.claim = options.offer.claim;
    this.startedAt = options.now();
  }

  /** The coordinator after the one that was asked may offer the task again, to the same worker too. */
  holds({ taskId, attempt, epoch }: TaskClaim): boolean {
    const own = this.claim;
    return own.taskId === taskId && own.attempt === attempt && own.epoch === epoch;
  }

  get shown(): RunningTask {
    const { run, root, parent } = this.#options.offer.task;
    return { run, root, parent, startedAt: this.startedAt };
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** Resolves when the coordinator knows how it ended, or nobody wants to know. Never rejects. */
  async carryOut(): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#carryOut();
    } catch (error) {
      log("WARN", "A task is not this worker's any more", { ...this.#fields, error: messageOf(error) });
      this.lose();
    }
  }

  /** The coordinator says that another worker may have it: what runs of it is ended at once. */
  lose(): void {
    this.#lost.abort();
    if (this.#run) this.#run.lose();
  }

  signal(name: SignalName): void {
    if (this.#run) this.#run.signal(name);
    else this.#early.push(name);
  }

  renew(askedAt: number): void {
    this.#askedAt = askedAt;
    this.#renewed.resolve();
    this.#renewed = Promise.withResolvers();
    this.#run?.renew(askedAt);
  }

  /** Nothing more is begun: a task that has not been is for another worker. */
  handBack(reason: string): void {
    this.#handedBack = reason;
  }

  async #carryOut(): Promise<void> {
    const { offer: { claim, task }, source, runner, log } = this.#options;
    await this.#confirm();
    if (this.#handedBack !== "") return await this.#tell(() => source.giveBack(claim, this.#handedBack));
    this.#begun = true;
    let run: RunningTaskRun;
    try {
      run = await runner.start(task, claim, this.#hold());
    } catch (error) {
      log("ERROR", "A run could not begin", { ...this.#fields, error: messageOf(error) });
      return await this.#report({ status: null, error: messageOf(error), params: "", outputs: {} });
    }
    this.#run = run;
    if (this.#lost.signal.aborted) run.lose();
    for (const name of this.#early) run.signal(name);
    log("INFO", "Run begun", this.#fields);
    const told = this.#tell(() => source.begin(claim));
    // It may be another worker's by now.
    told.catch(() => this.lose());
    const result = await run.ended;
    log("INFO", "Run ended", { ...this.#fields, ...(result.status === null ? { error: result.error } : {}) });
    await told;
    await this.#report(result);
  }

  #hold(): TaskHold {
    return {
      askedAt: async () => {
        while (!this.#isFresh()) await this.#renewed.promise;
        return this.#askedAt;
      },
      lost: this.#lost.signal,
    };
  }

  /** Until the answer is fresh: a machine that slept meanwhile may have lost the task. */
  async #confirm(): Promise<void> {
    const { source, now } = this.#options;
    do {
      this.#askedAt = now();
      await this.#tell(() => {
        this.#askedAt = now();
        return source.confirm(this.claim);
      });
    } while (!this.#isFresh());
  }

  #isFresh(): boolean {
    return Math.abs(this.#options.now() - this.#askedAt) < ACT_MS;
  }

  async #report(result: TaskResult): Promise<void> {
    await this.#tell(() => this.#options.source.end(this.claim, result));
  }

  async #tell(call: () => Promise<void>): Promise<void> {
    if (!isClaimed(this.claim)) return;
    const { signal } = this.#lost;
    if (signal.aborted) throw new CallError("aborted", "The task is not this worker's any more");
    await retrying(call, this.#options.backoff(), signal);
  }

  get #fields(): Record<string, string> {
    const { name, id } = this.#options.offer.task.run;
    return { dag: name, "run-id": id };
  }
}
