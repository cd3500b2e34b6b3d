/** Where a root run is stored: finds the folder of a new one, and keeps ids from being used twice. */
import { TakenError } from "../../../core/errors.ts";
import { idTime } from "../../../core/ids.ts";
import type { NewQueued, Snapshot } from "../../../ports/run_store.ts";
import { resolve } from "../../../platform/files/path.ts";
import { dayPath, lockFile, runDirName, runsDir, type StoreRoots } from "../layout.ts";
import { withLock } from "../locks.ts";
import { type AttemptDir, findRunDir, FRESH_MS } from "./run_tree.ts";

/** Where an attempt goes. */
export interface RunPlace {
  /** Folder of the run or sub-run. */
  readonly runDir: string;
  readonly runAt: number;
  /** The attempts that it has already, newest first. */
  readonly earlier: readonly AttemptDir[];
}

/**
 * Calls `open` with the place of a new root run. It has to make the folder by one rename, and to refuse when there is
 * one already.
 * @param dagDir the name that `dagDirName` gives
 * @param what the run is made for: "start" or "queue"
 */
export async function inNewPlace<T>(
  roots: StoreRoots,
  dagDir: string,
  run: NewQueued,
  what: string,
  open: (place: RunPlace) => Promise<T>,
): Promise<T> {
  const { dagRunId, createdAt } = run;
  const runs = runsDir(roots, dagDir);
  // A fresh id that carries its time names the folder, so a second use of it meets the first one's folder. Every
  // other id has to be looked for, and nobody else may do the same meanwhile.
  const made = idTime(dagRunId);
  const age = made === null ? Infinity : Math.abs(createdAt - made);
  const runAt = age < FRESH_MS ? made! : createdAt;
  const runDir = `${runs}/${dayPath(runAt)}/${runDirName(runAt, dagRunId)}`;
  const place = { runDir, runAt, earlier: [] };
  if (age < FRESH_MS / 2) return await open(place);
  return await withLock(lockFile(roots, dagDir), async () => {
    if (findRunDir(runs, dagRunId)) throw idTaken(run, what);
    return await open(place);
  });
}

export function idTaken({ snapshot, dagRunId }: NewQueued, what: string): TakenError {
  return new TakenError(
    `Cannot ${what} "${snapshot.dag.name}": the run id "${dagRunId}" already exists; choose another one`,
  );
}

/** The log folder that applies: a DAG may have its own. */
export function logDirOf(roots: StoreRoots, { dag, workingDir }: Snapshot): string {
  return dag.logDir ? resolve(workingDir || "/", dag.logDir) : roots.logDir;
}
