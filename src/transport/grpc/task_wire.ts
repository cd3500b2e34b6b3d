/** Tasks, claims and results as messages, and back. */
import type { RunRef } from "../../core/run.ts";
import type { RunStatus } from "../../core/status.ts";
import type { Task, TaskClaim, TaskResult, TaskState } from "../../ports/task.ts";
import type { OfferedTask, RunningTask } from "../../ports/task_source.ts";
import type { ClaimWire, ResultWire, RunningWire, TaskWire } from "./messages.ts";

const START = 1;
const RETRY = 2;

/** Numbers of `TaskState`. */
const STATES: readonly TaskState[] = ["waiting", "claimed", "begun", "ended", "failed", "lost"];

export function stateNumber(state: TaskState | null): number {
  return state === null ? 0 : STATES.indexOf(state) + 1;
}

/** null for a number that stands for none. */
export function stateOf(number: number): TaskState | null {
  return STATES[number - 1] ?? null;
}

export function taskToWire(task: Task, claim: TaskClaim | null): TaskWire {
  const { run, root, parent, operation, params, step, selector } = task;
  return {
    rootDagRunName: root.name,
    rootDagRunId: root.id,
    parentDagRunName: parent?.name ?? "",
    parentDagRunId: parent?.id ?? "",
    dagRunId: run.id,
    operation: operation === "start" ? START : RETRY,
    target: run.name,
    params,
    step,
    workerSelector: selector,
    definition: task.definition,
    workerId: claim?.workerId ?? "",
    taskId: claim?.taskId ?? "",
    attempt: claim?.attempt ?? 0,
    epoch: claim?.epoch ?? 0,
    snapshot: task.snapshot,
    previous: task.previous,
    files: task.files,
    trigger: task.trigger,
    depth: task.depth,
    workingDir: task.workingDir,
    following: task.following,
    hidden: task.hidden,
  };
}

/** What Dagu leaves out of a task for a root run is filled in. */
export function taskFromWire(wire: TaskWire): Task {
  const run = { name: wire.target, id: wire.dagRunId };
  return {
    run,
    root: refOf(wire.rootDagRunName, wire.rootDagRunId) ?? run,
    parent: refOf(wire.parentDagRunName, wire.parentDagRunId),
    operation: wire.operation === RETRY ? "retry" : "start",
    params: wire.params,
    step: wire.step,
    selector: wire.workerSelector,
    definition: wire.definition,
    snapshot: wire.snapshot,
    previous: wire.previous,
    files: wire.files,
    trigger: wire.trigger,
    depth: wire.depth,
    workingDir: wire.workingDir,
    following: wire.following,
    hidden: wire.hidden,
  };
}

export function offeredFromWire(wire: TaskWire, workerId: string): OfferedTask {
  const { taskId, attempt, epoch } = wire;
  return { claim: { taskId, attempt, epoch, workerId }, task: taskFromWire(wire) };
}

export function claimFromWire(wire: ClaimWire | null): TaskClaim {
  return wire ?? { taskId: "", attempt: 0, epoch: 0, workerId: "" };
}

/** What stands for "no status". */
const NO_STATUS = -1;

/** Of parameters and outputs together: a quarter of what a message may have, with three bytes for each. */
const MAX_VALUES = 1 << 20;
const MAX_ERROR = 10_000;

/** Fits into a message: parameters and outputs that are too large are left out. */
export function resultToWire({ status, error, params, outputs, partial = false }: TaskResult): ResultWire {
  const words = [params, ...Object.entries(outputs).flat()];
  const whole = words.reduce((sum, { length }) => sum + length, 0) <= MAX_VALUES;
  return {
    status: status ?? NO_STATUS,
    error: error.slice(0, MAX_ERROR),
    ...(whole ? { params, outputs, partial } : { params: "", outputs: {}, partial: true }),
  };
}

export function resultFromWire(wire: ResultWire): TaskResult {
  const { status, error, params, outputs, partial } = wire;
  const result = { status: status === NO_STATUS ? null : status as RunStatus, error, params, outputs };
  return partial ? { ...result, partial } : result;
}

export function runningToWire({ run, root, parent, startedAt }: RunningTask): RunningWire {
  return {
    dagRunId: run.id,
    dagName: run.name,
    startedAt: Math.floor(startedAt / 1000),
    rootDagRunName: root.name,
    rootDagRunId: root.id,
    parentDagRunName: parent?.name ?? "",
    parentDagRunId: parent?.id ?? "",
  };
}

export function runningFromWire(wire: RunningWire): RunningTask {
  const run = { name: wire.dagName, id: wire.dagRunId };
  return {
    run,
    root: refOf(wire.rootDagRunName, wire.rootDagRunId) ?? run,
    parent: refOf(wire.parentDagRunName, wire.parentDagRunId),
    startedAt: wire.startedAt * 1000,
  };
}

function refOf(name: string, id: string): RunRef | null {
  return id === "" ? null : { name, id };
}
