/** Finds the run that a command names. */
import { seenRun, settledRun } from "../../agent/settled_run.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { isDefinitionFile } from "../../core/definition_file.ts";
import { DaguError } from "../../core/errors.ts";
import { checkDagName } from "../../core/names.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { Stores } from "../stores.ts";

/**
 * The names under which runs of what a command names may be recorded, the one that counts first: a word is the name of
 * a DAG before it is that of a file, whose definition may have another name.
 */
export async function recordedNames(stores: Pick<Stores, "dags">, dag: string): Promise<string[]> {
  const name = await stores.dags.nameOf(dag);
  const isWord = checkDagName(dag) === "" && !isDefinitionFile(dag);
  return isWord && dag !== name ? [dag, name] : [name];
}

/** The one of {@link recordedNames} that has runs; the name of the definition when none has. */
export async function recordedName(stores: Pick<Stores, "dags" | "runs">, dag: string): Promise<string> {
  const names = await recordedNames(stores, dag);
  for (const name of names) if (await stores.runs.latest(name)) return name;
  return names.at(-1)!;
}

/** @throws DaguError when there is no such run; says which runs there are. */
export async function findRun(
  stores: Stores,
  dag: string,
  runId: string,
  what: string,
): Promise<StoredRun> {
  const names = await recordedNames(stores, dag);
  for (const name of names) {
    const found = runId === "" ? await stores.runs.latest(name) : await stores.runs.find(name, runId);
    if (found) return found;
  }
  const damaged = [...stores.damaged].find((dir) => runId === "" || dir.includes(`Z_${runId}/`));
  if (damaged) {
    throw new DaguError(
      `Cannot ${what} "${dag}": the record of its run${runId && ` "${runId}"`} in "${damaged}" is damaged`,
    );
  }
  if (runId === "") throw new DaguError(`Cannot ${what} "${dag}": it has no runs`);
  const latest = (await Promise.all(names.map((name) => stores.runs.latest(name)))).find((run) =>
    run !== null
  );
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
