/** Runs as the API tells them: in lists, and with all their nodes. */
import type { HandlerName } from "../../../core/dag.ts";
import type { Node, RunRecord } from "../../../core/run.ts";
import type { RunSummary } from "../../../core/run_summary.ts";
import { summaryOf } from "../../../core/run_summary.ts";
import { nodeStatusName, RunStatus, runStatusName } from "../../../core/status.ts";
import { compact } from "../../../stores/file/json/json_write.ts";
import { timeText } from "../../../stores/file/json/time_text.ts";
import { type Infer, integer, list, map, named, object, optional, text } from "../http/schema.ts";
import { conditionJson, conditionsShape, stepJson, stepShape } from "./step.ts";

const status = integer({
  min: 0,
  max: 8,
  description:
    "0 not started, 1 running, 2 failed, 3 aborted, 4 succeeded, 5 queued (run) or skipped (node), " +
    "6 partially succeeded, 7 waiting, 8 rejected",
});

const summaryMembers = {
  rootDAGRunName: text(),
  rootDAGRunId: text(),
  parentDAGRunName: optional(text()),
  parentDAGRunId: optional(text()),
  dagRunId: text(),
  name: text(),
  status,
  statusLabel: text({
    description: "damaged, with the status of a failed run, when its record cannot be read",
  }),
  queuedAt: optional(text()),
  startedAt: text({ description: "RFC 3339; empty when it has not started" }),
  finishedAt: text(),
  log: text({ description: "Path of the run's own log" }),
  params: optional(text()),
  workerId: optional(text()),
  trigger: optional(text({ description: "manual, schedule, catchup, reboot, webhook or restart" })),
  createdAt: optional(text()),
  durationMs: optional(integer({ description: "Of a run that has ended" })),
  error: optional(text({ description: "Why the run ended as it did, where no step tells" })),
  reason: optional(object({ step: text(), error: text(), exitCode: integer() })),
  progress: optional(object({ steps: integer(), done: integer() })),
  why: optional(
    text({ description: "Why it waits in line: of the first 100 in a queue or a list, where that is told" }),
  ),
};

export const runSummaryShape = named("DAGRunSummary", object(summaryMembers));
export type RunSummaryJson = Infer<typeof runSummaryShape>;

const childRunShape = object({
  dagRunId: text(),
  params: optional(text()),
  dagName: optional(text()),
});

const nodeShape = named(
  "Node",
  object({
    step: stepShape,
    stdout: text({ description: "Path of the log" }),
    stderr: text(),
    startedAt: text({ description: 'RFC 3339; empty before it has started, "-" before its run has' }),
    finishedAt: text(),
    status,
    statusLabel: text(),
    retryCount: integer(),
    doneCount: integer(),
    subRuns: optional(list(childRunShape)),
    subRunsRepeated: optional(list(childRunShape)),
    error: optional(text()),
    exitCode: optional(integer()),
    durationMs: optional(integer()),
    outputs: optional(map(text())),
    approvedAt: optional(text()),
    approvedBy: optional(text()),
    approvalInputs: optional(map(text())),
    rejectedAt: optional(text()),
    rejectedBy: optional(text()),
    rejectionReason: optional(text()),
  }),
);
export type NodeJson = Infer<typeof nodeShape>;

export const runDetailsShape = named(
  "DAGRunDetails",
  object({
    ...summaryMembers,
    attemptId: optional(text()),
    nodes: list(nodeShape),
    preconditions: conditionsShape,
    onInit: optional(nodeShape),
    onExit: optional(nodeShape),
    onSuccess: optional(nodeShape),
    onFailure: optional(nodeShape),
    onCancel: optional(nodeShape),
    onWait: optional(nodeShape),
  }),
);
export type RunDetailsJson = Infer<typeof runDetailsShape>;

