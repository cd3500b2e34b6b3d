/** How long runs took and waited, for Prometheus. */
import { Histogram } from "../../../core/text/metrics_text.ts";
import type { RunSummary } from "../../../core/run_summary.ts";
import type { ReadModel, RunCursor } from "../../../ports/read_model.ts";

const RUN_BOUNDS = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600];
const WAIT_BOUNDS = [1, 5, 10, 30, 60, 120, 300, 600];
const PAGE = 1000;
/** The newest runs that are looked at: more say nothing new, and cost at each look. */
const MAX_PAGES = 10;

/** @param from Unix milliseconds: runs that were made before do not count */
export async function runTimesText(model: ReadModel, from: number): Promise<string> {
  const took = new Histogram(
    "dagu_dag_run_duration_seconds",
    "How long runs of today took, by DAG",
    RUN_BOUNDS,
  );
  const waited = new Histogram(
    "dagu_queue_wait_seconds",
    "How long runs of today stood in line, by DAG",
    WAIT_BOUNDS,
  );
  let after: RunCursor | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { runs, more }: { readonly runs: readonly RunSummary[]; readonly more: boolean } = await model.runs(
      {
        from,
        limit: PAGE,
        ...(after ? { after } : {}),
      },
    );
    for (const { name, queuedAt, startedAt, finishedAt } of runs) {
      if (startedAt === 0) continue;
      if (finishedAt >= startedAt) took.observe((finishedAt - startedAt) / 1000, { dag: name });
      if (queuedAt > 0 && queuedAt <= startedAt) waited.observe((startedAt - queuedAt) / 1000, { dag: name });
    }
    after = runs.at(-1) ?? null;
    if (!more) break;
  }
  return took.text() + waited.text();
}
