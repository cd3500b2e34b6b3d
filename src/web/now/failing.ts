/** Which workflows fail now: those whose newest run that has ended did not go well. */
import { isActiveRun, RunStatus } from "../../core/status.ts";
import type { DagFile, RunSummary } from "../api/types.ts";

export interface Failing {
  readonly file: string;
  readonly run: RunSummary;
  /** Failures in a row, this one included. */
  readonly inRow: number;
}

/** @param failed runs that failed of late, newest first */
export function failingNow(dags: readonly DagFile[], failed: readonly RunSummary[]): Failing[] {
  const byId = new Map(failed.map((run) => [`${run.name} ${run.dagRunId}`, run]));
  return dags.flatMap(({ fileName, dag, recentRuns = [] }) => {
    const ended = recentRuns.filter(({ status }) => !isActiveRun(status as RunStatus));
    const inRow = leading(ended.map(({ status }) => isFailure(status)));
    const run = inRow > 0 ? byId.get(`${dag.name} ${ended[0]!.dagRunId}`) : undefined;
    return run ? [{ file: fileName, run, inRow }] : [];
  }).sort((a, b) => a.run.finishedAt < b.run.finishedAt ? 1 : -1);
}

export function isFailure(status: number): boolean {
  return status === RunStatus.Failed || status === RunStatus.Rejected;
}

function leading(flags: readonly boolean[]): number {
  const end = flags.indexOf(false);
  return end < 0 ? flags.length : end;
}
