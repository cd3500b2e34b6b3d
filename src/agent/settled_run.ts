/** What became of a run whose record says that it goes on. */
import { crashedRecord } from "../core/crashed_record.ts";
import { DaguError } from "../core/errors.ts";
import { isActiveRun, RunStatus } from "../core/status.ts";
import type { RunStore, StoredRun } from "../ports/run_store.ts";

/** A run whose record says that it runs but whose owner is gone is closed first; all others are returned as they are. */
export async function settledRun(runs: RunStore, run: StoredRun): Promise<StoredRun> {
  const { status } = run.record;
  if (!isActiveRun(status) && status !== RunStatus.NotStarted) return run;
  if (status === RunStatus.Queued || status === RunStatus.Waiting) return run;
  return await runs.liveness(run) === "dead" ? await runs.closeDead(run) : run;
}

/** As {@link settledRun}, for those who only look: where nothing can be written, the run is shown as it is known to be. */
export async function seenRun(runs: RunStore, run: StoredRun, now: number): Promise<StoredRun> {
  try {
    return await settledRun(runs, run);
  } catch (error) {
    if (!(error instanceof DaguError)) throw error;
    return { ...run, record: crashedRecord(run.record, now) };
  }
}
