/** What the history says of a run that was given to a worker. */
import { isCrashed } from "../../core/crashed_record.ts";
import { outputsOf } from "../../core/run.ts";
import { RunStatus } from "../../core/status.ts";
import type { RunStore, StoredRun } from "../../ports/run_store.ts";
import type { Task } from "../../ports/task.ts";
import type { RunSeen } from "../../services/coordinator/desk_options.ts";
import { basename } from "../../platform/files/path.ts";
import { parseAttemptDirName } from "../../stores/file/layout.ts";

/** Times in records of others are to the second. */
const SLACK_MS = 1000;

/**
 * @param since when the task came, Unix milliseconds: what happened before is of no interest
 * @returns null when nothing has happened since
 */
export async function lookAtRun(
  runs: RunStore,
  { root, run, parent }: Task,
  since: number,
): Promise<RunSeen | null> {
  const stored = root.id === run.id ? await runs.find(run.name, run.id) : await runs.findChild(root, run.id);
  if (!stored) return null;
  const { record } = stored;
  // Below another run than the one that asked for it: what is told of it there is no news of this task.
  if (record.parent && record.parent.id !== parent?.id) return null;
  if (record.status === RunStatus.Queued || (record.startedAt || attemptTime(stored)) < since - SLACK_MS) {
    return null;
  }
  if (record.status === RunStatus.Running || record.status === RunStatus.NotStarted) {
    return { alive: await runs.liveness(stored) !== "dead" };
  }
  const { status, error, params, resumes } = record;
  return {
    result: { status, error, params, outputs: outputsOf(record) },
    crashed: isCrashed(record),
    resumes,
  };
}

/** When the newest attempt was made. */
function attemptTime({ dir, record }: StoredRun): number {
  return parseAttemptDirName(basename(dir))?.at ?? record.createdAt;
}
