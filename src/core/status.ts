/**
 * States of a DAG-run and of a node. The integer codes are those that Dagu 1.30 stores in `status.jsonl`;
 * code 5 means "queued" for a run and "skipped" for a node.
 */

/** State of one DAG-run. */
export const RunStatus = {
  NotStarted: 0,
  Running: 1,
  Failed: 2,
  Aborted: 3,
  Succeeded: 4,
  Queued: 5,
  PartiallySucceeded: 6,
  Waiting: 7,
  Rejected: 8,
} as const;
/** One of these codes. */
export type RunStatus = (typeof RunStatus)[keyof typeof RunStatus];

/** State of one node. */
export const NodeStatus = {
  NotStarted: 0,
  Running: 1,
  Failed: 2,
  Aborted: 3,
  Succeeded: 4,
  Skipped: 5,
  PartiallySucceeded: 6,
  Waiting: 7,
  Rejected: 8,
} as const;
/** One of these codes. */
export type NodeStatus = (typeof NodeStatus)[keyof typeof NodeStatus];

const RUN_NAMES = [
  "not_started",
  "running",
  "failed",
  "aborted",
  "succeeded",
  "queued",
  "partially_succeeded",
  "waiting",
  "rejected",
] as const;

/** The word for a run's state, as printed and as given to handlers in `DAG_RUN_STATUS`. */
export function runStatusName(status: RunStatus): string {
  return RUN_NAMES[status];
}

/** The word for a node's state. */
export function nodeStatusName(status: NodeStatus): string {
  return status === NodeStatus.Skipped ? "skipped" : RUN_NAMES[status];
}

/** The run state of that name, or undefined: the reverse of {@link runStatusName}. */
export function runStatusByName(name: string): RunStatus | undefined {
  const code = (RUN_NAMES as readonly string[]).indexOf(name);
  return code < 0 ? undefined : code as RunStatus;
}

/** The node state of that name, or undefined: the reverse of {@link nodeStatusName}. */
export function nodeStatusByName(name: string): NodeStatus | undefined {
  return Object.values(NodeStatus).find((status) => nodeStatusName(status) === name);
}

/** Running, queued or waiting: such a run is kept by clean-up and may still change. */
export function isActiveRun(status: RunStatus): boolean {
  return status === RunStatus.Running || status === RunStatus.Queued || status === RunStatus.Waiting;
}

/** Succeeded, wholly or in part. */
export function isSuccessfulRun(status: RunStatus): boolean {
  return status === RunStatus.Succeeded || status === RunStatus.PartiallySucceeded;
}

/** Nothing will change the node any more in this attempt. */
export function isFinishedNode(status: NodeStatus): boolean {
  return status !== NodeStatus.NotStarted && status !== NodeStatus.Running;
}
