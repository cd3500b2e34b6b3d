/** Where a worker gets its tasks, and reports on them. */
import type { SignalName } from "./executor.ts";
import type { Task, TaskClaim, TaskResult } from "./task.ts";

/** Who a worker says that it is. */
export interface WorkerSelf {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly host: string;
  /** It has none of the coordinator's files. */
  readonly remote: boolean;
}

/** A run on a worker, for people to see. */
export interface RunningTask {
  readonly run: { readonly name: string; readonly id: string };
  readonly root: { readonly name: string; readonly id: string };
  readonly parent: { readonly name: string; readonly id: string } | null;
  /** Unix milliseconds. */
  readonly startedAt: number;
}

export interface WorkerStats {
  readonly totalPollers: number;
  readonly busyPollers: number;
  readonly running: readonly RunningTask[];
}

export interface OfferedTask {
  /** Has an attempt of 0 where the coordinator knows no confirmation (Dagu): the task is the worker's at once. */
  readonly claim: TaskClaim;
  readonly task: Task;
}

/** A signal for the run of a claim. */
export interface Order {
  readonly number: number;
  readonly claim: TaskClaim;
  readonly signal: SignalName;
}

/** A piece of the record of a run, from a worker without the coordinator's files. */
export interface RecordPart {
  /** Counts the parts of a claim from 1. */
  readonly number: number;
  readonly kind: "attempt" | "event" | "output" | "log" | "outputs" | "close" | "piece";
  /** Of all but `piece`; "" when the pieces before hold it. */
  readonly json: string;
  /** Of `output`: whose, which of both, from which byte, and what. A `piece` has bytes of JSON in `data`. */
  readonly step: string;
  readonly stream: "" | "stdout" | "stderr";
  readonly offset: number;
  readonly data: Uint8Array;
}

/** Each call rejects with a `CallError`: `unavailable` when no coordinator is reached, `aborted` for an old claim. */
export interface TaskSource {
  /** Waits for a task; null says: ask again. */
  poll(self: WorkerSelf, pollerId: string, signal: AbortSignal): Promise<OfferedTask | null>;
  confirm(claim: TaskClaim): Promise<void>;
  begin(claim: TaskClaim): Promise<void>;
  end(claim: TaskClaim, result: TaskResult): Promise<void>;
  /** Gives a task back that was not begun. */
  giveBack(claim: TaskClaim, reason: string): Promise<void>;
  /**
   * A sign of life, which renews the leases of the claims.
   * @param stats null for a mere sign of life
   * @returns claims that are not the worker's any more: it ends their runs at once
   */
  beat(
    self: WorkerSelf,
    claims: readonly TaskClaim[],
    stats: WorkerStats | null,
  ): Promise<readonly TaskClaim[]>;
  /** Waits for orders with a number above `seen`; an empty list says: ask again. */
  orders(workerId: string, seen: number, signal: AbortSignal): Promise<readonly Order[]>;
  /** @returns number of the last part that is stored */
  record(claim: TaskClaim, parts: readonly RecordPart[]): Promise<number>;
}
