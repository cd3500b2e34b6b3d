/** Puts into a task what a worker without the coordinator's folders needs. */
import { DaguError } from "../../core/errors.ts";
import type { RunRecord } from "../../core/run.ts";
import { RunStatus, runStatusName } from "../../core/status.ts";
import { dirname } from "../../platform/files/path.ts";
import type { RunStore, Snapshot, StoredRun } from "../../ports/run_store.ts";
import type { Task } from "../../ports/task.ts";
import { snapshotFromJson, snapshotToJson } from "../../stores/file/json/dag_json.ts";
import { recordToLine } from "../../stores/file/json/status_json.ts";
import { taskFiles } from "./task_files.ts";

/** Of a message to a worker, with room for names and labels. */
const MAX_BYTES = 4_000_000;

/** @throws DaguError when there is no such run, or it is too large */
export async function packTask(runs: RunStore, task: Task): Promise<Task> {
  const stored = await storedRun(runs, task);
  if (task.operation === "retry" && !stored) {
    throw new DaguError(
      `Cannot go on with the run "${task.run.id}" of "${task.run.name}": it is not in the history`,
    );
  }
  if (stored) refuseSeenTo(task, stored.record);
  const snapshot = givenSnapshot(task) ?? (stored ? await runs.snapshotToRun(stored) : null);
  return checkedSize({
    ...task,
    snapshot: snapshot ? snapshotToJson(snapshot) : "",
    previous: stored ? recordToLine(stored.record, false) : "",
    files: snapshot && snapshot.dag.location !== ""
      ? await taskFiles(dirname(snapshot.dag.location), snapshot.dag.source)
      : [],
  });
}

/** @throws DaguError when it does not fit into one message */
function checkedSize(task: Task): Task {
  const { run, params, definition, snapshot, previous, files, hidden } = task;
  const texts = [params, definition, snapshot, previous, ...hidden].reduce(
    (sum, text) => sum + bytesOf(text),
    0,
  );
  const bytes = files.reduce((sum, { content }) => sum + content.length, texts);
  if (bytes <= MAX_BYTES) return task;
  throw new DaguError(
    `Cannot send the run "${run.id}" of "${run.name}" to a worker without shared folders: its definition, its files and ` +
      `what it has done so far have ${bytes} bytes, at most ${MAX_BYTES} can be sent`,
  );
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * A task may be handed in again by who did not know that it had begun.
 * @throws DaguError when a run is to begin that is not queued any more, or to go on that neither crashed nor waits
 */
export function refuseSeenTo({ trigger }: Pick<Task, "trigger">, record: RunRecord): void {
  const { name, dagRunId, status, resumes } = record;
  const refuse = (what: string) => {
    throw new DaguError(
      `Cannot ${what} the run "${dagRunId}" of "${name}": its status is ${runStatusName(status)}`,
    );
  };
  if (trigger === "queue" && status !== RunStatus.Queued) refuse("take from its queue");
  if (trigger === "resume" && !resumes && status !== RunStatus.Waiting) refuse("go on with");
}

function storedRun(runs: RunStore, { run, root, parent }: Task): Promise<StoredRun | null> {
  return parent ? runs.findChild(root, run.id) : runs.find(run.name, run.id);
}

/** null for what is recorded, or what only the worker is to resolve. */
function givenSnapshot({ snapshot }: Task): Snapshot | null {
  return snapshot === "" ? null : snapshotFromJson(snapshot);
}
