/** What becomes of a run whose worker is gone. */
import { messageOf } from "../core/errors.ts";
import { isCrashed } from "../core/crashed_record.ts";
import type { Task } from "../ports/task.ts";
import type { ServiceLog } from "../services/scheduler/service_log.ts";
import type { Services } from "./services.ts";

/** A run whose worker dies each time is not tried for ever. */
const MAX_RESUMES = 3;

/**
 * Ends the record of its attempt, as its worker has ended its steps, and hands the run in again where its definition
 * says that it goes on after a crash. A sub-run's parent has it tried again where its step says so.
 */
export async function endLostRun(
  { runs }: Services,
  task: Task,
  dispatch: (task: Task) => Promise<unknown>,
  log: ServiceLog,
): Promise<void> {
  const { run, root, parent } = task;
  const fields = { dag: run.name, "run-id": run.id };
  try {
    const stored = parent ? await runs.findChild(root, run.id) : await runs.find(run.name, run.id);
    if (!stored) return;
    const { dag } = await runs.snapshot(stored);
    const { record } = await runs.closeDead(stored, { certain: true });
    // It may have ended well just before.
    if (!isCrashed(record)) return;
    const resumes = !parent && dag.onCrash === "resume" && (stored.lease?.epoch ?? 1) <= MAX_RESUMES;
    if (resumes) await dispatch(furtherAttempt(task));
    log("WARN", resumes ? "A run goes on whose worker is gone" : "A run has failed with its worker", fields);
  } catch (error) {
    log("ERROR", "Cannot see to a run whose worker is gone", { ...fields, error: messageOf(error) });
  }
}

function furtherAttempt(task: Task): Task {
  const all = { step: "", following: false, snapshot: "", previous: "", files: [] };
  return { ...task, ...all, operation: "retry", trigger: "resume" };
}
