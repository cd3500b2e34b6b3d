/** Tasks that wait for a worker, and how each gets to one poller at a time. */
import { messageOf } from "../../core/errors.ts";
import type { TaskClaim } from "../../ports/task.ts";
import type { OfferedTask } from "../../ports/task_source.ts";
import type { DeskOptions } from "./desk_options.ts";
import { type Entry, fieldsOf } from "./entry.ts";
import type { Poller, WorkerBook } from "./worker_book.ts";

export interface OffersOptions extends Pick<DeskOptions, "clock" | "fence" | "log" | "pack"> {
  readonly workers: WorkerBook;
  /** Notes that a worker has the task, which will not say so itself. */
  readonly confirm: (claim: TaskClaim) => Promise<void>;
  /** The task cannot be handed out. */
  readonly onFailure: (entry: Entry, why: string) => void;
}

/** Sends a poller home. */
export const HOME = Symbol("come again");

export class Offers {
  readonly #options: OffersOptions;
  /** In the order of {@link Entry.order}. */
  #waiting: Entry[] = [];

  constructor(options: OffersOptions) {
    this.#options = options;
  }

  get waiting(): readonly Entry[] {
    return this.#waiting;
  }

  wait(entry: Entry): void {
    entry.state = "waiting";
    entry.since = this.#options.clock.monotonic();
    entry.claim = null;
    entry.confirmed = null;
    this.#waiting.push(entry);
    this.#waiting.sort((a, b) => a.order - b.order);
  }

  offerOrWait(entry: Entry): void {
    const { workers } = this.#options;
    const poller = workers.next(entry.task.selector);
    if (poller) return this.#offer(entry, poller);
    this.wait(entry);
    entry.explain(workers.reason(entry.task.selector));
  }

  /** Offers what waits for these labels. */
  serve(labels: Readonly<Record<string, string>>): void {
    const { workers } = this.#options;
    if (!workers.anyPoller) return;
    for (const entry of [...this.#waiting]) {
      if (!Object.entries(entry.task.selector).every(([key, value]) => labels[key] === value)) continue;
      const poller = workers.next(entry.task.selector);
      if (!poller) continue;
      this.remove(entry);
      this.#offer(entry, poller);
    }
  }

  /** A poller may have come for it, or the reason why it waits may have changed. */
  look(entry: Entry): void {
    const { workers } = this.#options;
    const poller = workers.next(entry.task.selector);
    if (!poller) return entry.explain(workers.reason(entry.task.selector));
    this.remove(entry);
    this.#offer(entry, poller);
  }

  /** It waits no more. */
  remove(entry: Entry): void {
    this.#waiting = this.#waiting.filter((other) => other !== entry);
  }

  #offer(entry: Entry, poller: Poller): void {
    const { clock, fence, log, workers } = this.#options;
    const { workerId, unconfirmed } = poller;
    const worker = workers.get(workerId)!;
    const now = clock.monotonic();
    entry.attempt++;
    entry.claim = { taskId: entry.id, attempt: entry.attempt, epoch: fence.epoch, workerId };
    entry.unconfirmed = unconfirmed;
    entry.remote = poller.remote;
    entry.since = now;
    entry.state = "offered";
    entry.reason = "";
    worker.lastGiven = now;
    worker.tasks.add(entry.id);
    log("INFO", "A task is offered", { ...fieldsOf(entry), worker: workerId, attempt: entry.attempt });
    poller.give(this.#packed(entry, entry.claim, poller.remote));
  }

  async #packed(entry: Entry, claim: TaskClaim, remote: boolean): Promise<OfferedTask> {
    const { pack, confirm, onFailure } = this.#options;
    try {
      const task = remote ? await pack(entry.task) : entry.task;
      if (entry.unconfirmed) await confirm(claim);
      return { claim, task };
    } catch (error) {
      if (entry.holds(claim)) onFailure(entry, messageOf(error));
      throw HOME;
    }
  }
}
