/** `stop`: asks running runs to end. */
import { requestStop } from "../../agent/control.ts";
import type { Config } from "../../config/config.ts";
import type { RunRef } from "../../core/run.ts";
import { RunStatus } from "../../core/status.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import { findRun, recordedNames } from "./find_run.ts";
import { openStores, type Stores } from "../stores.ts";
import { sweepContainers } from "../sweep_containers.ts";

/** @throws DaguError when nothing is known of a run or a definition of that name */
export async function stopRuns(
  config: Config,
  options: { dag: string; runId: string },
): Promise<{ stopped: RunRef[] }> {
  const stores = openStores(config);
  const runs = options.runId === ""
    ? await activeRuns(stores, options.dag)
    : [await findRun(stores, options.dag, options.runId, "stop")];
  const stopped: RunRef[] = [];
  for (const run of runs) {
    if (run.record.status === RunStatus.Queued) {
      await (await import("./dequeue_run.ts")).dequeueStored(stores, run);
      stopped.push({ name: run.record.name, id: run.record.dagRunId });
      continue;
    }
    if (!isOpen(run) && !run.record.resumes) continue;
    await stopOne(stores, run);
    stopped.push({ name: run.record.name, id: run.record.dagRunId });
  }
  return { stopped };
}

async function activeRuns(stores: Stores, dag: string): Promise<readonly StoredRun[]> {
  const names = await recordedNames(stores, dag);
  for (const name of names) {
    const active = await stores.runs.active(name);
    if (active.length > 0) return active;
  }
  const latest = await Promise.all(names.map((name) => stores.runs.latest(name)));
  if (latest.every((run) => run === null)) await stores.dags.textOf(dag);
  return [];
}

function isOpen({ record: { status } }: StoredRun): boolean {
  return status === RunStatus.Running || status === RunStatus.NotStarted;
}

/** By its socket, else by a file that the owner watches; what a dead owner left behind is ended here, for good. */
export async function stopOne(stores: Stores, run: StoredRun): Promise<void> {
  const { runs } = stores;
  if (run.record.resumes) {
    await runs.amendEnded(run, () => [{ kind: "run", patch: { resumes: false } }]);
    return;
  }
  if (await runs.liveness(run) === "dead") {
    await runs.closeDead(run, { forGood: true });
    return await sweepContainers(stores);
  }
  try {
    if (run.lease && run.lease.socket !== "") return await requestStop(run.lease.socket, run.record.dagRunId);
  } catch {
    // The agent may live on another host, or not listen yet.
  }
  await runs.requestCancel(run);
}
