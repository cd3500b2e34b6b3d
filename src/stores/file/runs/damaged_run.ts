/** What lists tell of a run whose record cannot be read: that it is there, and that it is damaged. */
import { newRunRecord } from "../../../core/run.ts";
import { RunStatus } from "../../../core/status.ts";
import { readRegularSync } from "../../../platform/files/bounded_text.ts";
import { statIfExistsSync } from "../../../platform/files/files.ts";
import { basename, dirname } from "../../../platform/files/path.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import { snapshotFromJson } from "../json/dag_json.ts";
import { DAG_FILE, LEASE_FILE, parseRunDirName, STATUS_FILE } from "../layout.ts";
import { regularSize } from "../attempt/read_attempt.ts";
import type { AttemptDir } from "./run_tree.ts";

/** Dagu makes the folder of an attempt first, and the record in it so much later at most. */
const YOUNG_MS = 10_000;

/**
 * @param attempts none of which can be read, newest first
 * @param name of the DAG; told by the files when it is left out
 * @returns null when there is nothing that could be damaged
 */
export function damagedRun(
  runDir: string,
  attempts: readonly AttemptDir[],
  name: string = nameOf(runDir, attempts),
): StoredRun | null {
  const run = parseRunDirName(basename(runDir));
  const [newest] = attempts;
  if (!run || !newest || isBeingMade(newest)) return null;
  const record = newRunRecord({
    dag: { name, steps: [], handlers: {} },
    dagRunId: run.id,
    attemptId: newest.attemptId,
    root: { name, id: run.id },
    parent: null,
    params: [],
    createdAt: attempts.at(-1)!.at,
    log: "",
    pid: 0,
    workerId: "",
  });
  const error = `Its record in "${newest.path}" is damaged`;
  return {
    record: { ...record, status: RunStatus.Failed, error },
    dir: newest.path,
    lease: null,
    damaged: true,
  };
}

function isBeingMade({ path, at }: AttemptDir): boolean {
  if (Date.now() - at > YOUNG_MS) return false;
  try {
    const record = statIfExistsSync(`${path}/${STATUS_FILE}`);
    return !statIfExistsSync(`${path}/${LEASE_FILE}`) && (!record || record.isFile && record.size === 0);
  } catch {
    return false; // A file where the folder was, a link to itself.
  }
}

/** As its definition has it, which may be sound; else as the folder of the history is called. */
function nameOf(runDir: string, attempts: readonly AttemptDir[]): string {
  for (const { path } of attempts) {
    try {
      if (regularSize(`${path}/${DAG_FILE}`) === 0) continue;
      return snapshotFromJson(readRegularSync(`${path}/${DAG_FILE}`)).dag.name;
    } catch {
      // Damaged as well.
    }
  }
  let folder = runDir;
  for (let i = 0; i < 5; i++) folder = dirname(folder);
  return basename(folder);
}
