/** The queues' part of a leadership: a consumer for each epoch. */
import type { RunRef } from "../../core/run.ts";
import type { Fire } from "../../core/schedule/schedule.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { Fence } from "../../ports/lease_store.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { Workers } from "../../ports/workers.ts";
import type { RunLauncher } from "../../ports/run_launcher.ts";
import { QueueConsumer } from "../../services/scheduler/queues/queue_consumer.ts";
import { WorkerNews } from "../../services/scheduler/workers/worker_news.ts";
import type { SchedulerMetrics } from "../../services/scheduler/scheduler_metrics.ts";
import type { ServiceLog } from "../../services/service_log.ts";
import { triggerOf } from "../../services/scheduler/fires/fire_actions.ts";
import { enqueueRun, enqueueSnapshot } from "../runs/enqueue_run.ts";
import { queueLimits } from "./queue_state.ts";
import type { Services } from "../services.ts";

export interface QueuePartOptions {
  readonly services: Services;
  readonly launcher: RunLauncher;
  /** Asked while queued runs lack one. */
  readonly workers: Workers;
  readonly leadership: Fence;
  /** Told of runs that have no end, of which nothing else may tell. */
  readonly onOpen: (run: RunRef) => void;
  readonly metrics: SchedulerMetrics;
  readonly log: ServiceLog;
}

export class QueuePart {
  readonly #options: QueuePartOptions;
  #consumer: QueueConsumer | null = null;

  constructor(options: QueuePartOptions) {
    this.#options = options;
  }

  /** Works until the signal is aborted. */
  async run(epoch: number, signal: AbortSignal): Promise<void> {
    const { services, launcher, leadership, onOpen, metrics, log } = this.#options;
    if (!services.config.queues.enabled) return await this.#withoutQueues(signal);
    const news = new WorkerNews({
      workers: this.#options.workers,
      clock: systemClock,
      wanted: () => this.#consumer?.lacksWorkers ?? false,
      onNews: () => this.#consumer?.retryOnWorkers(),
      signal,
    });
    this.#consumer = new QueueConsumer({
      queues: await services.queues(),
      runs: services.runs,
      launcher,
      clock: systemClock,
      fence: { epoch, holds: () => leadership.epoch === epoch && leadership.holds() },
      onOpen,
      limits: queueLimits(services.config.queues.config),
      report: {
        log,
        lacksWorker: () => void news.look(),
        began: ({ queue, run }, waitedMs) => {
          metrics.queueWait(waitedMs);
          log("INFO", "Queued run begun", { queue, dag: run.name, "run-id": run.id, "waited-ms": waitedMs });
        },
        quarantined: (queue) => metrics.quarantined(queue),
      },
    });
    try {
      await this.#consumer.run(signal);
    } finally {
      this.#consumer = null;
    }
  }

  /** Nobody repairs queues then, and comes upon runs that lost their sign of life in a power cut. */
  async #withoutQueues(signal: AbortSignal): Promise<void> {
    const { services, onOpen } = this.#options;
    for await (const { record: { name, dagRunId } } of services.runs.unended()) {
      if (signal.aborted) return;
      onOpen({ name, id: dagRunId });
    }
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }

  /** A run that counted in some queue is over. */
  wake(_run: RunRef): void {
    this.#consumer?.wake();
  }

  /** Numbers of runs that wait, by queue. */
  waiting(): ReadonlyMap<string, number> {
    return new Map([...this.#consumer?.waiting() ?? []].map(([queue, items]) => [queue, items.length]));
  }

  /** Puts a run of a fire in line: one of its definition, or one with what another run had. */
  async enqueue(fire: Fire, like: StoredRun | null): Promise<void> {
    const { services } = this.#options;
    const place = { runId: fire.runId, queue: "", priority: "low", trigger: triggerOf(fire) } as const;
    if (like) return void await enqueueSnapshot(services, await services.runs.snapshotToRun(like), place);
    const source = { dag: fire.file, params: { kind: "none" }, name: "", defaultWorkingDir: "" } as const;
    await enqueueRun(services.config, { ...source, ...place });
  }
}
