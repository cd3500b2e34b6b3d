/** How a record ends whose owner died. */
import { HANDLER_NAMES } from "./dag.ts";
import { applyEvent, type NodeKey, type NodeState, type RunEvent, type RunRecord } from "./run.ts";
import { isFinishedNode, NodeStatus, RunStatus } from "./status.ts";

/** Error text of nodes and runs that ended with their owner. */
export const CRASHED = "process terminated unexpectedly";

/** Whether a record ended with its owner. */
export function isCrashed({ status, error, nodes }: RunRecord): boolean {
  return status === RunStatus.Failed &&
    (error === CRASHED || nodes.some(({ state }) => state.error === CRASHED));
}

/**
 * The record with its running nodes, and itself, failed at that time. The given one stays as it is.
 * @param resumes whether a further attempt is to go on
 */
export function crashedRecord(record: RunRecord, now: number, resumes = false): RunRecord {
  const events: RunEvent[] = [];
  const end = (node: NodeKey, state: NodeState) => {
    if (isFinishedNode(state.status) || state.status === NodeStatus.NotStarted) return;
    const patch = { status: NodeStatus.Failed, finishedAt: now, error: CRASHED, pgid: 0 };
    events.push({ kind: "node", node, patch });
  };
  record.nodes.forEach((node, i) => end(i, node.state));
  for (const name of HANDLER_NAMES) {
    const node = record.handlers[name];
    if (node) end(name, node.state);
  }
  events.push({
    kind: "run",
    patch: { status: RunStatus.Failed, finishedAt: now, error: record.error || CRASHED, resumes },
  });
  return events.reduce(applyEvent, { ...record, nodes: [...record.nodes] });
}
