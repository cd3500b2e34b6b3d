/** What becomes of a run whose worker is gone. */
import { messageOf } from "../../core/errors.ts";
import { isCrashed } from "../../core/crashed_record.ts";
import type { RunStore, StoredRun } from "../../ports/run_store.ts";
import type { Task, TaskClaim } from "../../ports/task.ts";
import type { ServiceLog } from "../../services/service_log.ts";

/**
 * Ends the record of its attempt, as its worker has ended its steps. A sub-run's parent has it tried again where its
 * step says so.
 * @returns what is to be handed out in its place when the run goes on, else null
 */
export async function endLostRun(
  runs: RunStore,
  task: Task,
  claim: TaskClaim,
  log: ServiceLog,
): Promise<Task | null> {
  const { run, root, parent } = task;
  const fields = { dag: run.name, "run-id": run.id };
  try {
    const stored = parent ? await runs.findChild(root, run.id) : await runs.find(run.name, run.id);
    if (!stored || !isOf(claim, stored)) return null;
    const { record } = await runs.closeDead(stored, { certain: true });
    const { resumes } = record;
    // It may have ended well just before.
    if (!resumes && !isCrashed(record)) return null;
    log("WARN", resumes ? "A run goes on whose worker is gone" : "A run has failed with its worker", fields);
    return resumes ? furtherAttempt(task) : null;
  } catch (error) {
    log("ERROR", "Cannot see to a run whose worker is gone", { ...fields, error: messageOf(error) });
    return null;
  }
}

/** The newest attempt may be that of somebody else, who goes on with the run already. */
function isOf({ workerId }: TaskClaim, { record }: StoredRun): boolean {
  return record.workerId === "" || record.workerId === workerId;
}

function furtherAttempt(task: Task): Task {
  const all = { step: "", following: false, snapshot: "", previous: "", files: [] };
  return { ...task, ...all, operation: "retry", trigger: "resume" };
}
