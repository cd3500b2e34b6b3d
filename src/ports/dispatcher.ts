/** Has runs carried out by workers. */
import type { SignalName } from "./executor.ts";
import type { Task, TaskNews, TaskResult } from "./task.ts";

export interface DispatchOptions {
  /** Keeps the task while no worker has the labels; otherwise that is an error. */
  readonly hold: boolean;
  /** Told of each change: why it waits, which worker has it. */
  readonly onNews?: (news: TaskNews) => void;
}

export interface DispatchedTask {
  /** Resolves with the worker's id when the record of the run is on the disk. @throws DaguError when it could not begin */
  readonly began: Promise<string>;
  /** Settles when the run has ended, or will not begin. Never rejects. */
  readonly ended: Promise<TaskResult>;
  /** Stops the run, or withdraws the task when no worker has it. */
  stop(signal: SignalName): void;
}

export interface Dispatcher {
  /**
   * Resolves when the coordinator has stored the task: it is not lost then, whatever becomes of this process. A task
   * for the same run that is not over is taken for this one.
   * @throws DaguError when no coordinator can be reached, it refuses, or (without `hold`) no worker has the labels.
   */
  dispatch(task: Task, options: DispatchOptions): Promise<DispatchedTask>;
}
