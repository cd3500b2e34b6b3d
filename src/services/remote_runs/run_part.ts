/** What an agent without the coordinator's folders tells about its runs: enough to write the same history there. */
import { HANDLER_NAMES } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import {
  INITIAL_NODE_STATE,
  type NodeState,
  type RunEvent,
  type RunPatch,
  type RunRef,
} from "../../core/run.ts";

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

/** What a worker may say of a run; the rest is the coordinator's. */
const RUN_FIELDS: Readonly<Record<string, string>> = {
  status: "number",
  startedAt: "number",
  finishedAt: "number",
  error: "string",
  conditions: "object",
};

/**
 * An event as it may be taken from a worker: known fields of known kinds. Process groups of another machine mean
 * nothing here.
 * @throws DaguError when it is none
 */
export function checkedEvent(value: unknown): RunEvent {
  const { kind, node, patch } = (value ?? {}) as { kind?: unknown; node?: unknown; patch?: unknown };
  if (patch === null || typeof patch !== "object") throw noEvent();
  if (kind === "run") return { kind, patch: pick(patch, (key) => RUN_FIELDS[key]) as RunPatch };
  const key = typeof node === "number" ? node : HANDLER_NAMES.find((name) => name === node);
  if (kind !== "node" || key === undefined) throw noEvent();
  const { pgid: _, ...known } = INITIAL_NODE_STATE;
  const types = (key: string) =>
    Object.hasOwn(known, key) ? typeof known[key as keyof typeof known] : undefined;
  return { kind, node: key, patch: pick(patch, types) as Partial<NodeState> };
}

function pick(patch: object, typeOf: (key: string) => string | undefined): Record<string, unknown> {
  const right = ([key, value]: [string, unknown]) => {
    const type: string = typeof value;
    return type === typeOf(key);
  };
  return Object.fromEntries(Object.entries(patch).filter(right));
}

function noEvent(): DaguError {
  return new DaguError("Cannot record the run: what the worker sent is no change of a run");
}
