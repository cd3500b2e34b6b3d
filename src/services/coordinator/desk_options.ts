/** What a coordinator's desk works with. */
import type { RandomBytes } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DispatchStore } from "../../ports/dispatch_store.ts";
import type { Fence } from "../../ports/lease_store.ts";
import type { Task, TaskClaim, TaskResult } from "../../ports/task.ts";
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

export interface DeskOptions {
  readonly fence: Fence;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly store: DispatchStore;
  /** Puts what a worker without the files needs into a task. @throws DaguError when that cannot be had */
  readonly pack: (task: Task) => Promise<Task>;
  /** What the history says of the run of a task that a silent worker of the same files has; null when it has not begun. */
  readonly look: (task: Task, since: number) => Promise<RunSeen | null>;
  /**
   * Ends what a worker that is gone has left of a task that it had begun. Resolves with the task that takes its place
   * where the run goes on, else with null. Never rejects.
   * @param problem what the worker said of it; "" when it said nothing
   */
  readonly onLost: (task: Task, claim: TaskClaim, problem: string) => Promise<Task | null>;
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
