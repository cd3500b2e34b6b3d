/** What a coordinator's desk works with. */
import type { RandomBytes } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DispatchStore } from "../../ports/dispatch_store.ts";
import type { Fence } from "../../ports/lease_store.ts";
import type { Task, TaskClaim, TaskResult } from "../../ports/task.ts";
import type { RecordPart } from "../../ports/task_source.ts";
import type { ServiceLog } from "../service_log.ts";

/** A run as the history shows it. */
export type RunSeen =
  /** Its record is open; whether somebody carries it on. */
  | { readonly alive: boolean }
  | {
    readonly result: TaskResult;
    /** Others have ended its record: its worker may not know of that yet. */
    readonly crashed: boolean;
    /** It crashed, and a further attempt is to go on. */
    readonly resumes: boolean;
  };

/** Records of runs whose workers have not the files, kept for as long as the desk is at work. */
export interface TaskRecords {
  /** Stores what a worker tells. @returns number of the last part that is stored. @throws CallError */
  take(task: Task, claim: TaskClaim, parts: readonly RecordPart[]): Promise<number>;
  /**
   * The worker has the task since before this desk was opened: its run's record is to show that it goes on. Never
   * rejects.
   */
  keep(task: Task, claim: TaskClaim): Promise<void>;
  /**
   * Nothing more is taken of a task. Records that were not closed stay as they are. Never rejects.
   * @param problem why the run cannot go on, which its record is to say; "" when that is not known
   */
  forget(claim: TaskClaim, problem: string): Promise<void>;
  /** Nothing more is taken of any task. */
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly fence: Fence;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly store: DispatchStore;
  /** Puts what a worker without the files needs into a task. @throws DaguError when that cannot be had */
  readonly pack: (task: Task) => Promise<Task>;
  /** What the history says of the run of a task that a silent worker of the same files has; null when it has not begun. */
  readonly look: (task: Task, since: number) => Promise<RunSeen | null>;
  readonly records: TaskRecords;
  /**
   * Ends what a worker that is gone has left of a task that it had begun. Resolves with the task that takes its place
   * where the run goes on, else with null. Never rejects.
   */
  readonly onLost: (task: Task, claim: TaskClaim) => Promise<Task | null>;
  readonly log: ServiceLog;
}

export interface PollOptions {
  /** Id of who calls, by certificate or key. */
  readonly caller: string;
  /** The worker will not confirm what it gets. */
  readonly unconfirmed: boolean;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}
