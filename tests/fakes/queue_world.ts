/** What the consumer of queues works with, in memory, on a clock that a test moves. */
import { assert, assertEquals } from "../assert.ts";
import { finish, newAttempt, runEvent, twoSteps } from "./attempts.ts";
import { drive, FakeClock, settle } from "./fake_clock.ts";
import type { Priority } from "../../src/core/queue_order.ts";
import { RunStatus } from "../../src/core/status.ts";
import type { LaunchEnd, LaunchRequest, LaunchWait, RunLauncher } from "../../src/ports/run_launcher.ts";
import type { Attempt } from "../../src/ports/run_store.ts";
import { MemoryQueueStore } from "../../src/stores/memory/queue_store.ts";
import { MemoryRunStore } from "../../src/stores/memory/run_store.ts";
import { QueueConsumer } from "../../src/services/scheduler/queues/queue_consumer.ts";

/** A scheduler's surroundings. */
export class QueueWorld {
  readonly clock = new FakeClock();
  readonly queues = new MemoryQueueStore(() => this.clock.now());
  readonly dead = new Set<string>();
  readonly runs = new MemoryRunStore(({ token }) => !this.dead.has(token));
  readonly begun: string[] = [];
  readonly logs: string[] = [];
  readonly limits: Record<string, number> = {};
  readonly going = new Map<string, Attempt>();
  /** What a launch of that run meets; it begins when there is nothing. */
  readonly obstacles = new Map<string, (wait: LaunchWait) => Promise<void>>();
  readonly #ends = new Map<string, (end: LaunchEnd) => void>();
  epoch = 1;
  holds = true;
  lacks = 0;
  readonly open: string[] = [];
  consumer: QueueConsumer | null = null;

  launcher: RunLauncher = {
    launch: async (request: LaunchRequest, wait?: LaunchWait) => {
      assert(request.kind === "continue");
      assertEquals(request.trigger, "queue");
      const { run } = request;
      await this.obstacles.get(run.id)?.(wait!);
      const stored = (await this.runs.find(run.name, run.id))!;
      const { dag } = await this.runs.snapshot(stored);
      const again = newAttempt(run.id, { dag, again: true, onlyQueued: true, previous: stored.record });
      const attempt = await this.runs.createAttempt(again);
      attempt.append(runEvent(RunStatus.Running));
      this.begun.push(run.id);
      this.going.set(run.id, attempt);
      return { run, pid: 1, ended: new Promise((resolve) => this.#ends.set(run.id, resolve)) };
    },
  };

  async enqueue(id: string, queue = "lane", priority: Priority = "low", maxActiveRuns = 1): Promise<void> {
    const dag = { ...twoSteps(), queue, maxActiveRuns };
    const place = await this.queues.reserve(queue, { name: dag.name, id }, priority);
    await this.runs.createQueued(newAttempt(id, { dag, createdAt: place.item.queuedAt }));
    await place.take();
  }

  async end(id: string): Promise<void> {
    const attempt = this.going.get(id)!;
    this.going.delete(id);
    await finish(attempt);
    this.#ends.get(id)!({ status: RunStatus.Succeeded, error: "" });
    await this.pass();
  }

  /** A consumer at work. */
  start(): { stop(): Promise<void> } {
    const { epoch } = this;
    const controller = new AbortController();
    this.consumer = new QueueConsumer({
      ...this,
      fence: { epoch, holds: () => this.holds && epoch === this.epoch },
      onOpen: ({ id }) => this.open.push(id),
      report: {
        log: (level, message, fields) => this.logs.push(`${level} ${message} ${JSON.stringify(fields)}`),
        began: () => {},
        lacksWorker: () => this.lacks++,
        quarantined: () => {},
      },
    });
    const ended = this.consumer.run(controller.signal);
    return {
      stop: async () => {
        controller.abort();
        await drive(this.clock, ended);
      },
    };
  }

  /** Lets `ms` go by. */
  async pass(ms = 100): Promise<void> {
    const until = this.clock.now() + ms;
    let due = false;
    this.clock.sleep(ms).then(() => due = true);
    await settle();
    while (!due && this.clock.now() <= until) {
      this.clock.step();
      await settle();
    }
  }
}
