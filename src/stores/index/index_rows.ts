/** What stands in the index, written and removed row by row. */
import type { DagSummary } from "../../core/dag_summary.ts";
import type { ReadRun } from "../file/runs/run_summaries.ts";
import type { IndexDatabase } from "./database.ts";

/** Facts that the index keeps about itself. */
export type Fact = "base" | "dags";

export function putRun(db: IndexDatabase, folder: string, { summary, stamp, dir }: ReadRun): void {
  db.run(
    "INSERT OR REPLACE INTO runs (folder, dag, id, created, status, stamp, attempt, summary) VALUES (?,?,?,?,?,?,?,?)",
    folder,
    summary.name,
    summary.dagRunId,
    summary.createdAt,
    summary.status,
    stamp,
    dir,
    JSON.stringify(summary),
  );
}

export function removeRun(db: IndexDatabase, folder: string): void {
  db.run("DELETE FROM runs WHERE folder = ?", folder);
}

/** Rows whose folder begins with a prefix that ends in a slash. */
export function runsBelow(db: IndexDatabase, prefix: string): { folder: string; stamp: string }[] {
  return db.all("SELECT folder, stamp FROM runs WHERE folder >= ? AND folder < ?", ...range(prefix));
}

export function removeRunsBelow(db: IndexDatabase, prefix: string): void {
  db.run("DELETE FROM runs WHERE folder >= ? AND folder < ?", ...range(prefix));
  db.run("DELETE FROM days WHERE folder >= ? AND folder < ?", ...range(prefix));
}

export function putDag(db: IndexDatabase, stamp: string, summary: DagSummary, text: string): void {
  db.run(
    "INSERT OR REPLACE INTO dags (file, stamp, summary, text) VALUES (?,?,?,?)",
    summary.fileName,
    stamp,
    JSON.stringify(summary),
    text,
  );
}

export function fact(db: IndexDatabase, name: Fact): string {
  return db.get<{ value: string }>("SELECT value FROM facts WHERE name = ?", name)?.value ?? "";
}

export function setFact(db: IndexDatabase, name: Fact, value: string): void {
  db.run("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", name, value);
}

/** Every text that begins with the prefix stands between these two. */
function range(prefix: string): [string, string] {
  return [prefix, prefix.slice(0, -1) + "0"];
}
