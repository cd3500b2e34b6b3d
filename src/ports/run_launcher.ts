/** Gives runs to processes of their own, which outlive the one that asked. */
import type { RetryPoint } from "../core/retry_plan.ts";
import type { RunRef } from "../core/run.ts";
import type { RunStatus } from "../core/status.ts";
import type { Task } from "./task.ts";

/** What made a run begin. */
export type Trigger =
  | "schedule"
  | "catchup"
  | "reboot"
  | "queue"
  | "resume"
  | "restart"
  | "webhook"
  | "manual";

/** A new run of a definition. */
export interface StartRequest {
  readonly kind: "start";
  /** Absolute path of the definition. */
  readonly dag: string;
  readonly dagRunId: string;
  /** One text as after `--params`; null takes the defaults. */
  readonly params: string | null;
  readonly trigger: Trigger;
}

/** A further attempt of a run that exists: one that is queued, or one that is to go on after a crash. */
export interface ContinueRequest {
  readonly kind: "continue";
  readonly run: RunRef;
  readonly trigger: Trigger;
}

/** A further attempt of a run that has ended or waits for somebody. */
export interface RetryRequest {
  readonly kind: "retry";
  readonly run: RunRef;
  readonly point: RetryPoint;
  readonly trigger: Trigger;
}

/** Stops a run, waits for its end and starts another one with its definition and parameters. */
export interface RestartRequest {
  readonly kind: "restart";
  readonly run: RunRef;
  readonly dagRunId: string;
  readonly trigger: Trigger;
}

/** A task of a coordinator. */
export interface TaskRequest {
  readonly kind: "task";
  /** Its files are in the folder already. */
  readonly task: Omit<Task, "files">;
  readonly workerId: string;
  /**
   * When the coordinator was asked for the task (Unix milliseconds of this machine): the agent ends itself when it is
   * not told of a later time within some seconds. null when the task is the worker's for good, and when that is told
   * once the run is recorded elsewhere.
   */
  readonly leasedAt: number | null;
  /** Folder for the definition, its files and the history of a run that is stored elsewhere; "" takes the home's. */
  readonly folder: string;
}

export type LaunchRequest = StartRequest | ContinueRequest | RetryRequest | RestartRequest | TaskRequest;

export interface LaunchEnd {
  /** null when the process died before it could say how the run ended. */
  readonly status: RunStatus | null;
  /** Why there is no status; "" when there is one. */
  readonly error: string;
}

export interface LaunchedRun {
  readonly run: RunRef;
  /** Process that owns the run. */
  readonly pid: number;
  /** Settles when the run has ended, or waits for somebody, or its process is gone. Never rejects. */
  readonly ended: Promise<LaunchEnd>;
}

/** Between the request and the begin of a run. */
export interface LaunchWait {
  /** Told why the run does not begin yet, each time that the reason is another one. */
  readonly onWait: (why: string) => void;
  /** Aborted when nobody wants the run any more; one that has begun goes on. */
  readonly withdrawn: AbortSignal;
}

export interface RunLauncher {
  /**
   * Resolves when the record of the run is on the disk: from then on it goes on whatever becomes of this process.
   * @throws DaguError when the run could not begin: a definition that cannot be read, an id that exists, a full disk;
   *     NotYetError when it may be asked for again in a moment.
   */
  launch(request: LaunchRequest, wait?: LaunchWait): Promise<LaunchedRun>;
}
