/** Tasks that a coordinator has promised to have carried out. */
import type { Task, TaskClaim } from "./task.ts";

export interface StoredTask {
  readonly taskId: string;
  readonly task: Task;
  /** Keeps waiting while no worker has the labels. */
  readonly hold: boolean;
  /** Unix milliseconds. */
  readonly storedAt: number;
  /** How often it was offered before it was stored. */
  readonly attempt: number;
  /** Of the worker that has confirmed it; null while nobody has. */
  readonly claim: TaskClaim | null;
  /** That worker has none of the coordinator's files. */
  readonly remote: boolean;
  readonly begun: boolean;
}

export interface DispatchStore {
  /** Oldest first; what cannot be read is moved out of the way and told of. */
  all(): Promise<StoredTask[]>;
  /** Adds or replaces; resolves when it is on the disk. Changes of one task take effect in the order of the calls. */
  put(task: StoredTask): Promise<void>;
  /** As {@link put}, for what may be lost in a power cut. */
  note(task: StoredTask): Promise<void>;
  /** Forgets a task that is over: should it come back after a power cut, its run tells that. */
  remove(taskId: string): Promise<void>;
}
