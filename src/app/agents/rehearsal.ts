/** A run of next to nothing in a folder of its own: the first real one then finds the program warmed up. */
import type { Config } from "../../config/config.ts";
import { createFileSync } from "../../platform/files/files.ts";
import { withTempDir } from "../../platform/folders/temp_dir.ts";
import { startRun } from "../runs/start_run.ts";

const DEFINITION = "params: A=1\nsteps:\n  - command: echo $A\n  - command: ':'\n";

/** @throws what a start throws */
export async function rehearse(config: Config): Promise<void> {
  await withTempDir(async (folder) => {
    const dag = `${folder}/rehearsal.yaml`;
    createFileSync(dag, DEFINITION);
    const paths = {
      ...config.paths,
      dagsDir: folder,
      baseConfig: `${folder}/base.yaml`,
      dataDir: `${folder}/data`,
      dagRunsDir: `${folder}/data/dag-runs`,
      procDir: `${folder}/data/proc`,
      logDir: `${folder}/logs`,
    };
    await startRun({ ...config, paths }, {
      dag,
      params: { kind: "none" },
      name: "",
      runId: "",
      fromRunId: "",
      defaultWorkingDir: "",
      workerId: "local",
      observer: { onStart: () => {}, onEvent: () => {} },
    });
  });
}
