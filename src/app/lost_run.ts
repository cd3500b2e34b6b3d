/** What becomes of a run whose worker is gone. */
import { messageOf } from "../core/errors.ts";
import type { Task } from "../ports/task.ts";
import type { ServiceLog } from "../services/scheduler/service_log.ts";
import type { Services } from "./services.ts";

/**
 * Ends its record, as its worker has ended its steps. One that is to go on after a crash is left to the scheduler, and
 * a sub-run's parent has it tried again where its step says so.
 */
export async function endLostRun(
  { runs }: Services,
  { run, root, parent }: Task,
  log: ServiceLog,
): Promise<void> {
  const fields = { dag: run.name, "run-id": run.id };
  try {
    const stored = parent ? await runs.findChild(root, run.id) : await runs.find(run.name, run.id);
    if (!stored) return;
    const { dag } = await runs.snapshot(stored);
    if (!parent && dag.onCrash === "resume") return;
    await runs.closeDead(stored, { certain: true });
    log("WARN", "A run has failed with its worker", fields);
  } catch (error) {
    log("ERROR", "Cannot end the record of a run whose worker is gone", {
      ...fields,
      error: messageOf(error),
    });
  }
}