export function runSummaryJson(run: RunSummary): RunSummaryJson {
  const ended = run.finishedAt > 0 && run.startedAt > 0;
  return {
    rootDAGRunName: run.root.name,
    rootDAGRunId: run.root.id,
    ...compact({ parentDAGRunName: run.parent?.name, parentDAGRunId: run.parent?.id }),
    dagRunId: run.dagRunId,
    name: run.name,
    status: run.status,
    statusLabel: run.damaged ? "damaged" : runStatusName(run.status),
    ...compact({ queuedAt: timeText(run.queuedAt) }),
    startedAt: timeText(run.startedAt),
    finishedAt: timeText(run.finishedAt),
    log: run.log,
    ...compact({
      params: run.params,
      workerId: run.workerId,
      trigger: run.trigger,
      createdAt: timeText(run.createdAt),
    }),
    ...(ended ? { durationMs: Math.max(0, run.finishedAt - run.startedAt) } : {}),
    ...compact({ error: run.error, reason: run.failure }),
    progress: { steps: run.steps, done: run.stepsDone },
  };
}

/** @param summary as the list has it */
export function runDetailsJson(
  record: RunRecord,
  summary = summaryOf(record, record.createdAt),
): RunDetailsJson {
  const begun = record.status !== RunStatus.Queued && record.status !== RunStatus.NotStarted;
  const handlers = Object.entries(record.handlers).map(([name, node]) => [
    HANDLER_KEYS[name as HandlerName],
    nodeJson(node, begun),
  ]);
  return {
    ...runSummaryJson(summary),
    ...compact({ attemptId: record.attemptId }),
    nodes: record.nodes.map((node) => nodeJson(node, begun)),
    preconditions: record.conditions.map(conditionJson),
    ...Object.fromEntries(handlers),
  };
}

/**
 * What stands in place of the newest run of a definition that has none.
 * @param params as a run without others would have, `A=1`
 */
export function noRunJson(
  name: string,
  params: readonly string[],
  nodes: readonly NodeJson[] = [],
): RunDetailsJson {
  return {
    rootDAGRunName: "",
    rootDAGRunId: "",
    dagRunId: "",
    name,
    status: RunStatus.NotStarted,
    statusLabel: runStatusName(RunStatus.NotStarted),
    startedAt: "",
    finishedAt: "",
    log: "",
    ...compact({ params: params.join(" ") }),
    nodes,
    preconditions: [],
  };
}

export function noSummaryJson(name: string, params: readonly string[]): RunSummaryJson {
  const { nodes: _, preconditions: __, ...summary } = noRunJson(name, params);
  return summary;
}

const HANDLER_KEYS: Readonly<Record<HandlerName, string>> = {
  init: "onInit",
  success: "onSuccess",
  failure: "onFailure",
  abort: "onCancel",
  exit: "onExit",
  wait: "onWait",
};

/** @param begun the run has */
export function nodeJson({ step, state }: Node, begun: boolean): NodeJson {
  const time = (at: number) => at === 0 && !begun ? "-" : timeText(at);
  const ended = state.startedAt > 0 && state.finishedAt > 0;
  const shown = stepJson(step, state.shown);
  return {
    step: state.conditions.length > 0
      ? { ...shown, preconditions: state.conditions.map(conditionJson) }
      : shown,
    stdout: state.stdout,
    stderr: state.stderr,
    startedAt: time(state.startedAt),
    finishedAt: time(state.finishedAt),
    status: state.status,
    statusLabel: nodeStatusName(state.status),
    retryCount: state.retryCount,
    doneCount: state.doneCount,
    ...(ended ? { durationMs: Math.max(0, state.finishedAt - state.startedAt) } : {}),
    ...compact({
      subRuns: state.children.map((child) => childJson(child, step.call?.name ?? "")),
      subRunsRepeated: state.childrenRepeated.map((child) => childJson(child, step.call?.name ?? "")),
      error: state.error,
      exitCode: state.exitCode,
      outputs: state.outputs,
      approvedAt: timeText(state.approvedAt),
      approvedBy: state.approvedBy,
      approvalInputs: state.approvalInputs,
      rejectedAt: timeText(state.rejectedAt),
      rejectedBy: state.rejectedBy,
      rejectionReason: state.rejectionReason,
    }),
  };
}

function childJson(
  child: { dagRunId: string; params: string },
  dagName: string,
): Infer<typeof childRunShape> {
  return { dagRunId: child.dagRunId, ...compact({ params: child.params, dagName }) };
}
