/** Removes history that is old enough. */
import { isActiveRun, RunStatus } from "../../../core/status.ts";
import { isMissing, removeIfExistsSync, statIfExistsSync, syncSync } from "../../../platform/files/files.ts";
import { basename, dirname, isInside } from "../../../platform/files/path.ts";
import { readRegularSync } from "../../../platform/files/bounded_text.ts";
import { snapshotFromJson } from "../json/dag_json.ts";
import {
  CHILDREN_DIR,
  DAG_FILE,
  parseChildDirName,
  parseRunDirName,
  REMOVED,
  STATUS_FILE,
  type StoreRoots,
  viewDir,
} from "../layout.ts";
import { attemptLiveness } from "../liveness/liveness.ts";
import { readLease, readRecord } from "../attempt/read_attempt.ts";
import { logDirOf } from "./run_place.ts";
import { attemptsOf, dayDirs, isLeftover, namesIn, type RunDir, runsOfDay } from "./run_tree.ts";

const DAY_MS = 86_400_000;

/**
 * Removes the runs below `runs` that began, and were last tried, before a time, and that have ended; their logs with
 * them. Folders of younger days are not even opened.
 * @returns ids of the runs, oldest day last
 */
export function removeBefore(roots: StoreRoots, runs: string, before: number, dryRun: boolean): string[] {
  const ids: string[] = [];
  for (const day of dayDirs(runs)) {
    if (day.start >= before) continue;
    const old = runsOfDay(day.path).filter((run) => run.at < before && mayGo(roots, run, before)).toArray();
    ids.push(...old.map(({ id }) => id));
    if (dryRun) continue;
    removeRuns(roots, old);
    if (day.start + DAY_MS < before) removeLeftovers(day.path);
    removeEmpty(day.path, runs);
  }
  return ids;
}

function mayGo(roots: StoreRoots, run: RunDir, before: number): boolean {
  const newest = attemptsOf(run.path)[0];
  if (!newest) return true;
  // The last change counts, not the name: the record of a run that was moved here may be older than its folder.
  const changed = statIfExistsSync(`${newest.path}/${STATUS_FILE}`)?.mtime?.getTime() ?? newest.at;
  if (changed >= before) return false;
  const record = readRecord(newest.path);
  // What cannot be read ended long ago in some way that nobody will find out any more.
  if (!record) return true;
  const liveness = () => attemptLiveness(roots, { record, dir: newest.path, lease: readLease(newest.path) });
  if (!isActiveRun(record.status)) return liveness() !== "alive";
  // Nobody looked at it since its owner died.
  return record.status === RunStatus.Running && liveness() === "dead";
}

/** Removes runs of one day with their logs. */
export function removeRuns(roots: StoreRoots, runs: readonly RunDir[]): void {
  for (const run of runs) for (const log of logFolders(roots, run)) removeLogs(log);
  removeFolders(runs.map(({ path }) => path));
}

/**
 * Removes folders of runs that stand in one folder: half of one must not be found, should a kill or a power cut end
 * the removal early.
 */
export function removeFolders(paths: readonly string[]): void {
  const hidden = paths.map(hide).filter((path) => path !== "");
  if (hidden.length > 0) syncSync(dirname(hidden[0]));
  for (const path of hidden) removeIfExistsSync(path, { recursive: true });
}

/** @returns its new path, "" when it is gone */
function hide(path: string): string {
  const hidden = `${dirname(path)}/${REMOVED}${crypto.randomUUID()}`;
  try {
    Deno.renameSync(path, hidden);
    return hidden;
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}

/** Folders below the log folder that belong to the run and its sub-runs. */
function logFolders(roots: StoreRoots, run: RunDir): string[] {
  const folders = new Set<string>();
  const add = (folder: string, id: string, at: number) => {
    for (const attempt of attemptsOf(folder)) {
      const record = readRecord(attempt.path);
      if (!record) continue;
      const base = logBase(roots, attempt.path);
      folders.add(viewDir(base, record.name, at, id));
      const own = dirname(record.log);
      if (record.log && isInside(base, own) && parseRunDirName(basename(own))?.id === id) folders.add(own);
    }
  };
  add(run.path, run.id, run.at);
  for (const name of namesIn(`${run.path}/${CHILDREN_DIR}`)) {
    const id = parseChildDirName(name);
    const folder = `${run.path}/${CHILDREN_DIR}/${name}`;
    if (id) add(folder, id, attemptsOf(folder).at(-1)?.at ?? run.at);
  }
  return [...folders];
}

/** The log folder that applied to an attempt: a DAG may have its own. */
function logBase(roots: StoreRoots, attempt: string): string {
  try {
    return logDirOf(roots, snapshotFromJson(readRegularSync(`${attempt}/${DAG_FILE}`)));
  } catch {
    return roots.logDir;
  }
}

function removeLogs(folder: string): void {
  removeIfExistsSync(folder, { recursive: true });
  removeIfEmpty(dirname(folder));
}

function removeLeftovers(day: string): void {
  for (const name of namesIn(day)) {
    if (isLeftover(name)) removeIfExistsSync(`${day}/${name}`, { recursive: true });
  }
}

/** Removes a day folder, its month and its year, as far as they are empty. */
function removeEmpty(day: string, runs: string): void {
  for (let folder = day; folder !== runs && isInside(runs, folder); folder = dirname(folder)) {
    if (!removeIfEmpty(folder)) return;
  }
}

function removeIfEmpty(folder: string): boolean {
  try {
    Deno.removeSync(folder);
    return true;
  } catch {
    return false;
  }
}
