/** A coordinator's desk, its workers, and a clock that tests move. */
import { RunStatus } from "../../src/core/status.ts";
import { DaguError } from "../../src/core/errors.ts";
import type { Task, TaskResult } from "../../src/ports/task.ts";
import type { OfferedTask, WorkerSelf } from "../../src/ports/task_source.ts";
import { DispatchDesk } from "../../src/services/coordinator/desk.ts";
import type { RunSeen, TaskRecords } from "../../src/services/coordinator/desk_options.ts";
import { MemoryDispatchStore } from "../../src/stores/memory/dispatch_store.ts";
import { CallError } from "../../src/transport/grpc/call_error.ts";
import { FakeClock, settle } from "./fake_clock.ts";

export const SUCCESS: TaskResult = {
  status: RunStatus.Succeeded,
  error: "",
  params: "",
  outputs: { A: "1" },
};

/** Of a desk whose workers have the files. */
export const NO_RECORDS: TaskRecords = {
  take: () => Promise.resolve(0),
  keep: () => Promise.resolve(),
  forget: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

export class World {
  readonly clock = new FakeClock(1_000_000);
  readonly store = new MemoryDispatchStore();
  readonly lost: string[] = [];
  /** Runs that remote workers have had since before the coordinator led. */
  readonly kept: string[] = [];
  /** Tasks of which nothing more is recorded. */
  readonly forgotten: string[] = [];
  epoch = 1;
  leads = true;
  /** What becomes of a task that was lost. */
  next: (task: Task) => Promise<Task | null> = () => Promise.resolve(null);
  look: (task: Task) => RunSeen | null = () => null;
  #random = 0;
  desk = this.#desk();

  /** Another coordinator takes over. */
  async restart(): Promise<void> {
    this.desk.close();
    this.epoch++;
    this.desk = this.#desk();
    this.desk.load(await this.store.all());
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      await settle();
      let woken = false;
      this.clock.sleep(Math.min(left, 500)).then(() => woken = true);
      while (!woken) {
        this.clock.step();
        await settle();
      }
      await this.desk.tick();
    }
    await settle();
  }

  #desk(): DispatchDesk {
    const { epoch } = this;
    return new DispatchDesk({
      fence: { epoch, holds: () => this.leads && this.epoch === epoch },
      clock: this.clock,
      random: (length) => new Uint8Array(length).fill(++this.#random),
      store: this.store,
      pack: (task) => {
        if (task.step === "unpackable") return Promise.reject(new DaguError("no such file"));
        return Promise.resolve({ ...task, definition: "packed" });
      },
      look: (task) => Promise.resolve(this.look(task)),
      onLost: (task) => {
        this.lost.push(task.run.id);
        return this.next(task);
      },
      records: {
        ...NO_RECORDS,
        keep: ({ run }) => {
          this.kept.push(run.id);
          return Promise.resolve();
        },
        forget: ({ taskId }, problem) => {
          this.forgotten.push([taskId, problem].filter(Boolean).join(": "));
          return Promise.resolve();
        },
      },
      log: () => {},
    });
  }
}

export class Worker {
  readonly self: WorkerSelf;
  readonly offers: OfferedTask[] = [];
  /** Who it is for the coordinator. */
  caller = "";
  polls = 0;
  silent = false;

  constructor(readonly world: World, id: string, change: Partial<WorkerSelf> = {}) {
    this.self = { id, labels: {}, host: "host", remote: false, ...change };
  }

  poll(unconfirmed = false, signal = new AbortController().signal): void {
    this.polls++;
    this.world.desk.poll(this.self, { caller: this.#caller, unconfirmed, signal }).then(
      (offer) => {
        this.polls--;
        if (offer) this.offers.push(offer);
      },
    );
  }

  beat(): readonly { taskId: string }[] {
    return this.world.desk.beat(this.self, this.#caller, this.offers.map(({ claim }) => claim), null);
  }

  get #caller(): string {
    return this.caller || this.self.id;
  }

  get claim() {
    return this.offers.at(-1)!.claim;
  }
}

export async function refused(work: () => Promise<unknown> | void): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CallError) return error.code;
    throw error;
  }
  return "";
}

export const FOREVER = new AbortController().signal;
