/** What the pool is asked to do. */
import type { PermissionSet } from "../../core/permissions.ts";
import type { SandboxListener, SandboxWorker } from "../../platform/sandbox/sandbox_worker.ts";
import type { StepLog } from "../../ports/executor.ts";

export interface SandboxLimits {
  /** Workers of one set. */
  readonly workers: number;
  /** Requests that one worker does at the same time: 1 for code that computes, more for code that waits. */
  readonly requestsPerWorker: number;
  /** The code computes without a pause and cannot hear a signal: every signal ends its worker. */
  readonly deaf?: boolean;
  /**
   * The code has to end something elsewhere on SIGKILL: milliseconds in which the request may end by itself. Absent
   * gives a killed request up at once.
   */
  readonly killMs?: number;
}

export interface SandboxJob {
  /** Folder of the executor. */
  readonly name: string;
  readonly permissions: PermissionSet;
  readonly request: unknown;
  readonly log: StepLog;
  readonly limits: SandboxLimits;
  /** Answers what the code asks; never rejects. */
  readonly answer?: (question: unknown) => Promise<string>;
  /** Told what was used of kinds that are held as a whole, before the job is done. */
  readonly onUse?: (used: PermissionSet) => void;
}

/** Starts a worker; another one stands in for it in tests. */
export type StartSandbox = (
  name: string,
  permissions: PermissionSet,
  listener: SandboxListener,
) => SandboxWorker;
