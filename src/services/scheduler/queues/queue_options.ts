/** What the consumer of queues works with. */
import type { Clock } from "../../../ports/clock.ts";
import type { Fence } from "../../../ports/lease_store.ts";
import type { RunRef } from "../../../core/run.ts";
import type { QueueItem, QueueStore } from "../../../ports/queue_store.ts";
import type { RunLauncher } from "../../../ports/run_launcher.ts";
import type { RunStore } from "../../../ports/run_store.ts";

/** What the consumer tells of its work. */
export interface QueueReport {
  log(level: "INFO" | "WARN" | "ERROR", message: string, fields: Readonly<Record<string, string>>): void;
  /** A queued run has begun. `waitedMs`: since it was queued, by the wall clock. */
  began(item: QueueItem, waitedMs: number): void;
  /** A run could not begin for want of a worker. */
  lacksWorker(): void;
  /** Something that was no item was put aside. */
  quarantined(queue: string): void;
}

export interface QueueConsumerOptions {
  readonly queues: QueueStore;
  readonly runs: RunStore;
  readonly launcher: RunLauncher;
  readonly clock: Clock;
  /** Asked before each claim and each start; its epoch marks the claims. */
  readonly fence: Fence;
  /**
   * Told of runs that stand in line no more and may have no end. A process that dies right after it has recorded its
   * attempt leaves no other sign of it, here or on another host.
   */
  readonly onOpen: (run: RunRef) => void;
  /** Most runs at once of the queues that the configuration names. */
  readonly limits: Readonly<Record<string, number>>;
  readonly report: QueueReport;
}
