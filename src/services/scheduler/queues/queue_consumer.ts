/** Starts queued runs as soon as their queues have room. */
import { backoffMs } from "../../../core/backoff.ts";
import { CountedRuns } from "../../../core/counted_runs.ts";
import { messageOf, NotYetError } from "../../../core/errors.ts";
import { nextToStart } from "../../../core/queue_order.ts";
import type { RunRef } from "../../../core/run.ts";
import { RunStatus } from "../../../core/status.ts";
import type { Claim, QueueItem } from "../../../ports/queue_store.ts";
import { LineLength } from "./line_length.ts";
import type { QueueConsumerOptions } from "./queue_options.ts";
import { QueueRepair } from "./queue_repair.ts";
import { WakeList } from "./wake_list.ts";

/** Events tell of every change; should one be lost, it is noticed after this. */
const LOOK_MS = 15_000;
const REPAIR_MS = 60_000;
/** Between two repairs at least, whatever is found; a first one that failed is done again sooner. */
const REPAIR_REST_MS = 2000;
/** Between two looks at one queue: what changes meanwhile is seen by the second. */
const REST_MS = 15;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** Where nothing is wrong with a run and only a worker is missing. */
const LONGEST_WAIT_MS = 4000;

/** A start that did not succeed. */
interface Failure {
  readonly times: number;
  /** Of the monotonic clock. */
  readonly until: number;
  readonly reason: string;
  /** Nothing is wrong with it: only a worker is missing. */
  readonly passes: boolean;
}

export class QueueConsumer {
  readonly #options: QueueConsumerOptions;
  readonly #repair: QueueRepair;
  readonly #length: LineLength;
  readonly #wakes: WakeList;
  /** Told when something was put aside: it may have been the item of a run. */
  readonly #putAside: WakeList;
  /** Runs that were started here and have not ended, by queue: they count before their heartbeat is seen. */
  readonly #started = new Map<string, Map<string, RunRef>>();
  /** By item. */
  readonly #failures = new Map<string, Failure>();
  /** Limits that definitions set, by item. */
  readonly #ownLimits = new Map<string, number>();
  /** Starts that were asked for and not answered yet, by item. */
  readonly #pending = new Map<string, Promise<void>>();
  /** Those of them whose runs have not begun, by item: to be aborted when nobody wants the run any more. */
  readonly #beginning = new Map<string, { readonly item: QueueItem; readonly withdrawn: AbortController }>();
  #waiting = new Map<string, readonly QueueItem[]>();
  #stopped = new AbortController();

  constructor(options: QueueConsumerOptions) {
    this.#options = options;
    this.#repair = new QueueRepair(options, (item) => this.#pending.has(keyOf(item)));
    this.#length = new LineLength(options.report.log);
    this.#wakes = new WakeList(options.clock, REST_MS);
    this.#putAside = new WakeList(options.clock);
  }

  /**
   * Works until the signal is aborted or the fence holds no more, and every start that was asked for is answered; runs
   * go on. A consumer works for one epoch: make another for the next.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { queues, fence } = this.#options;
    const stop = () => this.#stopped.abort();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const unwatch = queues.watch((queue) => this.#wakes.add(queue));
    const repairs = this.#repairs();
    try {
      this.#wakes.add(null);
      while (!this.#stopped.signal.aborted && fence.holds()) {
        for (const queue of await this.#due()) {
          if (this.#stopped.signal.aborted || !fence.holds()) break;
          await this.#look(queue).catch((error) =>
            this.#tell("ERROR", "Cannot look at a queue", queue, error)
          );
        }
      }
    } finally {
      stop();
      signal.removeEventListener("abort", stop);
      unwatch();
      await Promise.all([repairs, ...this.#pending.values()]);
    }
  }

  /** Looks at a queue again, or at all of them: for those who know that something has changed. */
  wake(queue?: string): void {
    this.#wakes.add(queue ?? null);
  }

  /** Other workers can be had than before: what lacked one is tried again at once. */
  retryOnWorkers(): void {
    for (const [key, failure] of this.#failures) {
      if (failure.passes) this.#failures.set(key, { ...failure, times: 0, until: 0 });
    }
    this.#wakes.add(null);
  }

  /** Whether something in line lacks a worker. */
  get lacksWorkers(): boolean {
    return this.#failures.values().some(({ passes }) => passes);
  }

