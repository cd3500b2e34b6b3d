/** Puts into a task what a worker without the coordinator's folders needs. */
import { DaguError } from "../../core/errors.ts";
import type { RunRecord } from "../../core/run.ts";
import { RunStatus, runStatusName } from "../../core/status.ts";
import { dirname } from "../../platform/path.ts";
import type { RunStore, Snapshot, StoredRun } from "../../ports/run_store.ts";
import type { Task } from "../../ports/task.ts";
import { snapshotFromJson, snapshotToJson } from "../../stores/file/dag_json.ts";
import { recordToLine } from "../../stores/file/status_json.ts";
import { taskFiles } from "./task_files.ts";

/** @throws DaguError when there is no such run, or the files are too large */
export async function packTask(runs: RunStore, task: Task): Promise<Task> {
  const stored = await storedRun(runs, task);
  if (task.operation === "retry" && !stored) {
    throw new DaguError(
      `Cannot go on with the run "${task.run.id}" of "${task.run.name}": it is not in the history`,
    );
  }
  if (stored) refuseResume(task, stored.record);
  const snapshot = givenSnapshot(task) ?? (stored ? await runs.snapshotToRun(stored) : null);
  return {
    ...task,
    snapshot: snapshot ? snapshotToJson(snapshot) : "",
    previous: stored ? recordToLine(stored.record, false) : "",
    files: snapshot && snapshot.dag.location !== ""
      ? await taskFiles(dirname(snapshot.dag.location), snapshot.dag.source)
      : [],
  };
}

/** @throws DaguError when a run is to go on that neither crashed nor waits: somebody has seen to it meanwhile */
export function refuseResume({ trigger }: Pick<Task, "trigger">, record: RunRecord): void {
  const { name, dagRunId, status, resumes } = record;
  if (trigger !== "resume" || resumes || status === RunStatus.Waiting) return;
  throw new DaguError(
    `Cannot go on with the run "${dagRunId}" of "${name}": its status is ${runStatusName(status)}`,
  );
}

function storedRun(runs: RunStore, { run, root, parent }: Task): Promise<StoredRun | null> {
  return parent ? runs.findChild(root, run.id) : runs.find(run.name, run.id);
}

/** null for what is recorded, or what only the worker is to resolve. */
function givenSnapshot({ snapshot }: Task): Snapshot | null {
  return snapshot === "" ? null : snapshotFromJson(snapshot);
}
