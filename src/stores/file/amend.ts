/** Changes the record of a run that waits for somebody: nobody owns it meanwhile. */
import { DaguError } from "../../core/errors.ts";
import { dagDirName } from "../../core/names.ts";
import { applyEvent, type RunEvent, type RunRecord } from "../../core/run.ts";
import { RunStatus, runStatusName } from "../../core/status.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import { durableReplace } from "../../platform/files.ts";
import { dirname } from "../../platform/path.ts";
import { lockFile, STATUS_FILE, type StoreRoots } from "./layout.ts";
import { withLock } from "./locks.ts";
import { readRecord } from "./read_attempt.ts";
import { attemptsOf } from "./run_tree.ts";
import { recordToLine } from "./status_json.ts";

export async function amend(
  roots: StoreRoots,
  run: StoredRun,
  change: (record: RunRecord) => readonly RunEvent[],
): Promise<StoredRun> {
  const lock = lockFile(roots, await dagDirName(run.record.root.name));
  return await withLock(lock, async () => {
    const record = readRecord(run.dir) ?? run.record;
    const newest = attemptsOf(dirname(run.dir))[0];
    if (record.status !== RunStatus.Waiting || newest && newest.path !== run.dir) {
      const state = record.status === RunStatus.Waiting
        ? "has a newer attempt"
        : runStatusName(record.status);
      throw new DaguError(
        `Cannot change the run "${record.dagRunId}" of "${record.name}": it does not wait, it is ${state}`,
      );
    }
    const amended = change(record).reduce(applyEvent, record);
    await durableReplace(`${run.dir}/${STATUS_FILE}`, recordToLine(amended, true) + "\n");
    return { ...run, record: amended };
  });
}
