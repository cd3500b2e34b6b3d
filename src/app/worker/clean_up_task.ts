/** What an agent of a worker left that died. */
import type { Config } from "../../config/config.ts";
import { messageOf } from "../../core/errors.ts";
import { hostName } from "../../platform/process/identity.ts";
import type { Task } from "../../ports/task.ts";
import type { ServiceLog } from "../../services/service_log.ts";
import { openStores } from "../stores.ts";
import { withinFolder } from "./task_config.ts";

/**
 * Ends its processes, and its record on this machine.
 * @param folder of a task without the coordinator's folders; "" for one in the home's own
 */
export async function cleanUpTask(
  config: Config,
  task: Task,
  folder: string,
  log: ServiceLog,
): Promise<void> {
  const { run, root, parent } = task;
  try {
    const { runs } = openStores(folder === "" ? config : withinFolder(config, folder));
    const below = parent !== null && folder === "";
    const stored = below ? await runs.findChild(root, run.id) : await runs.find(run.name, run.id);
    // The newest attempt may be that of a worker elsewhere, which has got the run meanwhile.
    if (stored?.lease?.host !== hostName() || await runs.liveness(stored) !== "dead") return;
    await runs.closeDead(stored);
  } catch (error) {
    log("ERROR", "Cannot end what a dead agent left", {
      dag: run.name,
      "run-id": run.id,
      error: messageOf(error),
    });
  }
}
