/** Why a run is in the state it is in, told in one sentence. */
import type { Node, RunRecord, RunRef } from "./run.ts";
import { NodeStatus, RunStatus, runStatusName } from "./status.ts";

/** Names that a sentence holds at most. */
const MOST_NAMES = 3;

/** One sentence without full stop. For a queued run see `whyWaiting`, which knows its queue. */
export function whyRecord(record: RunRecord): string {
  const { status, nodes } = record;
  const steps = [...nodes, ...Object.values(record.handlers)];
  switch (status) {
    case RunStatus.NotStarted:
      return "it is about to begin";
    case RunStatus.Queued:
      return "it waits for its turn";
    case RunStatus.Running:
      return `it is running${named(", at", steps, NodeStatus.Running)}${waiting(steps)}`;
    case RunStatus.Waiting:
      return `it waits for an approval${named(" of", steps, NodeStatus.Waiting)}`;
    case RunStatus.Rejected:
      return `it was rejected${rejection(steps)}`;
    case RunStatus.Aborted:
      return abortion(record, steps);
    case RunStatus.Failed:
      if (record.resumes) return `it failed: ${record.error}; a scheduler has it go on`;
      return `it failed${record.error === "" ? named(" at", steps, NodeStatus.Failed) : `: ${record.error}`}`;
    case RunStatus.PartiallySucceeded:
      return `it succeeded in part${named("; failed:", steps, NodeStatus.Failed)}`;
    case RunStatus.Succeeded:
      return nodes.length > 0 && nodes.every(({ state }) => state.status === NodeStatus.Skipped)
        ? `it succeeded, and every step was skipped${firstError(nodes)}`
        : "it succeeded";
    default:
      return `its status is ${runStatusName(status)}`;
  }
}

function abortion(record: RunRecord, steps: readonly Node[]): string {
  const unmet = record.conditions.find(({ error }) => error !== "");
  if (unmet) return `it was not begun: the condition "${unmet.condition}" was not met`;
  if (record.error !== "") return `it was aborted: ${record.error}`;
  const init = record.handlers.init?.state;
  if (init?.status === NodeStatus.Failed) return "it was not begun: its handler init failed";
  return `it was stopped${named(" at", steps, NodeStatus.Aborted)}`;
}

function rejection(steps: readonly Node[]): string {
  const state = steps.find((node) => node.state.status === NodeStatus.Rejected)?.state;
  const by = state?.rejectedBy ? ` by ${state.rejectedBy}` : "";
  return `${by}${named(" at", steps, NodeStatus.Rejected)}${
    state?.rejectionReason ? `: ${state.rejectionReason}` : ""
  }`;
}

/** What a running step waits for: its error says so until it goes on. */
function waiting(steps: readonly Node[]): string {
  const waits = ({ state }: Node) => state.status === NodeStatus.Running && state.error.startsWith("waits ");
  const step = steps.find(waits);
  return step ? `, which ${step.state.error}` : "";
}

function firstError(nodes: readonly Node[]): string {
  const error = nodes.find(({ state }) => state.error !== "")?.state.error;
  return error ? `: ${error}` : "";
}

/** `, at step "a"`, `, at steps "a", "b"`; "" when no step has that status. */
function named(before: string, steps: readonly Node[], status: NodeStatus): string {
  const names = steps.filter(({ state }) => state.status === status).map(({ step }) => `"${step.name}"`);
  if (names.length === 0) return "";
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return `${before} ${names.length === 1 ? "step" : "steps"} ${names.slice(0, MOST_NAMES).join(", ")}${more}`;
}

/** The whole sentence about a run. */
export function whyText({ name, id }: RunRef, reason: string): string {
  return `Run "${id}" of "${name}": ${reason}`;
}

/** The same of a run that stands in line. */
export function whyQueuedText(run: RunRef, reason: string): string {
  return whyText(run, `it is queued: ${reason}`);
}
