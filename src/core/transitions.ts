/** Rules between states: what an ended step means for those that depend on it, and how a run ends. */
import type { ContinueOn } from "./dag.ts";
import type { Node } from "./run.ts";
import { isFinishedNode, NodeStatus, RunStatus } from "./status.ts";

/** What one dependency says about its dependant. */
export type Verdict = "run" | "wait" | "abort" | "skip";

/** The verdict and, where the dependant ends because of it, the error text of its record. */
export interface UpstreamVerdict {
  readonly verdict: Verdict;
  readonly error: string;
}

/**
 * What an upstream node means for a dependant.
 * @param tolerated the upstream failed, and its `continueOn` allows that failure
 */
export function upstreamVerdict(
  status: NodeStatus,
  continueOn: ContinueOn,
  tolerated: boolean,
): UpstreamVerdict {
  switch (status) {
    case NodeStatus.Succeeded:
    case NodeStatus.PartiallySucceeded:
      return { verdict: "run", error: "" };
    case NodeStatus.Failed:
      return tolerated ? { verdict: "run", error: "" } : { verdict: "abort", error: "upstream failed" };
    case NodeStatus.Skipped:
      return continueOn.skipped
        ? { verdict: "run", error: "" }
        : { verdict: "skip", error: "upstream skipped" };
    case NodeStatus.Aborted:
      return { verdict: "abort", error: "" };
    case NodeStatus.Rejected:
      return { verdict: "abort", error: "upstream rejected" };
    default:
      return { verdict: "wait", error: "" };
  }
}

/** What besides the nodes decides how a run ends. */
export interface RunFacts {
  /** Stop was asked for. */
  readonly cancelled: boolean;
  /** A condition of the DAG was not met, or the init handler failed: no step was begun. */
  readonly prevented: boolean;
  /** The run's time limit ended it. */
  readonly timedOut: boolean;
  /** A handler failed: what would have succeeded as a whole has not. */
  readonly handlerFailed: boolean;
  /** Whether the failure of the node with that index is allowed by its `continueOn`. */
  readonly tolerated: (index: number) => boolean;
}

/** State of a run whose nodes will not change any more. */
export function finalRunStatus(nodes: readonly Node[], facts: RunFacts): RunStatus {
  if (facts.prevented) return RunStatus.Aborted;
  let succeeded = 0, tolerated = 0, failed = 0, partial = 0, open = 0, waiting = 0;
  for (let i = 0; i < nodes.length; i++) {
    const status = nodes[i]!.state.status;
    if (status === NodeStatus.Rejected) return RunStatus.Rejected;
    if (status === NodeStatus.Waiting) waiting++;
    else if (status === NodeStatus.Succeeded) succeeded++;
    else if (status === NodeStatus.PartiallySucceeded) partial++;
    else if (status === NodeStatus.Failed) facts.tolerated(i) ? tolerated++ : failed++;
    else if (status !== NodeStatus.Skipped) open++;
  }
  const allDone = failed + tolerated + open + waiting === 0;
  if (facts.cancelled && !allDone) return RunStatus.Aborted;
  if (facts.timedOut && !allDone) return RunStatus.Failed;
  if (waiting > 0) return RunStatus.Waiting;
  if (failed > 0 || open > 0) return RunStatus.Failed;
  if (partial > 0 || (tolerated > 0 && succeeded > 0)) return RunStatus.PartiallySucceeded;
  return facts.handlerFailed || tolerated > 0 ? RunStatus.Failed : RunStatus.Succeeded;
}

/** A node that a retry of the run executes again. */
export function needsRetry(status: NodeStatus): boolean {
  return !isFinishedNode(status) || status === NodeStatus.Failed || status === NodeStatus.Aborted ||
    status === NodeStatus.Rejected;
}
