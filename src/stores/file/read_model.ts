/** Answers from the files themselves: always right, and the slower the more there are. */
import type { DagSummary } from "../../core/dag_summary.ts";
import { dagDirName } from "../../core/names.ts";
import { newestFirst } from "../../core/run_order.ts";
import type { RunSummary } from "../../core/run_summary.ts";
import type { ReadModel, RunCount, RunPage, RunQuery, TextMatch } from "../../ports/read_model.ts";
import { pause } from "../../platform/time/timer.ts";
import { type DagFile, fileStamp, listDagFiles } from "./dags/dag_folder.ts";
import { readBaseText, readDagFile } from "./dags/dag_texts.ts";
import type { Evaluate } from "./dags/module_texts.ts";
import { dagRunsDir, runsDir, type StoreRoots } from "./layout.ts";
import { readRunSummary } from "./runs/run_summaries.ts";
import { allRuns, dayDirs, FRESH_MS, namesIn, type RunDir, runsOfDay } from "./runs/run_tree.ts";

export interface ReadModelRoots extends StoreRoots {
  readonly dagsDir: string;
  readonly baseConfig: string;
  /** For definitions in TypeScript; without it they cannot be used. */
  readonly evaluate?: Evaluate;
}

const DAY_MS = 86_400_000;
/** Longest piece of work in one go, in milliseconds. */
const SLICE_MS = 8;
/** How far the name of a run's folder may be off from its creation. */
const SLACK_MS = FRESH_MS + 1000;

interface KeptDag {
  readonly stamp: string;
  readonly summary: DagSummary;
}

export class FileReadModel implements ReadModel {
  readonly #roots: ReadModelRoots;
  /** By path; a definition is only read again when its file or the base configuration changed. */
  readonly #kept = new Map<string, KeptDag>();

  constructor(roots: ReadModelRoots) {
    this.#roots = roots;
  }

  async runs(query: RunQuery): Promise<RunPage> {
    const found: RunSummary[] = [];
    const wanted = query.limit + 1;
    const turn = new Turn();
    for (const run of (await this.#folders(query)).sort((a, b) => b.at - a.at)) {
      await turn.give();
      // What is so old stands behind all that is wanted, even if its folder is named a little early.
      if (found.length >= wanted && run.at + SLACK_MS < found[wanted - 1].createdAt) break;
      const summary = readRunSummary(run.path)?.summary;
      if (!summary || !fits(summary, query)) continue;
      found.push(summary);
      found.sort(newestFirst);
      if (found.length > wanted) found.pop();
    }
    return { runs: found.slice(0, query.limit), more: found.length > query.limit };
  }

  async counts(query: Omit<RunQuery, "limit" | "after">): Promise<RunCount[]> {
    const counts = new Map<string, RunCount>();
    const turn = new Turn();
    for (const run of await this.#folders(query)) {
      await turn.give();
      const summary = readRunSummary(run.path)?.summary;
      if (!summary || !fits(summary, query)) continue;
      const { name, status } = summary;
      const key = `${status} ${name}`;
      counts.set(key, { name, status, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    return [...counts.values()];
  }

  async latest(names: readonly string[]): Promise<Map<string, RunSummary>> {
    const found = new Map<string, RunSummary>();
    for (const name of names) {
      const { runs } = await this.runs({ name, limit: 1 });
      if (runs.length > 0) found.set(name, runs[0]);
    }
    return found;
  }

  async dags(): Promise<readonly DagSummary[]> {
    const base = fileStamp(this.#roots.baseConfig);
    const files = listDagFiles(this.#roots.dagsDir);
    const paths = new Set(files.map((file) => file.path));
    for (const path of this.#kept.keys()) if (!paths.has(path)) this.#kept.delete(path);
    const found: DagSummary[] = [];
    for (const file of files) found.push(await this.#summary(file, base));
    return found;
  }

  async dag(fileName: string): Promise<DagSummary | null> {
    return (await this.dags()).find((dag) => dag.fileName === fileName) ?? null;
  }

  async search(test: (text: string) => boolean | Promise<boolean>, limit: number): Promise<TextMatch[]> {
    const { baseConfig, dagsDir, evaluate } = this.#roots;
    const base = readBaseText(baseConfig);
    const found: TextMatch[] = [];
    for (const file of listDagFiles(dagsDir)) {
      if (found.length >= limit) break;
      const { summary, text } = await readDagFile(file, base, evaluate);
      if (await test(text)) found.push({ summary, text });
    }
    return found;
  }

  version(): string {
    return "";
  }

  async #summary(file: DagFile, base: string): Promise<DagSummary> {
    const stamp = `${file.stamp} ${base}`;
    const kept = this.#kept.get(file.path);
    if (kept?.stamp === stamp) return kept.summary;
    const { baseConfig, evaluate } = this.#roots;
    const { summary } = await readDagFile(file, readBaseText(baseConfig), evaluate);
    this.#kept.set(file.path, { stamp, summary });
    return summary;
  }

  /** Folders of runs that may fit, by their names alone. */
  async #folders(query: Omit<RunQuery, "limit">): Promise<RunDir[]> {
    const { name, idPart = "", from = -Infinity } = query;
    const to = Math.min(query.to ?? Infinity, query.after ? query.after.createdAt + 1 : Infinity);
    const dags = name === undefined ? namesIn(dagRunsDir(this.#roots)) : [await dagDirName(name)];
    const found: RunDir[] = [];
    for (const dag of dags) {
      const runs = runsDir(this.#roots, dag);
      const all = from === -Infinity && to === Infinity;
      for (const run of all ? allRuns(runs) : runsBetween(runs, from, to)) {
        if (run.id.includes(idPart)) found.push(run);
      }
    }
    return found;
  }
}

/** Lets others have their turn during long work. */
class Turn {
  #start = performance.now();

  async give(): Promise<void> {
    if (performance.now() - this.#start < SLICE_MS) return;
    await pause(0);
    this.#start = performance.now();
  }
}

function* runsBetween(runs: string, from: number, to: number): Generator<RunDir> {
  for (const day of dayDirs(runs)) {
    if (day.start - SLACK_MS >= to) continue;
    if (day.start + DAY_MS + SLACK_MS < from) break;
    for (const run of runsOfDay(day.path)) {
      if (run.at - SLACK_MS < to && run.at + SLACK_MS >= from) yield run;
    }
  }
}

function fits(run: RunSummary, query: Omit<RunQuery, "limit">): boolean {
  const { name, idPart = "", statuses, from = -Infinity, to = Infinity, after } = query;
  return (name === undefined || run.name === name) && run.dagRunId.includes(idPart) &&
    (!statuses || statuses.includes(run.status)) && run.createdAt >= from && run.createdAt < to &&
    (!after || newestFirst(after, run) < 0);
}
