/** Ends the record of a run whose owner died. */
import { crashedRecord } from "../../../core/crashed_record.ts";
import { DaguError } from "../../../core/errors.ts";
import { dagDirName } from "../../../core/names.ts";
import type { RunRecord } from "../../../core/run.ts";
import type { CloseOptions, Lease, StoredRun } from "../../../ports/run_store.ts";
import { durableReplace, removeIfExistsSync } from "../../../platform/files/files.ts";
import { hostName } from "../../../platform/process/identity.ts";
import { endLeftovers } from "../../../platform/process/guard/leftovers.ts";
import { dirname } from "../../../platform/files/path.ts";
import { goesOn, isOpen } from "./goes_on.ts";
import { CHILDREN_DIR, EVENTS_FILE, lockFile, STATUS_FILE, type StoreRoots, VALUES_DIR } from "../layout.ts";
import { removeTemporaries } from "../leftovers.ts";
import { attemptLiveness, removeHeartbeats } from "./liveness.ts";
import { withLock } from "../locks.ts";
import { readLease, readRecord } from "../attempt/read_attempt.ts";
import { attemptsOf, namesIn } from "../runs/run_tree.ts";
import { recordToLine } from "../json/status_json.ts";

/**
 * Ends processes that the owner left, then records its running nodes, the run and its sub-runs as failed.
 * @returns the new record; a record that has ended or waits for somebody is returned unchanged
 * @throws DaguError when the owner lives
 */
export async function closeDead(
  roots: StoreRoots,
  run: StoredRun,
  { certain = false, forGood = false }: CloseOptions = {},
): Promise<StoredRun> {
  const lock = lockFile(roots, await dagDirName(run.record.root.name));
  return await withLock(lock, async () => {
    const record = readRecord(run.dir) ?? run.record;
    if (!isOpen(record)) return { ...run, record };
    if (!certain && attemptLiveness(roots, { ...run, record }) === "alive") {
      throw new DaguError(
        `Cannot close the run "${record.dagRunId}" of "${record.name}": its process ${
          run.lease?.pid ?? record.pid
        } is alive`,
      );
    }
    const children = openChildren(run);
    await endLeftovers(
      [record, ...children.map((child) => child.record)].flatMap(processGroups),
      run.lease?.token ?? "",
    );
    const now = Date.now();
    for (const child of children) await recordEnd(child.dir, crashedRecord(child.record, now));
    const closed = crashedRecord(record, now, !forGood && goesOn({ ...run, record }));
    await recordEnd(run.dir, closed);
    // The sign stays for those who look for runs that are to go on.
    if (!record.parent && !closed.resumes) removeHeartbeats(roots, record.dagRunId);
    removeSocket(run.lease);
    return { ...run, record: closed };
  });
}

/** The dead process could not remove it. Whatever else stands at that path is none of ours. */
function removeSocket(lease: Lease | null): void {
  if (!lease || lease.host !== hostName() || !/\/[0-9a-f]{32}\.sock$/.test(lease.socket)) return;
  try {
    if (Deno.lstatSync(lease.socket).isSocket) removeIfExistsSync(lease.socket);
  } catch {
    // It is gone.
  }
}

/** Newest attempts of the sub-runs of a root run that are open and belong to the same owner. */
function openChildren(run: StoredRun): { readonly dir: string; readonly record: RunRecord }[] {
  if (run.record.parent) return [];
  const folder = `${dirname(run.dir)}/${CHILDREN_DIR}`;
  const open: { dir: string; record: RunRecord }[] = [];
  for (const name of namesIn(folder)) {
    const newest = attemptsOf(`${folder}/${name}`)[0];
    const record = newest && readRecord(newest.path);
    if (!record || !isOpen(record)) continue;
    const lease = readLease(newest.path);
    if (lease?.token !== run.lease?.token) continue;
    open.push({ dir: newest.path, record });
  }
  return open;
}

function processGroups(record: RunRecord): number[] {
  return [...record.nodes, ...Object.values(record.handlers)].map((node) => node.state.pgid).filter((pgid) =>
    pgid > 0
  );
}

async function recordEnd(dir: string, record: RunRecord): Promise<void> {
  await durableReplace(`${dir}/${STATUS_FILE}`, recordToLine(record, true) + "\n");
  removeIfExistsSync(`${dir}/${EVENTS_FILE}`);
  removeIfExistsSync(`${dir}/${VALUES_DIR}`, { recursive: true });
  removeTemporaries(dir);
}
