/** Whether the owner of an attempt lives. */
import type { StoredRun } from "../../../ports/run_store.ts";
import { isActiveRun, RunStatus } from "../../../core/status.ts";
import { bootId, hostName, isSameProcess, processStartTime } from "../../../platform/process/identity.ts";
import { readTailSync, removeIfExistsSync, statIfExistsSync } from "../../../platform/files/files.ts";
import { isFolder, readableNames } from "../../../platform/folders/list_folder.ts";
import { parseProcFileName, procRoot, type StoreRoots } from "../layout.ts";

export type Liveness = "alive" | "dead" | "unknown";

/** Silence after which an owner on another host counts as dead. */
const SILENCE_MS = 20_000;
/** Dagu's own limit for its heartbeats. */
const DAGU_SILENCE_MS = 45_000;

/** When this process first saw a sign of life as it still is; by file and content, on the own monotonic clock. */
const seen = /* @__PURE__ */ new Map<string, { readonly sign: string; readonly at: number }>();

/** @param now milliseconds of the monotonic clock */
export function attemptLiveness(roots: StoreRoots, run: StoredRun, now = performance.now()): Liveness {
  const { lease, record } = run;
  if (record.status !== RunStatus.NotStarted && !isActiveRun(record.status)) return "dead";
  if (!lease) return daguLiveness(roots, run);
  if (lease.host === hostName()) {
    if (lease.bootId !== bootId()) return "dead";
    return isSameProcess(lease.pid, lease.startTime) ? "alive" : "dead";
  }
  // Clocks of two hosts cannot be compared: all that counts is whether the sign changes while we look.
  const sign = heartbeats(roots, record.root.id).map(({ path, mtime }) => `${path} ${mtime} ${content(path)}`)
    .join("\n");
  const key = `${procRoot(roots)} ${record.root.name} ${record.root.id} ${lease.epoch}`;
  const first = seen.get(key);
  if (first && first.sign !== sign) {
    seen.set(key, { sign, at: now });
    return "alive";
  }
  if (!first) seen.set(key, { sign, at: now });
  return first && now - first.at > SILENCE_MS ? "dead" : "unknown";
}

/** Dagu 1.30 keeps no lease: its heartbeat tells, with the age that Dagu itself allows. */
function daguLiveness(roots: StoreRoots, { record }: StoredRun): Liveness {
  const now = Date.now();
  const fresh = heartbeats(roots, record.root.id).some(({ path, mtime }) =>
    Math.abs(now - mtime) < DAGU_SILENCE_MS || Math.abs(now - content(path)) < DAGU_SILENCE_MS
  );
  if (!fresh) return "dead";
  return record.pid > 0 && processStartTime(record.pid) !== "" ? "alive" : "unknown";
}

/** Ids of the root runs, of whatever DAG, that have a heartbeat file. */
export function idsWithHeartbeat(roots: StoreRoots): string[] {
  const ids = new Set<string>();
  const look = (folder: string, depth: number) => {
    for (const name of readableNames(folder)) {
      const id = parseProcFileName(name);
      if (id !== null) ids.add(id);
      else if (depth > 0 && isFolder(`${folder}/${name}`)) {
        look(`${folder}/${name}`, depth - 1);
      }
    }
  };
  look(procRoot(roots), 2);
  return [...ids];
}

/**
 * Takes away what an owner that is no more could not remove itself.
 * @param own those of an owner that lives
 */
export function removeHeartbeats(roots: StoreRoots, dagRunId: string, own: readonly string[] = []): void {
  for (const { path } of heartbeats(roots, dagRunId)) if (!own.includes(path)) removeIfExistsSync(path);
}

/** Heartbeat files of a root run, in either form. */
function heartbeats(
  roots: StoreRoots,
  dagRunId: string,
): { readonly path: string; readonly mtime: number }[] {
  const found: { path: string; mtime: number }[] = [];
  const look = (folder: string, depth: number) => {
    for (const name of readableNames(folder)) {
      const path = `${folder}/${name}`;
      if (parseProcFileName(name) !== dagRunId) {
        if (depth > 0 && isFolder(path)) look(path, depth - 1);
        continue;
      }
      const info = statIfExistsSync(path);
      if (info?.isFile) found.push({ path, mtime: info.mtime?.getTime() ?? 0 });
    }
  };
  look(procRoot(roots), 2);
  return found;
}

/** Unix milliseconds that a heartbeat holds; 0 when it holds none. */
function content(path: string): number {
  try {
    const bytes = readTailSync(path, 8);
    return bytes.length < 8 ? 0 : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)) * 1000;
  } catch {
    return 0;
  }
}
