/** What lists tell of a run: everything but its steps. */
import type { Node, RunRecord, RunRef } from "./run.ts";
import { NodeStatus, type RunStatus } from "./status.ts";

/** The step that made a run fail. */
export interface RunFailure {
  readonly step: string;
  /** First line of its error. */
  readonly error: string;
  /** 0 when the step ended without one. */
  readonly exitCode: number;
}

/** Times are Unix milliseconds, 0 when not reached. */
export interface RunSummary {
  readonly name: string;
  readonly dagRunId: string;
  readonly root: RunRef;
  readonly parent: RunRef | null;
  readonly attemptId: string;
  readonly status: RunStatus;
  /** When the run was made; retries do not change it. */
  readonly createdAt: number;
  readonly queuedAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly log: string;
  readonly params: string;
  readonly workerId: string;
  /** What made the run begin; "" when it is not known. */
  readonly trigger: string;
  /** Why the run ended as it did, where no step tells. */
  readonly error: string;
  /** null when no step failed. */
  readonly failure: RunFailure | null;
  readonly steps: number;
  readonly stepsDone: number;
  /** Nothing can be read of it but its name, its id and when it was made. */
  readonly damaged?: true;
}

const MAX_ERROR = 200;

/** @param createdAt time of the run's first attempt */
export function summaryOf(record: RunRecord, createdAt: number): RunSummary {
  return {
    name: record.name,
    dagRunId: record.dagRunId,
    root: record.root,
    parent: record.parent,
    attemptId: record.attemptId,
    status: record.status,
    createdAt,
    queuedAt: record.queuedAt,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
    log: record.log,
    params: record.params,
    workerId: record.workerId,
    trigger: record.trigger,
    error: firstLine(record.error),
    failure: failureOf(record),
    steps: record.nodes.length,
    stepsDone: record.nodes.filter((node) => node.state.finishedAt > 0).length,
  };
}

/** The step that failed first; handlers count after all steps. */
function failureOf(record: RunRecord): RunFailure | null {
  const failed = (nodes: readonly Node[]) =>
    nodes.filter((node) => node.state.status === NodeStatus.Failed)
      .sort((a, b) => a.state.finishedAt - b.state.finishedAt)[0];
  const node = failed(record.nodes) ?? failed(Object.values(record.handlers));
  if (!node) return null;
  return { step: node.step.name, error: firstLine(node.state.error), exitCode: node.state.exitCode };
}

function firstLine(text: string): string {
  const line = text.split("\n", 1)[0];
  return line.length > MAX_ERROR ? `${line.slice(0, MAX_ERROR - 1)}…` : line;
}
