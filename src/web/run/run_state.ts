/** What a run and its steps mean for what can be done with them. */
import { isActiveRun, NodeStatus, RunStatus } from "../../core/status.ts";
import type { RunNode, RunSummary, Step } from "../api/types.ts";

/** Something of it may still change by itself. */
export function goesOn({ status }: Pick<RunSummary, "status">): boolean {
  return status === RunStatus.Running || status === RunStatus.NotStarted;
}

export function hasEnded({ status }: Pick<RunSummary, "status">): boolean {
  return !isActiveRun(status as RunStatus) && status !== RunStatus.NotStarted;
}

export function hasFailed({ status, reason }: Pick<RunSummary, "status" | "reason">): boolean {
  return status === RunStatus.Failed || status === RunStatus.Rejected ||
    status === RunStatus.Aborted && reason !== undefined;
}

/** The step by which a run failed. */
export function culpritOf(
  { reason }: Pick<RunSummary, "reason">,
  nodes: readonly RunNode[],
): RunNode | undefined {
  return nodes.find((node) => node.step.name === reason?.step) ??
    nodes.find((node) => node.status === NodeStatus.Failed);
}

/** The step that a person wants to see first: what failed, what waits, what runs, what wrote last. */
export function stepOfInterest(nodes: readonly RunNode[], reason: string | undefined): string {
  const named = reason === undefined ? undefined : nodes.find((node) => node.step.name === reason);
  const first = (...wanted: readonly number[]) => nodes.find((node) => wanted.includes(node.status));
  const last = nodes.findLast((node) => node.stdout !== "");
  const found = named ?? first(NodeStatus.Failed, NodeStatus.Rejected) ?? first(NodeStatus.Waiting) ??
    first(NodeStatus.Running) ?? first(NodeStatus.Aborted) ?? last ?? nodes[0];
  return found?.step.name ?? "";
}

/** Executions of a step in this attempt of the run. */
export function triesOf(node: RunNode): number {
  return Math.max(
    node.doneCount,
    node.retryCount + (node.startedAt !== "-" && node.startedAt !== "" ? 1 : 0),
  );
}

/** What a step of a run executes, as it is shown. */
export function commandText({ step }: RunNode): string {
  return commandOf(step);
}

/** What a step executes, as it is written. */
export function commandOf(step: Step): string {
  if (step.script) return step.script.trim();
  if (step.call) return `call ${step.call}${step.params ? ` ${step.params}` : ""}`;
  return (step.commands ?? []).map(({ command, args }) => [command, ...args ?? []].join(" ")).join("\n");
}
