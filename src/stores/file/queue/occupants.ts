/**
 * Runs that count in a queue: those that live, and those that died and are to go on, so that nobody takes their place
 * meanwhile. All of them have a heartbeat in its folder; sub-runs have none.
 */
import type { RunRef } from "../../../core/run.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import { statIfExistsSync } from "../../../platform/files/files.ts";
import { goesOn } from "../liveness/goes_on.ts";
import { parseProcFileName, procDir, type StoreRoots } from "../layout.ts";
import { attemptLiveness } from "../liveness/liveness.ts";
import { namesIn } from "../runs/run_tree.ts";

/** A heartbeat that changed so recently counts without a look at its owner. */
const FRESH_MS = 45_000;

interface Sign extends RunRef {
  readonly path: string;
}

/**
 * @param find the newest attempt of a root run
 * @returns one entry for each run; `name` is "" for one whose heartbeat does not tell the DAG
 */
export async function occupants(
  roots: StoreRoots,
  queue: string,
  find: (name: string, id: string) => Promise<StoredRun | null>,
): Promise<RunRef[]> {
  const found: RunRef[] = [];
  for (const { path, name, id } of signs(procDir(roots, queue))) {
    const changed = statIfExistsSync(path)?.mtime?.getTime();
    if (changed === undefined) continue;
    if (Math.abs(Date.now() - changed) < FRESH_MS) {
      found.push({ name, id });
      continue;
    }
    // Silent, which an owner that was stopped for a while is too.
    const run = await find(name, id);
    if (run && (attemptLiveness(roots, run) !== "dead" || goesOn(run))) found.push({ name, id });
  }
  return found;
}

/** A heartbeat has two names; the one below the folder of its DAG tells more. */
function signs(folder: string): Sign[] {
  const plain = new Map<string, Sign>();
  const told: Sign[] = [];
  for (const entry of namesIn(folder)) {
    const id = parseProcFileName(entry);
    if (id !== null) {
      plain.set(id, { path: `${folder}/${entry}`, name: "", id });
      continue;
    }
    for (const file of namesIn(`${folder}/${entry}`)) {
      const id = parseProcFileName(file);
      if (id !== null) told.push({ path: `${folder}/${entry}/${file}`, name: entry, id });
    }
  }
  for (const { id } of told) plain.delete(id);
  return [...told, ...plain.values()];
}
