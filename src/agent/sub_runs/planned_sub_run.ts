/** A sub-run that is about to begin. */
import type { Dag } from "../../core/dag.ts";
import type { Snapshot, StoredRun } from "../../ports/run_store.ts";
import type { SubRunRequest } from "../../ports/sub_runs.ts";
import type { Lineage } from "../lineage.ts";

export interface PlannedSubRun {
  readonly request: SubRunRequest;
  readonly dag: Dag;
  readonly lineage: Lineage;
  /** What an earlier attempt of the parent left of it; null when there is nothing. */
  readonly stored: StoredRun | null;
  /** What it runs. @throws DaguError when it cannot be had */
  readonly snapshot: () => Promise<Snapshot>;
  /** Whether that is what is recorded of it, so that others find it there. */
  readonly recorded: boolean;
}
