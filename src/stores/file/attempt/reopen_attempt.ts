/** Goes on with an attempt that another process had open: one that writes down what a third one tells. */
import { DaguError } from "../../../core/errors.ts";
import { RunStatus, runStatusName } from "../../../core/status.ts";
import type { Snapshot, StoredRun } from "../../../ports/run_store.ts";
import { basename, dirname } from "../../../platform/files/path.ts";
import { FileAttempt } from "./attempt.ts";
import { Heartbeat } from "../liveness/heartbeat.ts";
import { parseAttemptDirName, parseRunDirName, STATUS_FILE, type StoreRoots, viewDir } from "../layout.ts";
import { readRecord } from "./read_attempt.ts";
import { releaseReserve } from "../reserve.ts";
import { logDirOf } from "../runs/run_place.ts";
import { attemptsOf } from "../runs/run_tree.ts";

/** @throws DaguError when the attempt has ended */
export function reopenAttempt(
  roots: StoreRoots,
  { dir, record: seen }: StoredRun,
  snapshot: Snapshot,
): FileAttempt {
  const record = readRecord(dir) ?? seen;
  const { name, dagRunId, parent, status } = record;
  if (status !== RunStatus.Running && status !== RunStatus.NotStarted) {
    throw new DaguError(
      `Cannot go on with the record of the run "${dagRunId}" of "${name}": its status is ${
        runStatusName(status)
      }`,
    );
  }
  const statusFile = Deno.openSync(`${dir}/${STATUS_FILE}`, { append: true });
  const runDir = dirname(dir);
  const at = parseAttemptDirName(basename(dir))?.at ?? record.createdAt;
  const runAt = parent ? attemptsOf(runDir).at(-1)?.at ?? at : parseRunDirName(basename(runDir))?.at ?? at;
  const { dag } = snapshot;
  return new FileAttempt({
    dir,
    record,
    placed: Promise.resolve(),
    noted: Promise.resolve(),
    statusFile,
    statusBytes: statusFile.statSync().size,
    viewDir: viewDir(logDirOf(roots, snapshot), name, runAt, dagRunId),
    heartbeat: parent ? null : Heartbeat.start(roots, dag.queue || dag.name, dag.name, dagRunId, at),
    flushes: parent === null,
    makeRoom: () => releaseReserve(roots),
  });
}
