/** Whether a run goes on whose owner is dead, told by what it left. */
import { resumesAfterCrash } from "../../../core/resume_rule.ts";
import type { RunRecord } from "../../../core/run.ts";
import { RunStatus } from "../../../core/status.ts";
import { existsSync } from "../../../platform/files/files.ts";
import { dirname } from "../../../platform/files/path.ts";
import { readRegularSync } from "../../../platform/files/bounded_text.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import { snapshotFromJson } from "../json/dag_json.ts";
import { CANCEL_FILE, DAG_FILE } from "../layout.ts";
import { attemptsOf } from "../runs/run_tree.ts";

/** Begun, or about to begin, and not known to have ended. Queued and waiting runs have no owner who could die. */
export function isOpen({ status }: RunRecord): boolean {
  return status === RunStatus.Running || status === RunStatus.NotStarted;
}

/** Not where somebody has asked for its end. A definition that cannot be read asks for nothing. */
export function goesOn({ dir, record }: StoredRun): boolean {
  if (!isOpen(record)) return record.resumes;
  if (existsSync(`${dir}/${CANCEL_FILE}`)) return false;
  try {
    const { dag } = snapshotFromJson(readRegularSync(`${dir}/${DAG_FILE}`));
    return resumesAfterCrash(record, dag, attemptsOf(dirname(dir)).length);
  } catch {
    return false;
  }
}
