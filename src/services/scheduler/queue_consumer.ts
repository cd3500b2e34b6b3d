/** Starts queued runs as soon as their queues have room. */
import type { RunRef } from "../../core/run.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Fence } from "../../ports/lease_store.ts";
import type { QueueItem, QueueStore } from "../../ports/queue_store.ts";
import type { RunLauncher } from "../../ports/run_launcher.ts";
import type { RunStore } from "../../ports/run_store.ts";

/** What the consumer tells of its work. */
export interface QueueReport {
  log(level: "INFO" | "WARN" | "ERROR", message: string, fields: Readonly<Record<string, string>>): void;
  /** A queued run has begun. `waitedMs`: since it was queued, by the wall clock. */
  began(item: QueueItem, waitedMs: number): void;
  /** An item was moved to quarantine. */
  quarantined(queue: string): void;
}

export interface QueueConsumerOptions {
  readonly queues: QueueStore;
  readonly runs: RunStore;
  readonly launcher: RunLauncher;
  readonly clock: Clock;
  /** Asked before each claim and each start; its epoch marks the claims. */
  readonly fence: Fence;
  /** Most runs at once of the queues that the configuration names. */
  readonly limits: Readonly<Record<string, number>>;
  readonly report: QueueReport;
}

export class QueueConsumer {
  readonly #options: QueueConsumerOptions;

  constructor(options: QueueConsumerOptions) {
    this.#options = options;
  }

  /**
   * Works until the signal is aborted or the fence holds no more; runs that were started go on. A consumer works for
   * one epoch: make another for the next.
   */
  run(_signal: AbortSignal): Promise<void> {
    throw new Error(`Not written: ${this.#options.fence.epoch}`);
  }

  /** Looks at a queue again, or at all of them: for those who know that something has changed. */
  wake(_queue?: string): void {}

  /** Runs that wait, by queue. */
  waiting(): ReadonlyMap<string, readonly RunRef[]> {
    return new Map();
  }
}
