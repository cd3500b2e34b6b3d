/** The picture of the times of a run. */
import type { RunNode, RunSummary } from "../api/types.ts";
import { type Gantt, ganttOf } from "../gantt/gantt.ts";
import { instant } from "../text/moment.ts";

/** @param now Unix milliseconds */
export function runGantt(run: RunSummary, nodes: readonly RunNode[], now: number): Gantt {
  return ganttOf(
    {
      queuedAt: instant(run.queuedAt),
      startedAt: instant(run.startedAt),
      finishedAt: instant(run.finishedAt),
    },
    nodes.map(({ step, startedAt, finishedAt }) => ({
      name: step.name,
      depends: step.depends ?? [],
      startedAt: instant(startedAt),
      finishedAt: instant(finishedAt),
    })),
    now,
  );
}
