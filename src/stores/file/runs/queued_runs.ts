/** Runs that wait in a queue: records without an owner, until a further attempt carries them out. */
import { DaguError } from "../../../core/errors.ts";
import { attemptId as newAttemptId } from "../../../core/ids.ts";
import { dagDirName } from "../../../core/names.ts";
import { newRunRecord, type RunRecord } from "../../../core/run.ts";
import { RunStatus, runStatusName } from "../../../core/status.ts";
import type { NewQueued, StoredRun } from "../../../ports/run_store.ts";
import { ensureDirSync } from "../../../platform/files/files.ts";
import { dirname } from "../../../platform/files/path.ts";
import { makeFolder } from "../attempt/attempt_folder.ts";
import { snapshotToJson } from "../json/dag_json.ts";
import { noteDigest } from "../dags/definition_digest.ts";
import {
  attemptDirName,
  DAG_FILE,
  lockFile,
  runLogDir,
  runLogName,
  STATUS_FILE,
  type StoreRoots,
} from "../layout.ts";
import { withLock } from "../locks.ts";
import { readRecord } from "../attempt/read_attempt.ts";
import { keepReserve } from "../reserve.ts";
import { removeFolders, removeRuns } from "./retention.ts";
import { idTaken, inNewPlace, logDirOf, type RunPlace } from "./run_place.ts";
import { attemptsOf } from "./run_tree.ts";
import { recordToLine } from "../json/status_json.ts";

export async function createQueued(roots: StoreRoots, run: NewQueued): Promise<StoredRun> {
  const dagDir = await dagDirName(run.snapshot.dag.name);
  keepReserve(roots);
  return await inNewPlace(roots, dagDir, run, "queue", (place) => openQueued(roots, run, place));
}

async function openQueued(roots: StoreRoots, run: NewQueued, place: RunPlace): Promise<StoredRun> {
  const { snapshot, dagRunId, createdAt } = run;
  const { dag, params } = snapshot;
  const attemptId = newAttemptId((length) => crypto.getRandomValues(new Uint8Array(length)));
  const name = attemptDirName(createdAt, attemptId);
  const logs = runLogDir(logDirOf(roots, snapshot), dag.name, place.runAt, dagRunId);
  const fresh = newRunRecord({
    dag,
    dagRunId,
    attemptId,
    root: { name: dag.name, id: dagRunId },
    parent: null,
    params,
    createdAt,
    log: `${logs}/${runLogName(createdAt, dagRunId)}`,
    pid: 0,
    workerId: "",
    trigger: run.trigger,
    priority: run.priority,
  });
  const record: RunRecord = { ...fresh, status: RunStatus.Queued, queuedAt: createdAt };
  const definition = snapshotToJson(snapshot);
  const folder = await makeFolder({
    path: place.runDir,
    attempt: name,
    sync: true,
    durable: { [STATUS_FILE]: recordToLine(record, false) + "\n", [DAG_FILE]: definition },
    volatile: {},
  });
  if (!folder) throw idTaken(run, "queue");
  for (const file of Object.values(folder.files)) file.close();
  const dir = `${place.runDir}/${name}`;
  try {
    await Promise.all([folder.placed, noteDigest(dir, definition)]);
    // Dagu expects it when it carries out what was queued here.
    ensureDirSync(logs);
  } catch (error) {
    // What is refused must not be queued after all.
    removeFolders([place.runDir]);
    throw error;
  }
  return { record, dir, lease: null };
}

export async function removeQueued(roots: StoreRoots, run: StoredRun): Promise<void> {
  const { name, dagRunId } = run.record;
  await withLock(lockFile(roots, await dagDirName(name)), () => {
    const runDir = dirname(run.dir);
    const attempts = attemptsOf(runDir);
    const record = attempts[0]?.path === run.dir ? readRecord(run.dir) : null;
    if (record?.status !== RunStatus.Queued) {
      const now = attempts[0] && readRecord(attempts[0].path);
      throw new DaguError(
        `Cannot take the run "${dagRunId}" of "${name}" out of its queue: ${
          now ? `its status is ${runStatusName(now.status)}` : "it is gone"
        }`,
      );
    }
    if (attempts.length > 1) removeFolders([run.dir]);
    else removeRuns(roots, [{ path: runDir, id: dagRunId, at: attempts[0]!.at }]);
    return Promise.resolve();
  });
}
