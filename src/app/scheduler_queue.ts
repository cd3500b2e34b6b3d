/** The queues' part of a leadership: a consumer for each epoch. */
import type { Fire } from "../core/schedule.ts";
import type { RunRef } from "../core/run.ts";
import { DaguError } from "../core/errors.ts";
import type { RunLauncher } from "../ports/run_launcher.ts";
import type { QueueConsumer } from "../services/scheduler/queue_consumer.ts";
import type { Leadership } from "../services/scheduler/leadership.ts";
import type { SchedulerMetrics } from "../services/scheduler/scheduler_metrics.ts";
import type { ServiceLog } from "../services/scheduler/service_log.ts";
import type { Services } from "./services.ts";

export interface QueuePartOptions {
  readonly services: Services;
  readonly launcher: RunLauncher;
  readonly leadership: Leadership;
  readonly metrics: SchedulerMetrics;
  readonly log: ServiceLog;
}

export class QueuePart {
  #consumer: QueueConsumer | null = null;

  constructor(_options: QueuePartOptions) {}

  /** Until there is a consumer, queued runs wait. */
  run(_epoch: number, _signal: AbortSignal): Promise<void> {
    return Promise.resolve();
  }

  /** A run that counted in some queue is over. */
  wake(_run: RunRef): void {
    this.#consumer?.wake();
  }

  /** Numbers of runs that wait, by queue. */
  waiting(): ReadonlyMap<string, number> {
    const waiting = this.#consumer?.waiting() ?? new Map<string, readonly RunRef[]>();
    return new Map([...waiting].map(([queue, items]) => [queue, items.length]));
  }

  /** Puts a run of a fire in line. */
  enqueue({ dag }: Fire): Promise<void> {
    return Promise.reject(new DaguError(`Cannot queue a run of "${dag}": there are no queues yet`));
  }
}
