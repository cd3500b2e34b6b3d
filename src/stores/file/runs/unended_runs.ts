/** Runs without an end, found in the whole history: those that wait in a queue, begin or run, or are to go on after a crash. */
import { RunStatus } from "../../../core/status.ts";
import { readHeadSync } from "../../../platform/files/files.ts";
import { pause } from "../../../platform/time/timer.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import { dagRunsDir, runsDir, STATUS_FILE, type StoreRoots } from "../layout.ts";
import { readLease, readRecord, regularSize } from "../attempt/read_attempt.ts";
import { allRuns, attemptsOf, namesIn } from "./run_tree.ts";

/** Runs that are looked at before others get a turn. */
const BATCH = 100;
/** The status stands in the first characters of a line. */
const HEAD_BYTES = 1024;
const UNENDED: readonly RunStatus[] = [RunStatus.NotStarted, RunStatus.Running, RunStatus.Queued];

export async function* unendedRuns(roots: StoreRoots): AsyncGenerator<StoredRun> {
  let looked = 0;
  for (const dagDir of namesIn(dagRunsDir(roots))) {
    for (const run of allRuns(runsDir(roots, dagDir))) {
      if (++looked % BATCH === 0) await pause(0);
      const newest = attemptsOf(run.path)[0]?.path;
      if (!newest || !mayBeUnended(`${newest}/${STATUS_FILE}`)) continue;
      const record = readRecord(newest);
      if (record && (UNENDED.includes(record.status) || record.resumes)) {
        yield { record, dir: newest, lease: readLease(newest) };
      }
    }
  }
}

/** Tells nearly all other runs by their first bytes: an attempt that has ended has one line. */
function mayBeUnended(path: string): boolean {
  if (regularSize(path) === 0) return false;
  const head = new TextDecoder().decode(readHeadSync(path, HEAD_BYTES));
  const [, status, resumes] = /"status":\s*(\d+)(,"resumes":true)?/.exec(head) ?? [];
  return status !== undefined && (UNENDED.includes(Number(status) as RunStatus) || resumes !== undefined);
}
