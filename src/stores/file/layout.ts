/**
 * Names and places of everything that the file store keeps. Text only, nothing is touched here.
 *
 * ```
 * <dataDir>/dag-runs/<dag>/dag-runs/YYYY/MM/DD/dag-run_<time>Z_<id>/
 *     attempt_<time>_<ms>Z_<attempt>/  status.jsonl events.jsonl dag.json dag.json.sha256 outputs.json lease.json <step>.stdout.log
 *     children/child_<id>/attempt_…/   always directly below the root run
 * <dataDir>/proc/<queue or dag>/<id>_<unix seconds>
 * <logDir>/<dag>/dag-run_<time>Z_<id>/dag-run_<local time>.<id, 8 characters>.log
 * <logDir>/dags/<dag>/<time>_<id>/      the view for people
 * ```
 * Times in names are UTC unless they are called local.
 */
import { pathPart, safeName } from "../../core/names.ts";

/** The folders that the store lives in, absolute. */
export interface StoreRoots {
  readonly dataDir: string;
  readonly logDir: string;
  /** Default: `dag-runs` below `dataDir`. */
  readonly dagRunsDir?: string;
  /** Default: `proc` below `dataDir`. */
  readonly procDir?: string;
}

/** Folder that holds the history of every DAG. */
export function dagRunsDir(roots: StoreRoots): string {
  return roots.dagRunsDir || `${roots.dataDir}/dag-runs`;
}

/** Folder that holds all heartbeats. */
export function procRoot(roots: StoreRoots): string {
  return roots.procDir || `${roots.dataDir}/proc`;
}

/**
 * Folder of the claims of schedulers: beside a data folder that is called `data`, inside any other, so that all who
 * share the data share the claims.
 */
export function leaseDir(dataDir: string): string {
  return `${dataDir.replace(/\/data$/, "") || dataDir}/scheduler/locks`;
}

/** Snapshots of the record, one a line; one line when the attempt has ended. */
export const STATUS_FILE = "status.jsonl";
/** Changes since, one a line; gone when the attempt has ended. */
export const EVENTS_FILE = "events.jsonl";
/** The definition as it was resolved for the attempt. */
export const DAG_FILE = "dag.json";
export const DIGEST_FILE = "dag.json.sha256";
export const OUTPUTS_FILE = "outputs.json";
/** Values that no environment can hold, while the attempt runs. */
export const VALUES_DIR = "values";
/** Who owns the attempt. */
export const LEASE_FILE = "lease.json";
/** Empty; its presence asks the owner to stop. */
export const CANCEL_FILE = "CANCEL_REQUESTED";
export const CHILDREN_DIR = "children";
/** Begins names of folders that are being made or removed: no reader looks at them. */
export const UNFINISHED = ".new-";
export const REMOVED = ".old-";

/** `YYYYMMDD_HHMMSS`, UTC. */
export function utcStamp(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 10)}_${iso.slice(11, 13)}${iso.slice(14, 16)}${
    iso.slice(17, 19)
  }`;
}

/** Unix milliseconds of a stamp with an optional `_mmm`; NaN for a date that does not exist. */
export function parseStamp(day: string, time: string, ms = "000"): number {
  return Date.parse(
    `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${
      time.slice(4)
    }.${ms}Z`,
  );
}

/** Folder that holds the years of a DAG. `dagDir` is the name that `dagDirName` gives. */
export function runsDir(roots: StoreRoots, dagDir: string): string {
  return `${dagRunsDir(roots)}/${dagDir}/dag-runs`;
}

/** Lock file of a DAG's history. */
export function lockFile(roots: StoreRoots, dagDir: string): string {
  return `${dagRunsDir(roots)}/${dagDir}/.lock`;
}

/** `YYYY/MM/DD` in UTC. */
export function dayPath(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll("-", "/");
}

export function runDirName(at: number, dagRunId: string): string {
  return `dag-run_${utcStamp(at)}Z_${dagRunId}`;
}

/** What a run folder's name tells; null for any other name. `at` has a resolution of one second. */
export function parseRunDirName(name: string): { readonly at: number; readonly id: string } | null {
  const match = /^dag-run_(\d{8})_(\d{6})Z_(.+)$/.exec(name);
  if (!match) return null;
  const at = parseStamp(match[1], match[2]);
  return Number.isNaN(at) ? null : { at, id: match[3] };
}

export function attemptDirName(at: number, attemptId: string): string {
  const ms = String(((at % 1000) + 1000) % 1000).padStart(3, "0");
  return `attempt_${utcStamp(at)}_${ms}Z_${attemptId}`;
}

/** What an attempt folder's name tells; null for any other name, hidden attempts (leading dot) included. */
export function parseAttemptDirName(
  name: string,
): { readonly at: number; readonly attemptId: string } | null {
  const match = /^attempt_(\d{8})_(\d{6})_(\d{3})Z_(.+)$/.exec(name);
  if (!match) return null;
  const at = parseStamp(match[1], match[2], match[3]);
  return Number.isNaN(at) ? null : { at, attemptId: match[4] };
}

export function childDirName(dagRunId: string): string {
  return `child_${dagRunId}`;
}

export function parseChildDirName(name: string): string | null {
  return name.startsWith("child_") && name.length > 6 ? name.slice(6) : null;
}

/** Folder of the heartbeats of a group, which is a queue or, without one, the DAG itself. */
export function procDir(roots: StoreRoots, group: string): string {
  return `${procRoot(roots)}/${pathPart(group)}`;
}

export function procFileName(dagRunId: string, at: number): string {
  return `${dagRunId}_${Math.floor(at / 1000)}`;
}

/** The name that Dagu 1.30 gives a heartbeat, below the group's folder. */
export function dagProcFile(dagName: string, dagRunId: string, at: number): string {
  return `${pathPart(dagName)}/proc_${utcStamp(at)}Z_${dagRunId}.proc`;
}

/** Run id of a heartbeat in either form; null for any other file. */
export function parseProcFileName(name: string): string | null {
  return (/^proc_\d{8}_\d{6}Z_(.+)\.proc$/.exec(name) ?? /^(.+)_\d{9,12}$/.exec(name))?.[1] ?? null;
}

/** Folder of a run's own log. */
export function runLogDir(logDir: string, dagName: string, runAt: number, dagRunId: string): string {
  return `${logDir}/${safeName(dagName)}/${runDirName(runAt, dagRunId)}`;
}

/** File name of a run's own log; its time is local. */
export function runLogName(at: number, dagRunId: string): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString();
  const stamp = `${local.slice(0, 10).replaceAll("-", "")}.${local.slice(11, 19).replaceAll(":", "")}.${
    local.slice(20, 23)
  }`;
  return `dag-run_${stamp}.${dagRunId.slice(0, 8)}.log`;
}

/** Folder of the view that people read. */
export function viewDir(logDir: string, dagName: string, runAt: number, dagRunId: string): string {
  return `${logDir}/dags/${safeName(dagName)}/${utcStamp(runAt)}_${dagRunId}`;
}

/** Names of log files of steps, without ending: safe, and different for different steps. */
export function stepFileNames(stepNames: readonly string[]): Map<string, string> {
  // "run" is the name of the run's own log in the view.
  const taken = new Set(["run"]);
  const names = new Map<string, string>();
  for (const step of stepNames) {
    if (names.has(step)) continue;
    const safe = safeName(step) || "_";
    let name = safe;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${safe}-${n}`;
    taken.add(name.toLowerCase());
    names.set(step, name);
  }
  return names;
}
