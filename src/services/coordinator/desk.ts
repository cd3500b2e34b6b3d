/**
 * What a coordinator does with tasks while it leads: stores them, offers each to one poller at a time, sees to it that
 * it is confirmed, and takes it back from workers that do not answer. Knows nothing of networks and files.
 */
import { randomToken } from "../../core/ids.ts";
import { LEASE_MS, UNHEALTHY_MS } from "../../core/worker_health.ts";
import type { RunRef } from "../../core/run.ts";
import type { StoredTask } from "../../ports/dispatch_store.ts";
import type { Task, TaskClaim, TaskNews, TaskResult } from "../../ports/task.ts";
import type { OfferedTask, Order, RecordPart, WorkerSelf, WorkerStats } from "../../ports/task_source.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import type { DeskOptions, PollOptions, RunSeen } from "./desk_options.ts";
import { type Entry, fieldsOf, oldClaim } from "./entry.ts";
import { waitFor } from "./long_wait.ts";
import { HOME, Offers } from "./offers.ts";
import { OrderBook } from "./order_book.ts";
import { TaskBook } from "./task_book.ts";
import { type KnownWorker, type Poller, WorkerBook } from "./worker_book.ts";

/** An offer that is not confirmed by then is made again. */
export const CONFIRM_MS = 10_000;
/** A task that is not to be held is given back when nobody has had its labels for so long. */
const UNFIT_MS = 2_000;
/** What has become of a task is told for so long after its end. */
const TOLD_MS = 300_000;

