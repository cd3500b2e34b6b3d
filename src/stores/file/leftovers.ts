/**
 * What processes that were killed left half done: temporary files, folders without a name yet, dead sockets. And what
 * is kept of definitions that may be gone.
 */
import { removeIfExistsSync, statIfExistsSync } from "../../platform/files/files.ts";
import { processExists } from "../../platform/process/identity.ts";
import { isDeadSocket } from "../../platform/socket/socket.ts";
import { socketFolders } from "../../platform/socket/socket_path.ts";
import { pause } from "../../platform/time/timer.ts";
import { dagRunsDir, type StoreRoots } from "./layout.ts";
import { dayDirs, isLeftover, namesIn } from "./runs/run_tree.ts";

export interface LeftoverRoots extends StoreRoots {
  readonly dagsDir: string;
}

/** `.NAME.PID.tmp`, `.NAME.PID-COUNT.tmp`. */
const TEMPORARY = /^\..+\.(\d+)(?:-\d+)?\.tmp$/;
const SOCKET = /^[0-9a-f]{32}\.sock$/;
/** Folders of the data that are large, and have their own ways. */
const LARGE = ["dag-runs", "index", "cache", "worker-tasks"];
const MAX_DEPTH = 4;
/** What was read from a definition is read anew after this: nobody tells when there is no such file any more. */
const CACHED_MS = 30 * 86_400_000;
/** Days of a history, newest first, in which something may have been left. */
const DAYS = 2;

/**
 * Paths of what a process that is no more seems to have left. What another machine is about to write looks like that
 * too: only what is still there a minute later is nobody's.
 */
export async function findLeftovers(roots: LeftoverRoots): Promise<string[]> {
  const found: string[] = [];
  for (const folder of new Set(folders(roots))) {
    for (const name of namesIn(folder)) {
      if (await isLeft(folder, name)) found.push(`${folder}/${name}`);
    }
    // Whoever looks has other work.
    await pause(0);
  }
  return [...found, ...oldEntries(`${roots.dataDir}/cache`)];
}

function oldEntries(cache: string): string[] {
  const entries = namesIn(cache).filter((name) => name.endsWith(".json")).map((name) => `${cache}/${name}`);
  return entries.filter((path) => {
    const madeAt = statIfExistsSync(path)?.mtime?.getTime() ?? Infinity;
    return Date.now() - madeAt > CACHED_MS;
  });
}

export function removeLeftovers(paths: readonly string[]): void {
  for (const path of paths) removeIfExistsSync(path, { recursive: true });
}

/** Removes the temporary files of a process that is known to be dead. */
export function removeTemporaries(folder: string): void {
  removeLeftovers(namesIn(folder).filter((name) => TEMPORARY.test(name)).map((name) => `${folder}/${name}`));
}

async function isLeft(folder: string, name: string): Promise<boolean> {
  if (SOCKET.test(name)) return await isDeadSocket(`${folder}/${name}`);
  const maker = TEMPORARY.exec(name)?.[1];
  return maker === undefined ? isLeftover(name) : !processExists(Number(maker));
}

function* folders(roots: LeftoverRoots): Generator<string> {
  yield* below(roots.dataDir, MAX_DEPTH, LARGE);
  yield* below(roots.dagsDir, MAX_DEPTH, []);
  yield* socketFolders(roots.dataDir);
  for (const dag of namesIn(dagRunsDir(roots))) {
    let days = 0;
    for (const { path } of dayDirs(`${dagRunsDir(roots)}/${dag}/dag-runs`)) {
      if (days++ === DAYS) break;
      yield path;
    }
  }
}

/** A folder and those in it; what begins with a dot has been left, or is none of ours. */
function* below(folder: string, depth: number, except: readonly string[]): Generator<string> {
  yield folder;
  if (depth === 0) return;
  for (const name of subfolders(folder)) {
    if (!name.startsWith(".") && !except.includes(name)) yield* below(`${folder}/${name}`, depth - 1, []);
  }
}

function subfolders(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter((entry) => entry.isDirectory).map((entry) => entry.name);
  } catch {
    return []; // It is gone, or closed to this user.
  }
}
