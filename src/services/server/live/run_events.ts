/** The events that changes of a run become. */
import type { Node, RunEvent, RunRecord } from "../../../core/run.ts";
import { summaryOf } from "../../../core/run_summary.ts";
import { nodeJson, runSummaryJson } from "../shape/run.ts";
import type { LiveEvent } from "./event_hub.ts";

/** For everybody who looks at a list, and those who look at this run. */
export function runChanged(record: RunRecord): LiveEvent {
  return {
    type: "run",
    topics: ["runs", topicOf(record)],
    dag: record.name,
    data: { run: runSummaryJson(summaryOf(record, record.createdAt)) },
  };
}

/** @returns null for a change of the run itself */
export function stepChanged(record: RunRecord, event: RunEvent): LiveEvent | null {
  if (event.kind !== "node") return null;
  const node = typeof event.node === "number" ? record.nodes[event.node] : record.handlers[event.node];
  return node ? stepEvent(record, node) : null;
}

/** Nodes that differ between two records; without an earlier one those that have begun. */
export function stepsChanged(before: RunRecord | null, after: RunRecord): LiveEvent[] {
  const old = new Map(before ? nodesOf(before).map((node) => [node.step.name, node.state]) : []);
  const changed = nodesOf(after).filter(({ step, state }) => {
    const was = old.get(step.name);
    if (!was) return state.startedAt > 0;
    return was.status !== state.status || was.doneCount !== state.doneCount ||
      was.retryCount !== state.retryCount;
  });
  return changed.map((node) => stepEvent(after, node));
}

/** A run below another one has begun, or changed itself: for those who look at the run at the top. */
export function subRunChanged(record: RunRecord): LiveEvent {
  const { root } = record;
  const run = runSummaryJson(summaryOf(record, record.createdAt));
  return { type: "sub-run", topics: [`run:${root.name}/${root.id}`], dag: root.name, data: { run } };
}

/** @returns null for a change of the sub-run itself */
export function subStepChanged(record: RunRecord, event: RunEvent): LiveEvent | null {
  const step = stepChanged(record, event);
  return step && ofRoot(record, step);
}

/** The steps of a sub-run that have begun. */
export function subStepsBegun(record: RunRecord): LiveEvent[] {
  return stepsChanged(null, record).map((step) => ofRoot(record, step));
}

function ofRoot({ root }: RunRecord, step: LiveEvent): LiveEvent {
  return { ...step, type: "sub-step", topics: [`run:${root.name}/${root.id}`], dag: root.name };
}

function stepEvent(record: RunRecord, node: Node): LiveEvent {
  const { name, dagRunId, attemptId } = record;
  return {
    type: "step",
    topics: [topicOf(record)],
    dag: name,
    data: { name, dagRunId, attemptId, node: nodeJson(node, true) },
  };
}

function topicOf({ name, dagRunId }: RunRecord): string {
  return `run:${name}/${dagRunId}`;
}

function nodesOf(record: RunRecord): Node[] {
  return [...record.nodes, ...Object.values(record.handlers)];
}