export class DispatchDesk {
  readonly #options: DeskOptions;
  readonly #tasks = new TaskBook();
  readonly #offers: Offers;
  #closed = new AbortController();
  readonly workers: WorkerBook;
  readonly #orders: OrderBook;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.workers = new WorkerBook(options.clock);
    this.#orders = new OrderBook(options.fence.epoch);
    this.#offers = new Offers({
      ...options,
      workers: this.workers,
      confirm: (claim) => this.confirm(claim),
      onFailure: (entry, why) => this.#over(entry, "failed", null, why),
    });
  }

  /** Takes over what an earlier coordinator has left. */
  load(stored: readonly StoredTask[]): void {
    const now = this.#options.clock.monotonic();
    for (const { taskId, task, hold, storedAt, attempt, claim, remote, begun } of stored) {
      const entry = this.#tasks.enter(taskId, task, hold, storedAt);
      Object.assign(entry, { attempt, claim, remote, since: now, renewedAt: now });
      if (claim) {
        entry.state = begun ? "begun" : "claimed";
        entry.confirmed = Promise.resolve();
      } else this.#offers.wait(entry);
    }
  }

  /** Resolves with the task's id when it is stored. */
  async dispatch(task: Task, hold: boolean): Promise<string> {
    await this.#endEarlier(task);
    this.#mayAct();
    const known = this.#tasks.of(task);
    if (known) return known.id;
    if (!hold && !this.workers.hasFit(task.selector)) {
      throw new CallError("failed_precondition", this.workers.reason(task.selector));
    }
    this.#tasks.checkRoom();
    const { random, clock, store } = this.#options;
    const entry = this.#tasks.enter(randomToken(random), task, hold, clock.now());
    try {
      await store.put(entry.stored());
    } catch (error) {
      this.#tasks.remove(entry);
      throw error;
    }
    // It may have been withdrawn meanwhile.
    if (entry.state === "storing") this.#offers.offerOrWait(entry);
    return entry.id;
  }

  /** Whoever hands a run in again may have seen its end, which its worker has yet to report. */
  async #endEarlier(task: Task): Promise<void> {
    const known = this.#tasks.of(task);
    if (!known?.taken) return;
    const { claim, state } = known;
    const seen = await this.#look(known);
    if (known.state !== state || known.claim !== claim || !seen || !("result" in seen)) return;
    // The worker may be about to wake up: first it has to let go of the run, or its right to it has to end.
    if (seen.crashed) {
      throw new CallError("failed_precondition", `the worker "${claim!.workerId}" still has the run`);
    }
    this.#over(known, "ended", seen.result, "");
  }

  /** Waits for a task; null asks to come again. */
  async poll(
    self: WorkerSelf,
    { caller, unconfirmed, signal }: PollOptions,
  ): Promise<OfferedTask | null> {
    this.#mayAct();
    const { clock } = this.#options;
    const worker = this.workers.seen(self, caller);
    let given: Promise<OfferedTask> | null = null;
    let listener = () => {};
    const poller: Poller = {
      workerId: self.id,
      caller,
      since: clock.monotonic(),
      unconfirmed,
      remote: self.remote,
      give: (offer) => {
        worker.pollers.delete(poller);
        given = offer ?? Promise.reject(HOME);
        given.catch(() => {});
        listener();
      },
    };
    this.workers.addPoller(worker, poller);
    this.#offers.serve(worker.self.labels);
    await waitFor(() => given !== null, {
      listen: (changed) => {
        listener = changed;
        return () => {};
      },
      clock,
      signal: AbortSignal.any([signal, this.#closed.signal]),
    });
    worker.pollers.delete(poller);
    if (!given) return null;
    return await (given as Promise<OfferedTask>).catch((error) => {
      if (error === HOME) return null;
      throw error;
    });
  }

  /** Resolves when it is on the disk that the worker has the task. @throws CallError for an old claim */
  async confirm(claim: TaskClaim): Promise<void> {
    const entry = this.#held(claim);
    if (entry.state === "offered") {
      entry.state = "confirming";
      entry.confirmed = this.#options.store.put(entry.stored()).then(() => this.#take(entry), (error) => {
        this.#requeue(entry);
        throw error;
      });
    }
    await entry.confirmed;
    this.#held(claim);
  }

  begin(claim: TaskClaim): void {
    const entry = this.#told(claim);
    if (entry.state === "begun" || entry.end) return;
    if (entry.state !== "claimed") throw oldClaim(claim);
    this.#begun(entry);
  }

  end(claim: TaskClaim, result: TaskResult): void {
    const entry = this.#told(claim);
    if (entry.end) return;
    if (result.status !== null) return this.#over(entry, "ended", result, "");
    if (entry.state !== "begun") return this.#over(entry, "failed", result, result.error);
    this.#lose(entry, result.error);
  }

  /**
   * Stores what a worker without the files tells of its run.
   * @returns number of the last part that is stored
   * @throws CallError
   */
  async record(claim: TaskClaim, parts: readonly RecordPart[]): Promise<number> {
    const entry = this.#told(claim);
    if (!entry.taken) throw oldClaim(claim);
    const stored = await this.#options.records.take(entry.task, claim, parts);
    // The worker says so too, unless it is cut off before.
    this.begin(claim);
    return stored;
  }

  /** Whether there is a task for a run, other than that of the claim. */
  isAnothers(root: RunRef, run: RunRef, { taskId }: TaskClaim): boolean {
    const entry = this.#tasks.of({ root, run });
    return entry !== undefined && entry.id !== taskId;
  }

  /** Takes back a task that was not begun. */
  giveBack(claim: TaskClaim, reason: string): void {
    const entry = this.#held(claim);
    if (entry.state === "begun") {
      throw new CallError(
        "failed_precondition",
        `The task "${claim.taskId}" was begun: it cannot be given back`,
      );
    }
    this.#options.log("INFO", "A task was given back", { ...fieldsOf(entry), reason });
    this.#requeue(entry);
  }

  /**
   * @param caller id of who calls, by certificate or key
   * @returns claims that are not the worker's any more
   */
  beat(
    self: WorkerSelf,
    caller: string,
    claims: readonly TaskClaim[],
    stats: WorkerStats | null,
  ): TaskClaim[] {
    this.#mayAct();
    const worker = this.workers.seen(self, caller);
    if (stats) worker.stats = stats;
    const now = this.#options.clock.monotonic();
    const revoked: TaskClaim[] = [];
    for (const claim of claims) {
      const entry = this.#tasks.get(claim.taskId);
      if (claim.workerId !== self.id || !entry?.holds(claim) || entry.isTakenAway) revoked.push(claim);
      else if (!entry.end) this.#renew(worker, entry, now);
    }
    const running = new Set(stats?.running.map(({ run }) => run.id));
    for (const id of worker.tasks) {
      const entry = this.#tasks.get(id);
      if (entry?.unconfirmed && running.has(entry.task.run.id)) {
        entry.renewedAt = now;
        if (entry.state === "claimed") this.#begun(entry);
      }
    }
    this.#offers.serve(self.labels);
    return revoked;
  }

  #renew(worker: KnownWorker, entry: Entry, now: number): void {
    entry.renewedAt = now;
    if (worker.tasks.has(entry.id)) return;
    // It had the task before this coordinator led.
    worker.tasks.add(entry.id);
    if (entry.remote) void this.#options.records.keep(entry.task, entry.claim!);
    if (entry.stop !== "") this.#orders.add(worker, entry.claim!, entry.stop);
  }

  /** Waits until there is something else to tell than what is known. @throws CallError when the task is not known */
  async news(taskId: string, known: Pick<TaskNews, "state" | "reason"> | null, signal: AbortSignal) {
    const entry = this.#tasks.known(taskId);
    const isNew = () => {
      const { state, reason } = entry.news();
      return known === null || state !== known.state || reason !== known.reason;
    };
    const closing = AbortSignal.any([signal, this.#closed.signal]);
    const listen = (changed: () => void) => entry.listen(changed);
    await waitFor(isNew, { listen, clock: this.#options.clock, signal: closing });
    if (!entry.end) this.#mayAct();
    return entry.news();
  }

  /** Withdraws a task that nobody has, or tells its worker. */
  stop(taskId: string, signal: string): void {
    this.#mayAct();
    const entry = this.#tasks.known(taskId);
    if (entry.end) return;
    const worker = this.workers.get(entry.claim?.workerId ?? "");
    if (entry.taken || entry.state === "confirming") {
      entry.stop = signal;
      if (worker?.tasks.has(entry.id)) this.#orders.add(worker, entry.claim!, signal);
    } else this.#over(entry, "failed", null, "it was stopped before a worker had it");
  }

  async orders(workerId: string, seen: number, signal: AbortSignal): Promise<readonly Order[]> {
    this.#mayAct();
    const worker = this.workers.get(workerId);
    // One that nobody knows polls or beats first.
    if (!worker) throw new CallError("not_found", `There is no worker "${workerId}"`);
    this.workers.touch(worker);
    const closing = AbortSignal.any([signal, this.#closed.signal]);
    return await this.#orders.next(worker, seen, this.#options.clock, closing);
  }

  /** Tasks that no worker has, and why. */
  waiting(): { readonly entry: Entry; readonly reason: string }[] {
    return this.#offers.waiting.map((entry) => ({ entry, reason: this.workers.reason(entry.task.selector) }));
  }

  /** Tasks that a worker has. */
  takenBy(workerId: string): Entry[] {
    const ids = [...this.workers.get(workerId)?.tasks ?? []];
    return ids.map((id) => this.#tasks.get(id)).filter((entry) => entry?.taken) as Entry[];
  }

  /** Whether there is no task, not even one that is over. */
  get isEmpty(): boolean {
    return this.#tasks.isEmpty;
  }

  /** Looks at what time has brought; to be called once or twice a second while there are tasks. */
  async tick(): Promise<void> {
    this.workers.tidy();
    if (this.isEmpty || !this.#options.fence.holds()) return;
    const now = this.#options.clock.monotonic();
    const looks: Promise<void>[] = [];
    for (const entry of this.#tasks.all()) {
      const age = now - entry.since;
      const silence = now - entry.renewedAt;
      if (entry.end) {
        if (age > TOLD_MS) this.#tasks.remove(entry);
      } else if (entry.state === "waiting") this.#lookAtWaiting(entry, age);
      else if (entry.state === "offered" && age > CONFIRM_MS) {
        this.#takeBack(entry, "it was not confirmed in time");
      } else if (entry.taken) {
        const silent = silence > (entry.state === "begun" ? LEASE_MS : UNHEALTHY_MS);
        if (silent || entry.unconfirmed) looks.push(this.#lookAtTaken(entry, silent));
      }
    }
    await Promise.all(looks);
  }

  /** Answers all who wait; they ask again, and find the next coordinator. */
  close(): void {
    this.#closed.abort();
    void this.#options.records.close();
  }

  #take(entry: Entry): void {
    if (entry.state !== "confirming") return;
    entry.state = "claimed";
    entry.since = entry.renewedAt = this.#options.clock.monotonic();
    entry.changed();
  }

  #begun(entry: Entry): void {
    entry.state = "begun";
    this.#note(entry);
    entry.changed();
  }

  #requeue(entry: Entry): void {
    this.workers.get(entry.claim?.workerId ?? "")?.tasks.delete(entry.id);
    const claimed = entry.taken || entry.state === "confirming" || entry.state === "lost";
    entry.claim = null;
    entry.state = "waiting";
    if (claimed) this.#note(entry);
    this.#offers.offerOrWait(entry);
    entry.changed();
  }

  #takeBack(entry: Entry, why: string): void {
    this.#options.log("WARN", "A task is offered again", { ...fieldsOf(entry), why });
    this.#requeue(entry);
  }

  /** @param problem what the worker says; "" when it says nothing */
  #lose(entry: Entry, problem = ""): void {
    const why = problem || `its worker "${entry.claim!.workerId}" is gone`;
    const { records, onLost, clock, log } = this.#options;
    const claim = entry.claim!;
    log("WARN", "A run is nobody's any more", { ...fieldsOf(entry), worker: claim.workerId, why });
    entry.state = "lost";
    this.workers.get(claim.workerId)?.tasks.delete(entry.id);
    records.forget(claim, problem).then(() => onLost(entry.task, claim)).then((next) => {
      if (entry.end) return;
      if (!next) return this.#over(entry, "lost", null, why);
      // In the file of the same task: there is never a second one for the run.
      Object.assign(entry, { task: next, hold: true, storedAt: clock.now(), stop: "" });
      this.#requeue(entry);
    });
  }

  #lookAtWaiting(entry: Entry, age: number): void {
    if (!entry.hold && age > UNFIT_MS && !this.workers.hasFit(entry.task.selector)) {
      return this.#over(entry, "failed", null, this.workers.reason(entry.task.selector));
    }
    this.#offers.look(entry);
  }

  /** What the history says. Once a run was begun it holds no other attempt's end, whatever the clocks say. */
  async #look({ task, state, storedAt }: Entry): Promise<RunSeen | null> {
    return await this.#options.look(task, state === "begun" ? 0 : storedAt).catch(() => null);
  }

  /** A worker that is silent may have gone on, or ended, in files that are seen here as well. */
  async #lookAtTaken(entry: Entry, silent: boolean): Promise<void> {
    const claim = entry.claim!;
    const { state } = entry;
    const seen = await this.#look(entry);
    if (!entry.holds(claim) || entry.state !== state) return;
    if (seen && "result" in seen) {
      return seen.resumes ? this.#lose(entry) : this.#over(entry, "ended", seen.result, "");
    }
    if (seen && state === "claimed") this.#begun(entry);
    // Agents of a worker that confirms end themselves long before; those of Dagu go on without their worker.
    if (!silent || entry.unconfirmed && !entry.remote && seen?.alive) return;
    if (seen || state === "begun") this.#lose(entry);
    else this.#takeBack(entry, `its worker "${claim.workerId}" is silent`);
  }

  #over(entry: Entry, state: "ended" | "failed" | "lost", result: TaskResult | null, reason: string): void {
    const { store, records, clock, log } = this.#options;
    this.#offers.remove(entry);
    if (entry.claim) void records.forget(entry.claim, "");
    this.workers.get(entry.claim?.workerId ?? "")?.tasks.delete(entry.id);
    entry.end = { state, result };
    entry.reason = reason;
    entry.state = "over";
    entry.since = clock.monotonic();
    this.#tasks.over(entry);
    store.remove(entry.id).catch((error) =>
      log("WARN", "Cannot forget a task that is over", { ...fieldsOf(entry), error: String(error) })
    );
    entry.changed();
  }

  /** Not waited for: should it be lost, the record of the run tells. */
  #note(entry: Entry): void {
    this.#options.store.note(entry.stored()).catch((error) =>
      this.#options.log("ERROR", "Cannot store a task", { ...fieldsOf(entry), error: String(error) })
    );
  }

  /** The task of a claim that is the newest one, and not over. */
  #held(claim: TaskClaim): Entry {
    const entry = this.#told(claim);
    if (entry.end) throw oldClaim(claim);
    return entry;
  }

  /** The same; its end may be known here already. */
  #told(claim: TaskClaim): Entry {
    this.#mayAct();
    const entry = this.#tasks.get(claim.taskId);
    const worker = this.workers.get(claim.workerId);
    if (worker) this.workers.touch(worker);
    if (!entry?.holds(claim) || entry.isTakenAway) throw oldClaim(claim);
    return entry;
  }

  #mayAct(): void {
    if (this.#closed.signal.aborted || !this.#options.fence.holds()) {
      throw new CallError("unavailable", "This coordinator does not lead");
    }
  }
}
