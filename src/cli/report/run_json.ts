/** A run as JSON for other programs. Fields are only ever added. */
import type { PermissionSet, PermissionUse } from "../../core/permissions.ts";
import type { ChildRun, Node, RunRecord, RunRef } from "../../core/run.ts";
import { nodeStatusName, runStatusName } from "../../core/status.ts";

export interface NodeJson {
  readonly name: string;
  /** `succeeded`, `failed`, ... */
  readonly status: string;
  /** RFC 3339 with milliseconds, null when not reached. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** null before the node ended. */
  readonly durationMs: number | null;
  readonly exitCode: number;
  readonly error: string;
  readonly retryCount: number;
  readonly doneCount: number;
  /** Log files, "" before the node started. */
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly subRuns: readonly ChildRun[];
  /** What the last execution held, entries by kind; "*" is all of a kind. null when it was not confined. */
  readonly permissions: PermissionSet | null;
  /** What was used, in an audit; otherwise null. */
  readonly used: PermissionUse | null;
}

export interface RunJson {
  readonly name: string;
  readonly dagRunId: string;
  readonly attemptId: string;
  readonly root: RunRef;
  readonly parent: RunRef | null;
  readonly status: string;
  /** Code that Dagu 1.x stores for the status. */
  readonly statusCode: number;
  readonly createdAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  readonly params: readonly string[];
  readonly error: string;
  readonly workerId: string;
  readonly log: string;
  readonly steps: readonly NodeJson[];
  /** By the name of the handler: `init`, `exit`, ... */
  readonly handlers: Readonly<Record<string, NodeJson>>;
}

/** What nothing can be read of has failed, by its code, and is called damaged. */
export const DAMAGED = "damaged";

/** @param damaged as `StoredRun.damaged` */
export function runJson(record: RunRecord, damaged = false): RunJson {
  const handlers: Record<string, NodeJson> = {};
  for (const [name, node] of Object.entries(record.handlers)) handlers[name] = nodeJson(node);
  return {
    name: record.name,
    dagRunId: record.dagRunId,
    attemptId: record.attemptId,
    root: record.root,
    parent: record.parent,
    status: damaged ? DAMAGED : runStatusName(record.status),
    statusCode: record.status,
    createdAt: isoTime(record.createdAt),
    startedAt: isoTime(record.startedAt),
    finishedAt: isoTime(record.finishedAt),
    durationMs: durationOf(record),
    params: record.paramsList,
    error: record.error,
    workerId: record.workerId,
    log: record.log,
    steps: record.nodes.map(nodeJson),
    handlers,
  };
}

function nodeJson({ step, state }: Node): NodeJson {
  return {
    name: step.name,
    status: nodeStatusName(state.status),
    startedAt: isoTime(state.startedAt),
    finishedAt: isoTime(state.finishedAt),
    durationMs: durationOf(state),
    exitCode: state.exitCode,
    error: state.error,
    retryCount: state.retryCount,
    doneCount: state.doneCount,
    stdout: state.stdout,
    stderr: state.stderr,
    outputs: state.outputs,
    subRuns: [...state.childrenRepeated, ...state.children],
    permissions: state.permissions,
    used: state.used,
  };
}

function isoTime(ms: number): string | null {
  return ms > 0 ? new Date(ms).toISOString() : null;
}

function durationOf(times: { readonly startedAt: number; readonly finishedAt: number }): number | null {
  return times.startedAt > 0 && times.finishedAt > 0 ? times.finishedAt - times.startedAt : null;
}
