/** A run with everything that ran below it. */
import type { RunRecord } from "../../core/run.ts";
import type { RunStore } from "../../ports/run_store.ts";

/** The record itself, then those of its sub-runs in the order of the steps, each followed by its own. */
export async function withSubRuns(runs: RunStore, record: RunRecord): Promise<RunRecord[]> {
  const found = [record];
  for (const { state } of [...record.nodes, ...Object.values(record.handlers)]) {
    for (const { dagRunId } of [...state.childrenRepeated, ...state.children]) {
      const child = await runs.findChild(record.root, dagRunId);
      if (child) found.push(...await withSubRuns(runs, child.record));
    }
  }
  return found;
}
