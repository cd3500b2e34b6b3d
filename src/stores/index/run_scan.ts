/** Brings the rows of runs up to what stands in the folders. Works in small slices: see {@link Slices}. */
import { isActiveRun, RunStatus } from "../../core/status.ts";
import { statIfExistsSync } from "../../platform/files/files.ts";
import { dagRunsDir, runsDir, type StoreRoots } from "../file/layout.ts";
import { readRunSummary, runStamp } from "../file/runs/run_summaries.ts";
import { dayDirs, namesIn, runsOfDay } from "../file/runs/run_tree.ts";
import type { IndexDatabase } from "./database.ts";
import { putRun, removeRun, removeRunsBelow, runsBelow } from "./index_rows.ts";

/** A generator that may be left alone after each step, and for as long as others have something to do. */
export type Slices = Generator<Promise<void> | void, void, void>;

/** A folder that changed so recently may change again without its time showing it. */
const SETTLED_MS = 2000;
/** Runs that are read between two looks at the clock. */
const BATCH = 16;

export class RunScan {
  readonly #db: IndexDatabase;
  readonly #roots: StoreRoots;
  readonly #base: string;

  constructor(db: IndexDatabase, roots: StoreRoots) {
    this.#db = db;
    this.#roots = roots;
    this.#base = `${dagRunsDir(roots)}/`;
  }

  /**
   * Finds runs that were made or removed, by the folders of days that changed, and reads again those that go on.
   * @param now Unix milliseconds
   */
  *changes(now: number): Slices {
    const dags = new Set(namesIn(dagRunsDir(this.#roots)));
    for (const dag of this.#knownDags()) if (!dags.has(dag)) removeRunsBelow(this.#db, `${dag}/`);
    for (const dag of dags) {
      yield* this.#daysOf(dag, now);
      yield;
    }
    yield* this.#active();
  }

  /** Compares every row with its files. */
  *everything(): Slices {
    for (const dag of namesIn(dagRunsDir(this.#roots))) {
      for (const day of dayDirs(runsDir(this.#roots, dag))) yield* this.#rows(this.#relative(day.path));
    }
  }

  /** Reads one run again; its row goes when it is no more. */
  note(runDir: string): void {
    const folder = this.#relative(runDir);
    const read = readRunSummary(runDir);
    if (read) putRun(this.#db, folder, read);
    else removeRun(this.#db, folder);
  }

  #knownDags(): string[] {
    const rows = this.#db.all<{ dag: string }>(
      "SELECT DISTINCT substr(folder, 1, instr(folder, '/') - 1) AS dag FROM days",
    );
    return rows.map((row) => row.dag);
  }

  *#daysOf(dag: string, now: number): Slices {
    const prefix = `${dag}/`;
    const known = new Map(
      this.#db.all<{ folder: string; mtime: number }>(
        "SELECT folder, mtime FROM days WHERE folder >= ? AND folder < ?",
        prefix,
        `${dag}0`,
      ).map((row) => [row.folder, row.mtime]),
    );
    for (const { path } of dayDirs(runsDir(this.#roots, dag))) {
      const folder = this.#relative(path);
      const mtime = statIfExistsSync(path)?.mtime?.getTime() ?? 0;
      const before = known.get(folder);
      known.delete(folder);
      if (before === mtime) continue;
      yield* this.#day(path, folder);
      const settled = mtime < now - SETTLED_MS;
      this.#db.run("INSERT OR REPLACE INTO days (folder, mtime) VALUES (?, ?)", folder, settled ? mtime : 0);
    }
    for (const folder of known.keys()) removeRunsBelow(this.#db, `${folder}/`);
    for (const folder of known.keys()) this.#db.run("DELETE FROM days WHERE folder = ?", folder);
  }

  /** A day in which runs were made or removed. */
  *#day(path: string, folder: string): Slices {
    const rows = new Set(runsBelow(this.#db, `${folder}/`).map((row) => row.folder));
    const fresh: string[] = [];
    for (const run of runsOfDay(path)) {
      if (!rows.delete(this.#relative(run.path))) fresh.push(run.path);
    }
    for (const gone of rows) removeRun(this.#db, gone);
    yield* this.#notes(fresh);
  }

  *#rows(day: string): Slices {
    const stale: string[] = [];
    let looked = 0;
    for (const { folder, stamp } of runsBelow(this.#db, `${day}/`)) {
      const runDir = this.#base + folder;
      if (runStamp(runDir) !== stamp) stale.push(runDir);
      if (++looked % BATCH === 0) yield;
    }
    yield* this.#notes(stale);
  }

  *#active(): Slices {
    const open = Object.values(RunStatus).filter((status) =>
      isActiveRun(status) || status === RunStatus.NotStarted
    );
    const rows = this.#db.all<{ folder: string; stamp: string }>(
      `SELECT folder, stamp FROM runs WHERE status IN (${open.join(",")})`,
    );
    yield* this.#notes(
      rows.filter((row) => runStamp(this.#base + row.folder) !== row.stamp).map((row) =>
        this.#base + row.folder
      ),
    );
  }

  *#notes(runDirs: readonly string[]): Slices {
    for (let from = 0; from < runDirs.length; from += BATCH) {
      this.#db.together(() => runDirs.slice(from, from + BATCH).forEach((dir) => this.note(dir)));
      yield;
    }
  }

  #relative(path: string): string {
    return path.slice(this.#base.length);
  }
}
