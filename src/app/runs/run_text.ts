/** Runs of definitions that are sent along: each is recorded with its definition, and no file is made of it. */
import type { Config } from "../../config/config.ts";
import { uuidV7 } from "../../core/ids.ts";
import { parseParams } from "../../core/text/params_text.ts";
import type { RunRef } from "../../core/run.ts";
import { currentDir } from "../../platform/folders/current_dir.ts";
import { randomBytes } from "../../platform/random.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { resolveSnapshot } from "../../agent/snapshot.ts";
import type { RunLauncher } from "../../ports/run_launcher.ts";
import type { Snapshot } from "../../ports/run_store.ts";
import type { TextRunRequest } from "../../services/server/run_actions.ts";
import { enqueueSnapshot } from "./enqueue_run.ts";
import type { Services } from "../services.ts";
import { startQueued } from "./start_on_worker.ts";

export async function startText(
  config: Config,
  services: Services,
  launcher: RunLauncher,
  request: TextRunRequest,
): Promise<RunRef> {
  const dagRunId = request.dagRunId || uuidV7(systemClock.now(), randomBytes);
  return await startQueued(services, launcher, await snapshotOf(config, services, request), dagRunId);
}

export async function enqueueText(
  config: Config,
  services: Services,
  request: TextRunRequest & { readonly queue: string },
): Promise<RunRef> {
  const snapshot = await snapshotOf(config, services, request);
  const { queue, dagRunId: runId } = request;
  return (await enqueueSnapshot(services, snapshot, { runId, queue, priority: "low" })).run;
}

/** Its steps run where those of a definition in the folder of definitions would. */
async function snapshotOf(
  { workDir, paths }: Config,
  services: Services,
  { text, name, params }: TextRunRequest,
): Promise<Snapshot> {
  const dag = await services.dags.read(text, name);
  const { ports, close } = services.agent("");
  try {
    return await resolveSnapshot({
      dag: { ...dag, name },
      params: params === null ? null : parseParams(params),
      defaultWorkingDir: workDir || paths.dagsDir,
      cwd: currentDir(),
    }, ports);
  } finally {
    await close();
  }
}
