/** What an agent without the coordinator's folders tells about its runs: enough to write the same history there. */
import type { RunEvent, RunRef } from "../../core/run.ts";

/** Which of the attempts that the agent of one task opens: `<run id>#<how many of that run>`. */
export type AttemptKey = string;

export function attemptKey(runId: string, count: number): AttemptKey {
  return `${runId}#${count}`;
}

export function runIdOf(key: AttemptKey): string {
  return key.slice(0, key.lastIndexOf("#"));
}

/** A further attempt, also the first one, of the task's run or of a sub-run below it. */
export interface AttemptPart {
  readonly kind: "attempt";
  readonly key: AttemptKey;
  readonly run: RunRef;
  /** null for the run of the task. */
  readonly parent: RunRef | null;
  readonly createdAt: number;
  /** As the history keeps it. */
  readonly snapshot: string;
  /** Record of the attempt before, one line; "" for a first attempt. */
  readonly previous: string;
  /** Folder on the worker that stands for that of the definition. */
  readonly folder: string;
}

export type RunPart =
  | AttemptPart
  | { readonly kind: "event"; readonly key: AttemptKey; readonly event: RunEvent }
  | LogPart
  | { readonly kind: "outputs"; readonly key: AttemptKey; readonly outputs: Readonly<Record<string, string>> }
  | { readonly kind: "close"; readonly key: AttemptKey };

export interface LogPart {
  readonly kind: "log";
  readonly key: AttemptKey;
  readonly level: "INFO" | "WARN" | "ERROR";
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Files on the worker to which a step writes; what is in them is sent as it grows. */
export interface OutputFiles {
  readonly kind: "files";
  readonly key: AttemptKey;
  readonly step: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whose output a piece is. */
export interface OutputPlace {
  readonly key: AttemptKey;
  /** Both streams go into one file. */
  readonly merged: boolean;
}

export type AgentPart = RunPart | OutputFiles;
