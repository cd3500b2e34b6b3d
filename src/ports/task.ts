/** Runs that a worker is to carry out, as coordinator, workers and those who ask see them. */
import type { RunRef } from "../core/run.ts";
import type { RunStatus } from "../core/status.ts";

/** A file that travels with a task. */
export interface TaskFile {
  /** Below the folder of the definition, with `/`; no `..`. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** One attempt of a DAG-run that some worker is to carry out. */
export interface Task {
  readonly run: RunRef;
  readonly root: RunRef;
  /** null for a root run. */
  readonly parent: RunRef | null;
  /** `retry` is a further attempt of a run that exists, a queued one included. */
  readonly operation: "start" | "retry";
  /** In the params language. */
  readonly params: string;
  /** The only step to run again; "" for all that did not succeed. */
  readonly step: string;
  /** With `step`: not that one alone, but all that a retry runs again and what depends on the step. */
  readonly following: boolean;
  /** Labels that the worker must have; any will do when empty. */
  readonly selector: Readonly<Record<string, string>>;
  /** Text of the definition; "" where the worker finds the run or the file by itself. */
  readonly definition: string;
  /** Definition with env and params resolved (JSON), for a worker without the files; "" otherwise. */
  readonly snapshot: string;
  /** Record of the attempt before (one line of JSON), for a worker without the files; "" otherwise. */
  readonly previous: string;
  readonly files: readonly TaskFile[];
  /** What made the run begin, e.g. `queue`; "" when unknown. */
  readonly trigger: string;
  /** Number of runs above this one. */
  readonly depth: number;
  /** For definitions that name no folder of their own; "" otherwise. */
  readonly workingDir: string;
  /** Values in it that the runs above hide: the worker hides them too, and so does whoever records the run. */
  readonly hidden: readonly string[];
}

/** A worker's right to a task: what it says about the task is refused unless this is the newest one. */
export interface TaskClaim {
  readonly taskId: string;
  /** Counts the offers of the task. */
  readonly attempt: number;
  /** Of the coordinator that made the offer. */
  readonly epoch: number;
  readonly workerId: string;
}

export interface TaskResult {
  /** null when the run could not begin, or nobody knows how it ended. */
  readonly status: RunStatus | null;
  /** Why there is no status, or what went wrong; "" otherwise. */
  readonly error: string;
  /** Parameters as they were resolved, `K=V K2=V2`. */
  readonly params: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Parameters and outputs are too large for a message: the record of the run has them. */
  readonly partial?: boolean;
}

/**
 * - `waiting`: no worker has it
 * - `claimed`: a worker has confirmed it
 * - `begun`: the record of its run is on the disk
 * - `ended`: the run is over, or waits for somebody
 * - `failed`: it could not begin, or was withdrawn
 * - `lost`: it was begun by a worker whose lease has ended
 */
export type TaskState = "waiting" | "claimed" | "begun" | "ended" | "failed" | "lost";

/** What became of a task. */
export interface TaskNews {
  readonly state: TaskState;
  /** Why it waits or failed, one sentence without full stop; "" otherwise. */
  readonly reason: string;
  /** "" while nobody has it. */
  readonly workerId: string;
  /** null before the end. */
  readonly result: TaskResult | null;
}
