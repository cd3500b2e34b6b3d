/** Workers as their coordinator sees them. */
import type { WorkerHealth } from "../core/worker_health.ts";
import type { RunningTask } from "./task_source.ts";

export interface WorkerSeen {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** "" where it does not tell. */
  readonly host: string;
  /** It has none of the coordinator's files. */
  readonly remote: boolean;
  readonly totalPollers: number;
  readonly busyPollers: number;
  readonly running: readonly RunningTask[];
  /** Unix milliseconds. */
  readonly seenAt: number;
  readonly health: Exclude<WorkerHealth, "offline">;
}

/** A task that no worker has. */
export interface WaitingTask {
  readonly task: RunningTask;
  readonly selector: Readonly<Record<string, string>>;
  /** One sentence without full stop. */
  readonly reason: string;
}

export interface WorkersSeen {
  readonly workers: readonly WorkerSeen[];
  readonly waiting: readonly WaitingTask[];
}

export interface Workers {
  /** null when no coordinator has made itself known. @throws CallError when it cannot be asked */
  seen(): Promise<WorkersSeen | null>;
}
