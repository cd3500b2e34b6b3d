/** Finds the run that a command names. */
import { seenRun, settledRun } from "../../agent/settled_run.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { DaguError } from "../../core/errors.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { Stores } from "../stores.ts";

/** @throws DaguError when there is no such run; says which runs there are. */
export async function findRun(
  stores: Stores,
  dag: string,
  runId: string,
  what: string,
): Promise<StoredRun> {
  const name = await stores.dags.nameOf(dag);
  const found = runId === "" ? await stores.runs.latest(name) : await stores.runs.find(name, runId);
  if (found) return found;
  const damaged = [...stores.damaged].find((dir) => runId === "" || dir.includes(`Z_${runId}/`));
  if (damaged) {
    throw new DaguError(
      `Cannot ${what} "${dag}": the record of its run${runId && ` "${runId}"`} in "${damaged}" is damaged`,
    );
  }
  if (runId === "") throw new DaguError(`Cannot ${what} "${dag}": it has no runs`);
  const latest = await stores.runs.latest(name);
  const hint = latest ? `, its newest run is "${latest.record.dagRunId}"` : ", it has no runs";
  throw new DaguError(`Cannot ${what} "${dag}": there is no run "${runId}"${hint}`);
}

/** As {@link settled}, for those who only look: where nothing can be written, the run is shown as it is known to be. */
export async function seen(stores: Stores, run: StoredRun): Promise<StoredRun> {
  return await seenRun(stores.runs, run, systemClock.now());
}

/** A run whose record says that it runs but whose owner is gone is closed first; all others are returned as they are. */
export async function settled(stores: Stores, run: StoredRun): Promise<StoredRun> {
  return await settledRun(stores.runs, run);
}
