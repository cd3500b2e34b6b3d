/** Carries the runs of tasks out. */
import type { SignalName } from "../../ports/executor.ts";
import type { Task, TaskClaim, TaskResult } from "../../ports/task.ts";

export interface RunningTaskRun {
  /** Never rejects. */
  readonly ended: Promise<TaskResult>;
  /** SIGKILL ends it at once. */
  signal(name: SignalName): void;
  /** The coordinator said that the task is still the worker's, to a question of that time (Unix milliseconds). */
  renew(askedAt: number): void;
  /** It is another worker's by now: ends it at once, and tells nothing more of it. */
  lose(): void;
}

/**
 * Ends what an agent left that died: its processes are gone when this resolves, and its record on this machine is
 * closed. Before that nobody may be told.
 * @param folder of the task; "" for one in the home's own
 */
export type CleanUp = (task: Task, folder: string) => Promise<void>;

export interface TaskHold {
  /**
   * When the coordinator was last asked whether the task is the worker's, Unix milliseconds. Waits for the next time
   * when that is too long ago for anything to be begun.
   */
  askedAt(): Promise<number>;
  /** Aborted when it is not the worker's any more. */
  readonly lost: AbortSignal;
}

export interface TaskRunner {
  /**
   * Resolves when the record of the run is on the disk; nothing of it is carried out before that.
   * @throws DaguError when the run could not begin.
   */
  start(task: Task, claim: TaskClaim, hold: TaskHold): Promise<RunningTaskRun>;
  /** Takes no more; runs at hand go on. */
  close(): void;
}
