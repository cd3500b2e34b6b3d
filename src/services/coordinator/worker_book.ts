/** The workers that a coordinator knows, and those of their pollers that wait for a task. */
import { hasLabels, labelsText, OFFLINE_MS, UNHEALTHY_MS } from "../../core/worker_health.ts";
import { nextPoller } from "../../core/poller_order.ts";
import type { Clock } from "../../ports/clock.ts";
import type { OfferedTask, Order, WorkerSelf, WorkerStats } from "../../ports/task_source.ts";
import { CallError } from "../../transport/grpc/call_error.ts";

export interface Poller {
  readonly workerId: string;
  /** Who calls: one certificate or key may be that of many workers. */
  readonly caller: string;
  readonly since: number;
  /** It does not confirm what it takes. */
  readonly unconfirmed: boolean;
  readonly remote: boolean;
  /** null sends it home: it asks again. */
  give(offer: Promise<OfferedTask> | null): void;
}

export interface KnownWorker {
  self: WorkerSelf;
  /** Who called first for it. */
  readonly caller: string;
  /** Unix milliseconds. */
  readonly connectedAt: number;
  seenAt: number;
  /** Of the monotonic clock. */
  seen: number;
  lastGiven: number;
  stats: WorkerStats | null;
  readonly pollers: Set<Poller>;
  /** Ids of tasks that were offered to it or that it has. */
  readonly tasks: Set<string>;
  readonly orders: Order[];
  /** Calls back those who wait for orders. */
  readonly listeners: Set<() => void>;
}

const MAX_WORKERS = 1000;
/** Of one certificate or key; of all callers together where callers are asked for nothing. */
const MAX_WORKERS_OF_CALLER = 200;
const MAX_POLLERS = 1000;

/** Characters of the labels of one worker in a reason. */
const MAX_SHOWN = 200;

type Labels = Readonly<Record<string, string>>;

export class WorkerBook {
  readonly #clock: Clock;
  readonly #workers = new Map<string, KnownWorker>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a sign of life. @throws CallError when there are too many, and none of them is silent */
  seen(self: WorkerSelf, caller: string): KnownWorker {
    const worker = this.#workers.get(self.id) ?? this.#add(self, caller);
    worker.self = self;
    this.touch(worker);
    return worker;
  }

  /** Each call of a worker is a sign of life. */
  touch(worker: KnownWorker): void {
    worker.seen = this.#clock.monotonic();
    worker.seenAt = this.#clock.now();
  }

  get(id: string): KnownWorker | undefined {
    return this.#workers.get(id);
  }

  all(): KnownWorker[] {
    return [...this.#workers.values()];
  }

  /** @throws CallError when the caller has too many */
  addPoller(worker: KnownWorker, poller: Poller): void {
    const { caller } = poller;
    const own = this.all().flatMap(({ pollers }) => [...pollers]).filter((other) => other.caller === caller);
    if (own.length >= MAX_POLLERS) {
      throw new CallError("resource_exhausted", `"${caller}" has ${MAX_POLLERS} pollers already`);
    }
    worker.pollers.add(poller);
  }

  get anyPoller(): boolean {
    return this.all().some(({ pollers }) => pollers.size > 0);
  }

  /** The poller that is next for a task with this selector; null when none waits. */
  next(selector: Labels): Poller | null {
    const fit = this.all().filter((worker) => this.isFit(worker, selector));
    const pollers = fit.flatMap(({ pollers }) => [...pollers]);
    return nextPoller(pollers, ({ workerId }) => {
      const { lastGiven, tasks } = this.#workers.get(workerId)!;
      return { lastGiven, busy: tasks.size };
    });
  }

  isFit(worker: KnownWorker, selector: Labels): boolean {
    return this.silence(worker) <= UNHEALTHY_MS && hasLabels(worker.self.labels, selector);
  }

  /** Why a task with this selector waits. */
  reason(selector: Labels): string {
    const alive = this.all().filter((worker) => this.silence(worker) <= UNHEALTHY_MS);
    if (alive.length === 0) return "no worker is connected";
    const fit = alive.filter((worker) => this.isFit(worker, selector));
    if (fit.length > 0) {
      const names = fit.map(({ self }) => `"${self.id}"`).slice(0, 5).join(", ");
      return `all pollers of the workers with the right labels are busy (${names})`;
    }
    const others = alive.slice(0, 5).map(({ self: { id, labels } }) =>
      `"${id}" has ${cut(labelsText(labels)) || "none"}`
    );
    return `no worker has the labels ${cut(labelsText(selector))} (${others.join("; ")})`;
  }

  /** Whether some worker that lives has the labels, busy or not. */
  hasFit(selector: Labels): boolean {
    return this.all().some((worker) => this.isFit(worker, selector));
  }

  /** Milliseconds since the last sign of life. */
  silence(worker: KnownWorker): number {
    return this.#clock.monotonic() - worker.seen;
  }

  /** Forgets who was silent for long, and sends pollers of those home who seem dead. */
  tidy(): void {
    for (const worker of this.all()) {
      const silence = this.silence(worker);
      if (silence > UNHEALTHY_MS) sendHome(worker);
      if (silence > OFFLINE_MS) this.#workers.delete(worker.self.id);
    }
  }

  #add(self: WorkerSelf, caller: string): KnownWorker {
    const all = this.all();
    this.#makeRoom(
      all.filter((worker) => worker.caller === caller),
      MAX_WORKERS_OF_CALLER,
      `"${caller}" has`,
    );
    this.#makeRoom(all, MAX_WORKERS, "There are");
    const worker: KnownWorker = {
      self,
      caller,
      connectedAt: this.#clock.now(),
      seenAt: 0,
      seen: 0,
      lastGiven: -Infinity,
      stats: null,
      pollers: new Set(),
      tasks: new Set(),
      orders: [],
      listeners: new Set(),
    };
    this.#workers.set(self.id, worker);
    return worker;
  }

  /** Forgets the one that has been silent for longest, if there are as many as there may be. */
  #makeRoom(workers: readonly KnownWorker[], most: number, whose: string): void {
    if (workers.length < most) return;
    const oldest = workers.reduce((a, b) => b.seen < a.seen ? b : a);
    if (this.silence(oldest) <= UNHEALTHY_MS) {
      throw new CallError("resource_exhausted", `${whose} ${most} workers already`);
    }
    sendHome(oldest);
    this.#workers.delete(oldest.self.id);
  }
}

/** As much of a text as a reason can do with. */
function cut(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}...`;
}

/** Its pollers ask again. */
function sendHome({ pollers }: KnownWorker): void {
  for (const poller of [...pollers]) poller.give(null);
}
