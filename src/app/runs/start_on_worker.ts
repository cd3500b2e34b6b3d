/** A new run that a worker carries out at once. */
import type { RunRef } from "../../core/run.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { RunLauncher } from "../../ports/run_launcher.ts";
import type { Snapshot } from "../../ports/run_store.ts";
import type { NewRunRequest } from "../../services/server/run_actions.ts";
import type { ParamInput } from "../app.ts";
import type { Services } from "../services.ts";
import { startingSnapshot } from "./start_run.ts";

/** @throws DaguError when the run id exists; NotYetError when no worker can be had now, and nothing has changed then */
export async function startOnWorker(
  services: Services,
  launcher: RunLauncher,
  { dag, name, params: given, fromRunId }: NewRunRequest,
  dagRunId: string,
): Promise<RunRef> {
  const params: ParamInput = given === null ? { kind: "none" } : { kind: "text", text: given };
  const { ports, close } = services.agent("");
  try {
    const options = { dag, name, params, fromRunId, defaultWorkingDir: "" };
    return await startQueued(services, launcher, await startingSnapshot(services, ports, options), dagRunId);
  } finally {
    await close();
  }
}

/**
 * Records a run as queued and starts it, so that it is not lost on the way: should everybody who knows of it die, a
 * scheduler puts it in line.
 */
export async function startQueued(
  { runs }: Services,
  launcher: RunLauncher,
  snapshot: Snapshot,
  dagRunId: string,
): Promise<RunRef> {
  const now = systemClock.now();
  const stored = await runs.createQueued({ snapshot, dagRunId, createdAt: now, trigger: "manual" });
  const run = { name: snapshot.dag.name, id: dagRunId };
  try {
    return (await launcher.launch({ kind: "continue", run, trigger: "queue" })).run;
  } catch (error) {
    await runs.removeQueued(stored).catch(() => {}); // It may have begun after all.
    throw error;
  }
}
