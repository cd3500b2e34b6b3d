/** The configuration of a task without the coordinator's folders. */
import type { Config } from "../../config/config.ts";
import { DEFINITION_FOLDER } from "../../services/remote_runs/task_folder.ts";

/** Everything below the folder of the task, the definitions that came along too. */
export function withinFolder(config: Config, folder: string): Config {
  const data = `${folder}/data`;
  return {
    ...config,
    paths: {
      ...config.paths,
      dagsDir: `${folder}/${DEFINITION_FOLDER}`,
      dataDir: data,
      dagRunsDir: `${data}/dag-runs`,
      procDir: `${data}/proc`,
      queueDir: `${data}/queue`,
      logDir: `${folder}/logs`,
    },
  };
}
