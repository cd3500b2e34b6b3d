/** Exit code of a command that ran a DAG. */
import type { RunEnd } from "../../app/app.ts";
import type { Node, RunRecord } from "../../core/run.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * 0 when the run did what it should, was stopped by someone else or waits; 1 when it failed, wholly or in part, or a
 * step or handler of it did, though it was stopped or waits; 128 + n when signal n ended it.
 */
export function exitCodeOf({ record, stoppedBy }: RunEnd): number {
  const signal = SIGNAL_NUMBERS[stoppedBy];
  if (signal !== undefined && record.status !== RunStatus.Succeeded) return 128 + signal;
  switch (record.status) {
    case RunStatus.Succeeded:
    case RunStatus.Queued:
      return 0;
    case RunStatus.Waiting:
    case RunStatus.Aborted:
    case RunStatus.PartiallySucceeded:
      return failedNodes(record).length > 0 ? 1 : 0;
    default:
      return 1;
  }
}

/** Why a run that ended with a non-zero code did so, in one line. */
export function failureOf({ record, stoppedBy }: RunEnd): string {
  if (stoppedBy !== "") return `stopped by ${stoppedBy}`;
  const failed = failedNodes(record);
  const first = record.error || failed.find((node) => node.state.error !== "")?.state.error || "";
  const line = first.split("\n", 1)[0]!;
  const named = failed.length > 0 && !line.includes(`"${failed[0]!.step.name}"`)
    ? `step "${failed[0]!.step.name}": ${line}`
    : line;
  const more = failed.length > 1 ? ` (${failed.length} steps failed)` : "";
  return `${named || cutShort(record.nodes)}${more}`;
}

/** Handlers and steps, allowed failures too. */
function failedNodes({ handlers, nodes }: RunRecord): Node[] {
  return [...Object.values(handlers), ...nodes].filter((node) => node.state.status === NodeStatus.Failed);
}

/** Where nothing failed by itself, it was the time limit of the run. */
function cutShort(nodes: readonly Node[]): string {
  const ended = nodes.filter(({ state }) => state.status === NodeStatus.Aborted && state.startedAt > 0);
  const names = ended.map(({ step }) => `"${step.name}"`).join(", ");
  return `its time limit (timeoutSec) ended ${names === "" ? "it" : `step ${names}`}`;
}
