/** Finds run and attempt folders of one DAG: newest first, looking at as few folders as possible. */
import { idTime, tellsTime } from "../../../core/ids.ts";
import { listFolderSync, listLargeFolderSync } from "../../../platform/folders/list_folder.ts";
import { dayPath, parseAttemptDirName, parseRunDirName, REMOVED, runDirName, UNFINISHED } from "../layout.ts";

const DAY_MS = 86_400_000;
/** An id that was made at most this long before its run names the run folder: see {@link idTime}. */
export const FRESH_MS = 60_000;
/** Where names of run folders have their ids. */
const ID_AT = "dag-run_20260131_235959Z_".length;

/** One run folder. */
export interface RunDir {
  readonly path: string;
  readonly id: string;
  /** Creation, Unix milliseconds, at the resolution of one second. */
  readonly at: number;
}

/** One attempt folder. */
export interface AttemptDir {
  readonly path: string;
  readonly attemptId: string;
  readonly at: number;
}

export { listFolderSync as namesIn };

/** Day folders below `runs`, newest first; read as the caller asks for them. */
export function* dayDirs(runs: string): Generator<{ readonly path: string; readonly start: number }> {
  const numbered = (path: string, pattern: RegExp) =>
    listFolderSync(path).filter((name) => pattern.test(name)).sort().reverse();
  for (const year of numbered(runs, /^\d{4}$/)) {
    for (const month of numbered(`${runs}/${year}`, /^\d{2}$/)) {
      for (const day of numbered(`${runs}/${year}/${month}`, /^\d{2}$/)) {
        const start = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
        if (!Number.isNaN(start)) yield { path: `${runs}/${year}/${month}/${day}`, start };
      }
    }
  }
}

/**
 * Runs of a day, newest first. A day may hold thousands, of which most callers want the newest: others are put in order,
 * and names taken apart, as they are asked for.
 */
export function* runsOfDay(day: string): Generator<RunDir> {
  const names = listLargeFolderSync(day).filter((name) => name.startsWith("dag-run_"));
  const newest = names.reduce((one, other) => one > other ? one : other, "").slice(0, ID_AT);
  yield* runsOfSecond(day, names.filter((name) => name.startsWith(newest)).sort().reverse());
  const older = names.filter((name) => !name.startsWith(newest)).sort().reverse();
  for (let from = 0, to = 0; from < older.length; from = to) {
    const stamp = older[from].slice(0, ID_AT);
    while (to < older.length && older[to].startsWith(stamp)) to++;
    yield* runsOfSecond(day, older.slice(from, to));
  }
}

/** @param names of folders that tell the same time, last ones first */
function runsOfSecond(day: string, names: readonly string[]): Iterable<RunDir> {
  return names.length < 2 || tellOrder(names) ? runsOf(day, names) : sameSecond([...runsOf(day, names)]);
}

function* runsOf(day: string, names: readonly string[]): Generator<RunDir> {
  for (const name of names) {
    const parsed = parseRunDirName(name);
    if (parsed) yield { path: `${day}/${name}`, ...parsed };
  }
}

/** Whether the order of names is that of the runs: all ids tell when they were made, and it was then. */
function tellOrder(names: readonly string[]): boolean {
  const ends = [names[0], names[names.length - 1]];
  return names.every((name) => tellsTime(name.slice(ID_AT))) &&
    ends.every((name) => isOfSecond(parseRunDirName(name)));
}

/** Orders runs whose folders tell the same time, newest first. */
function sameSecond(runs: readonly RunDir[]): RunDir[] {
  const exact = runs.map((run) => {
    const at = isOfSecond(run) ? idTime(run.id)! : attemptsOf(run.path).at(-1)?.at ?? run.at;
    return { run, at };
  });
  return exact.sort((a, b) => b.at - a.at || (a.run.id < b.run.id ? 1 : -1)).map(({ run }) => run);
}

/** Whether the id of a run tells that it was made in the second that its folder tells. */
function isOfSecond(run: { readonly id: string; readonly at: number } | null): boolean {
  const made = run && idTime(run.id);
  return made !== null && Math.floor(made / 1000) * 1000 === run?.at;
}

/** Root runs, newest first. */
export function* allRuns(runs: string): Generator<RunDir> {
  for (const day of dayDirs(runs)) yield* runsOfDay(day.path);
}

/**
 * The folder of a run; null when there is none. Ids that carry a time are found without a search.
 * @param madeAt when the run was probably made, for others
 */
export function findRunDir(runs: string, dagRunId: string, madeAt?: number): RunDir | null {
  const made = idTime(dagRunId);
  const looked = new Set<string>();
  for (const at of [made, madeAt]) {
    const found = at === null || at === undefined ? null : findAt(runs, dagRunId, at);
    if (found) return found;
  }
  if (made !== null) {
    for (const at of [made, made + DAY_MS, made - DAY_MS]) {
      const near = `${runs}/${dayPath(at)}`;
      looked.add(near);
      const found = findInDay(near, dagRunId);
      if (found) return found;
    }
  }
  for (const day of dayDirs(runs)) {
    if (looked.has(day.path)) continue;
    const found = findInDay(day.path, dagRunId);
    if (found) return found;
  }
  return null;
}

function findAt(runs: string, dagRunId: string, at: number): RunDir | null {
  const name = runDirName(at, dagRunId);
  const path = `${runs}/${dayPath(at)}/${name}`;
  return isDirectory(path) ? { path, ...parseRunDirName(name)! } : null;
}

function findInDay(day: string, dagRunId: string): RunDir | null {
  let newest: RunDir | null = null;
  const ending = `Z_${dagRunId}`;
  for (const name of listLargeFolderSync(day)) {
    const parsed = name.endsWith(ending) ? parseRunDirName(name) : null;
    if (parsed?.id === dagRunId && (!newest || parsed.at > newest.at)) {
      newest = { path: `${day}/${name}`, ...parsed };
    }
  }
  return newest;
}

/** Attempts in the folder of a run or sub-run, newest first. */
export function attemptsOf(runDir: string): AttemptDir[] {
  const attempts: (AttemptDir & { readonly name: string })[] = [];
  for (const name of listFolderSync(runDir)) {
    const parsed = parseAttemptDirName(name);
    if (parsed) attempts.push({ path: `${runDir}/${name}`, name, ...parsed });
  }
  return attempts.sort((a, b) => (a.name < b.name ? 1 : -1));
}

/** A folder that a killed process was making or removing. */
export function isLeftover(name: string): boolean {
  return name.startsWith(UNFINISHED) || name.startsWith(REMOVED);
}

function isDirectory(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}