  /** Items that wait, by queue, as last seen. */
  waiting(): ReadonlyMap<string, readonly QueueItem[]> {
    return this.#waiting;
  }

  async #due(): Promise<string[]> {
    const due = await this.#wakes.next(LOOK_MS, this.#stopped.signal);
    if (due) return due;
    return await this.#options.queues.queues().catch((error) => {
      this.#tell("ERROR", "Cannot list the queues", "", error);
      return [];
    });
  }

  async #repairs(): Promise<void> {
    const { clock, fence } = this.#options;
    const { signal } = this.#stopped;
    for (let failures = 0; !signal.aborted && fence.holds();) {
      failures = await this.#repaired(failures) ? 0 : failures + 1;
      const pause = failures === 0 ? REPAIR_MS : backoffMs(FIRST_PAUSE_MS, 2, failures - 1, REPAIR_MS);
      const rest = Math.min(pause, REPAIR_REST_MS);
      await clock.sleep(rest, signal);
      if (pause > rest) await this.#putAside.next(pause - rest, signal);
    }
  }

  /** @returns whether all was done */
  async #repaired(failures: number): Promise<boolean> {
    try {
      const { changed, done } = await this.#repair.run(this.#stopped.signal);
      for (const queue of changed) this.#wakes.add(queue);
      return done;
    } catch (error) {
      if (failures === 0) this.#tell("ERROR", "Cannot repair the queues", "", error);
      return false;
    }
  }

  async #look(queue: string): Promise<void> {
    const { queues, runs, fence } = this.#options;
    const { waiting, claims, bad } = await queues.contents(queue);
    for (const one of bad) await this.#discard(one, one.problem);
    this.#remember(queue, waiting);
    await this.#withdraw(queue, claims);
    if (waiting.length === 0) return;
    const counted = new CountedRuns([
      ...this.#started.get(queue)?.values() ?? [],
      ...claims.map(({ item }) => item.run),
      ...await runs.running(queue),
    ]);
    const limit = this.#options.limits[queue] ?? await this.#ownLimit(waiting[0]!);
    const start = nextToStart({
      queue,
      waiting,
      running: counted.size,
      limit,
      counts: ({ run }) => counted.has(run),
      held: (item) => this.#held(item),
    });
    for (const item of start) {
      if (!fence.holds() || this.#stopped.signal.aborted) return;
      const begins = await this.#begin(item).catch((error) => this.#failed(item, error));
      // The room that it was meant to take is for another.
      if (!begins) this.#wakes.add(queue);
    }
  }

  /** Gives up what was taken out of the queue while it waited for a worker. */
  async #withdraw(queue: string, claims: readonly Claim[]): Promise<void> {
    const claimed = new Set(claims.map(({ item }) => keyOf(item)));
    for (const { item, withdrawn } of [...this.#beginning.values()]) {
      if (item.queue !== queue || claimed.has(keyOf(item))) continue;
      if (!await this.#options.runs.find(item.run.name, item.run.id, item.queuedAt)) withdrawn.abort();
    }
  }

  async #discard(item: Pick<QueueItem, "queue" | "id">, problem: string): Promise<void> {
    if (await this.#repair.putAside(item, problem)) this.#putAside.add(null);
  }

  #remember(queue: string, waiting: readonly QueueItem[]): void {
    const gone = new Set(this.#waiting.get(queue)?.map(keyOf));
    for (const item of waiting) gone.delete(keyOf(item));
    for (const key of gone) {
      this.#ownLimits.delete(key);
      if (!this.#started.get(queue)?.has(key)) this.#failures.delete(key);
    }
    if (waiting.length === 0) this.#waiting.delete(queue);
    else this.#waiting.set(queue, waiting);
    this.#length.look(this.#waiting);
  }

  /** The limit that the definition of a run sets for a queue that the configuration does not name. */
  async #ownLimit(item: QueueItem): Promise<number> {
    const key = keyOf(item);
    const known = this.#ownLimits.get(key);
    if (known !== undefined) return known;
    const { runs } = this.#options;
    const stored = await runs.find(item.run.name, item.run.id, item.queuedAt);
    // A definition that cannot be read is told of when its run is started.
    const limit = stored ? await runs.snapshot(stored).then(({ dag }) => dag.maxActiveRuns, () => 1) : 1;
    this.#ownLimits.set(key, limit);
    return limit;
  }

  #held(item: QueueItem): string {
    const failure = this.#failures.get(keyOf(item));
    return failure && failure.until > this.#options.clock.monotonic() ? failure.reason : "";
  }

  /**
   * Claims an item and has its run started; does not wait for that.
   * @returns whether the item was worth it.
   */
  async #begin(item: QueueItem): Promise<boolean> {
    const { queues, runs, fence, onOpen } = this.#options;
    const stored = await runs.find(item.run.name, item.run.id, item.queuedAt);
    if (!stored) {
      await this.#discard(item, "there is no readable record of its run");
      return false;
    }
    if (stored.record.status !== RunStatus.Queued) {
      onOpen(item.run);
      await queues.remove(item);
      return false;
    }
    const claim = await queues.claim(item, fence.epoch);
    if (!claim) return false;
    const started = this.#started.get(item.queue) ?? new Map<string, RunRef>();
    this.#started.set(item.queue, started.set(keyOf(item), item.run));
    const pending: Promise<void> = this.#launch(item)
      .then((begun) => begun ? queues.settle(claim) : queues.giveBack(claim))
      .catch((error) => this.#tell("ERROR", "Cannot change the claim of a queued run", item.queue, error))
      .finally(() => this.#pending.delete(keyOf(item)));
    this.#pending.set(keyOf(item), pending);
    return true;
  }

  /** @returns whether the item has done its duty. */
  async #launch(item: QueueItem): Promise<boolean> {
    const { launcher, runs, clock, onOpen, report } = this.#options;
    const { run, queue } = item;
    const over = () => {
      this.#started.get(queue)?.delete(keyOf(item));
      this.#wakes.add(queue);
    };
    const withdrawn = new AbortController();
    this.#beginning.set(keyOf(item), { item, withdrawn });
    try {
      const { ended } = await launcher.launch({ kind: "continue", run, trigger: "queue" }, {
        onWait: (why) => void this.#note(item, why === "" ? "" : `it waits for a worker: ${why}`),
        withdrawn: withdrawn.signal,
      }).finally(() => this.#beginning.delete(keyOf(item)));
      this.#failures.delete(keyOf(item));
      report.began(item, Math.max(0, clock.now() - item.queuedAt));
      ended.then(over);
      return true;
    } catch (error) {
      // undefined: nobody can tell now.
      const stored = await runs.find(run.name, run.id, item.queuedAt).catch(() => undefined);
      const waits = stored === undefined || stored?.record.status === RunStatus.Queued;
      if (waits) await this.#failed(item, error);
      else this.#failures.delete(keyOf(item));
      if (!waits && stored) onOpen(run);
      over();
      return !waits;
    }
  }

  /** The others of the queue go first until the pause is over. */
  async #failed(item: QueueItem, error: unknown): Promise<false> {
    const { clock } = this.#options;
    const key = keyOf(item);
    const passes = error instanceof NotYetError;
    const before = this.#failures.get(key);
    // A wait for workers, however long, says nothing about the run.
    const times = before?.passes === passes ? before.times + 1 : 1;
    const pause = backoffMs(FIRST_PAUSE_MS, 2, times - 1, passes ? LONGEST_WAIT_MS : LONGEST_PAUSE_MS);
    const told = passes
      ? `it waits for a worker: ${error.reason}`
      : `it could not be started: ${messageOf(error)}`;
    this.#failures.set(key, { times, until: clock.monotonic() + pause, reason: told, passes });
    if (passes) this.#options.report.lacksWorker();
    if (times === 1 || pause === LONGEST_PAUSE_MS) {
      this.#tell("WARN", "Cannot start a queued run", item.queue, error, item.run);
    }
    await this.#note(item, told);
    clock.sleep(pause, this.#stopped.signal).then(() => this.#wakes.add(item.queue));
    return false;
  }

  /** Leaves word for those who ask why a run waits. */
  async #note(item: QueueItem, why: string): Promise<void> {
    await this.#options.queues.note(item, why).catch(() => {});
  }

  #tell(level: "WARN" | "ERROR", message: string, queue: string, error: unknown, run?: RunRef): void {
    this.#options.report.log(level, message, {
      ...(queue === "" ? {} : { queue }),
      ...(run ? { dag: run.name, "run-id": run.id } : {}),
      error: messageOf(error),
    });
  }
}

function keyOf({ queue, id }: QueueItem): string {
  return `${queue}/${id}`;
}
