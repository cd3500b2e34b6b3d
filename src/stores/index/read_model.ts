/**
 * Answers from the index. While it is not complete, or when its file fails, the files themselves are asked: an
 * answer may be slow then, but it is right.
 */
import type { DagSummary } from "../../core/dag_summary.ts";
import type { RunRef } from "../../core/run.ts";
import type { RunSummary } from "../../core/run_summary.ts";
import type { ReadModel, RunCount, RunPage, RunQuery, TextMatch } from "../../ports/read_model.ts";
import { pause } from "../../platform/time/timer.ts";
import { FileReadModel, type ReadModelRoots } from "../file/read_model.ts";
import { IndexDatabase, isDamage } from "./database.ts";
import { DagScan } from "./dag_scan.ts";
import { fact } from "./index_rows.ts";
import { RunScan, type Slices } from "./run_scan.ts";

/** Longest piece of work in one go, in milliseconds: requests wait for it. */
const SLICE_MS = 8;
/** How long a question waits for an index that is being filled, in milliseconds: files would take longer. */
const PATIENCE_MS = 20_000;
/** The same for questions that few files answer; for one at a time, so that the index gets done. */
const SHORT_PATIENCE_MS = 500;

/** What is filled by itself: definitions stand long before the runs do. */
interface Part {
  stands: boolean;
  filling: Promise<void> | null;
}

type Condition = { readonly sql: string; readonly values: (string | number)[] };

export class IndexReadModel implements ReadModel {
  readonly #db: IndexDatabase;
  readonly #files: FileReadModel;
  readonly #runScan: RunScan;
  readonly #dagScan: DagScan;
  readonly #dagPart: Part = { stands: false, filling: null };
  readonly #runPart: Part = { stands: false, filling: null };
  /** Questions that files are being read for. */
  #reading = 0;
  #closed = false;
  #filling: Promise<void> | null = null;
  #dags: { readonly mark: string; readonly list: readonly DagSummary[] } = { mark: "", list: [] };

  /** @param path of the database; it is made when it is missing or damaged */
  constructor(path: string, roots: ReadModelRoots) {
    this.#db = IndexDatabase.open(path);
    this.#files = new FileReadModel(roots);
    this.#runScan = new RunScan(this.#db, roots);
    this.#dagScan = new DagScan(this.#db, roots);
  }

  /** Whether answers come from the index. */
  get complete(): boolean {
    return this.#dagPart.stands && this.#runPart.stands;
  }

  /** Told when they do not any more: {@link catchUp} mends that. */
  onIncomplete: () => void = () => {};

  /** Finds what changed while nobody told the index. Resolves when the index can be relied on. */
  catchUp(): Promise<void> {
    return this.#filling ??= this.#catchUp().finally(() => this.#filling = null);
  }

  /** Compares everything with the files: finds changes that leave no trace in the folders. */
  async verify(): Promise<void> {
    await this.#guarded(() => this.#work(this.#runScan.everything()));
  }

  /** One run was made, changed or removed. @param runDir its folder */
  noteRun(runDir: string): void {
    this.#try(() => this.#runScan.note(runDir));
  }

  /** A run was removed. */
  noteGone(run: RunRef): void {
    this.#try(() => this.#db.run("DELETE FROM runs WHERE dag = ? AND id = ?", run.name, run.id));
  }

  /** Definitions were made, changed or removed. */
  async noteDags(): Promise<void> {
    await this.#guarded(() => this.#work(this.#dagScan.changes()));
  }

  async runs(query: RunQuery): Promise<RunPage> {
    return await this.#ask(this.#runPart, false, (files) => files.runs(query), () => {
      const { sql, values } = condition(query);
      const rows = this.#db.all<{ summary: string }>(
        `SELECT summary FROM runs ${sql} ORDER BY created DESC, id DESC, dag DESC LIMIT ?`,
        ...values,
        query.limit + 1,
      );
      const runs = rows.slice(0, query.limit).map((row) => JSON.parse(row.summary) as RunSummary);
      return { runs, more: rows.length > query.limit };
    });
  }

  async counts(query: Omit<RunQuery, "limit" | "after">): Promise<RunCount[]> {
    return await this.#ask(this.#runPart, false, (files) => files.counts(query), () => {
      const { sql, values } = condition(query);
      return this.#db.all<RunCount>(
        `SELECT dag AS name, status, count(*) AS count FROM runs ${sql} GROUP BY dag, status`,
        ...values,
      ).map((row) => ({ ...row }));
    });
  }

  async latest(names: readonly string[]): Promise<Map<string, RunSummary>> {
    return await this.#ask(this.#runPart, true, (files) => files.latest(names), () => {
      const found = new Map<string, RunSummary>();
      for (const name of names) {
        const row = this.#db.get<{ summary: string }>(
          "SELECT summary FROM runs WHERE dag = ? ORDER BY created DESC, id DESC LIMIT 1",
          name,
        );
        if (row) found.set(name, JSON.parse(row.summary) as RunSummary);
      }
      return found;
    });
  }

  async dags(): Promise<readonly DagSummary[]> {
    return await this.#ask(this.#dagPart, false, (files) => files.dags(), () => {
      const mark = fact(this.#db, "dags");
      if (mark !== this.#dags.mark) {
        const rows = this.#db.all<{ summary: string }>("SELECT summary FROM dags ORDER BY file");
        this.#dags = { mark, list: rows.map((row) => JSON.parse(row.summary) as DagSummary) };
      }
      return this.#dags.list;
    });
  }

  async dag(fileName: string): Promise<DagSummary | null> {
    return (await this.dags()).find((dag) => dag.fileName === fileName) ?? null;
  }

  async search(test: (text: string) => boolean | Promise<boolean>, limit: number): Promise<TextMatch[]> {
    type Row = { summary: string; text: string };
    const files = await this.#ask<{ file: string }[] | null>(
      this.#dagPart,
      false,
      () => Promise.resolve(null),
      () => this.#db.all<{ file: string }>("SELECT file FROM dags ORDER BY file"),
    );
    if (files === null) return await this.#files.search(test, limit);
    const found: TextMatch[] = [];
    for (const { file } of files) {
      if (found.length >= limit) break;
      // All texts at once would be much to hold, and to wait for.
      const row = this.#db.get<Row>("SELECT summary, text FROM dags WHERE file = ?", file);
      // What the test throws is no fault of the index.
      if (row && await test(row.text)) found.push({ summary: JSON.parse(row.summary), text: row.text });
    }
    return found;
  }

  version(): string {
    try {
      return this.complete ? this.#db.version() : "";
    } catch {
      return "";
    }
  }

  close(): void {
    this.#closed = true;
    this.#dagPart.stands = this.#runPart.stands = false;
    this.#db.close();
  }

  async #catchUp(): Promise<void> {
    await this.#guarded(async () => {
      const dags = this.#fill(this.#dagPart, this.#dagScan.changes());
      await this.#fill(this.#runPart, this.#runScan.changes(Date.now()), dags);
    });
  }

  /** @param before what is filled first */
  #fill(part: Part, slices: Slices, before: Promise<void> = Promise.resolve()): Promise<void> {
    return part.filling = before.then(() => this.#work(slices)).then(() => {
      part.stands = !this.#closed;
      part.filling = null;
    });
  }

  async #ask<T>(
    part: Part,
    quick: boolean,
    files: (model: FileReadModel) => Promise<T>,
    index: () => T,
  ): Promise<T> {
    if (!part.stands && part.filling) {
      const patience = quick && this.#reading === 0 ? SHORT_PATIENCE_MS : PATIENCE_MS;
      await Promise.race([part.filling.catch(() => {}), pause(patience)]);
    }
    if (part.stands) {
      try {
        return index();
      } catch {
        this.#fail();
      }
    }
    this.#reading++;
    try {
      return await files(this.#files);
    } finally {
      this.#reading--;
    }
  }

  /** The index is made anew by the next {@link catchUp}. */
  #fail(): void {
    this.#dagPart.stands = false;
    if (!this.#closed) this.#db.reset();
    this.#loseRuns();
  }

  #loseRuns(): void {
    this.#runPart.stands = false;
    this.onIncomplete();
  }

  #try(work: () => void): void {
    if (this.#closed) return;
    try {
      work();
    } catch {
      // A row that could not be written leaves the index behind the files.
      this.#loseRuns();
    }
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#closed) return;
      if (!isDamage(error)) throw error;
      this.#fail();
      await work();
    }
  }

  async #work(slices: Slices): Promise<void> {
    let start = performance.now();
    for (const slice of slices) {
      if (slice) await slice;
      if (this.#closed) return;
      if (performance.now() - start < SLICE_MS) continue;
      await pause(0);
      start = performance.now();
    }
  }
}

function condition(query: Omit<RunQuery, "limit">): Condition {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  const add = (sql: string, ...more: (string | number)[]) => {
    parts.push(sql);
    values.push(...more);
  };
  const { name, idPart = "", statuses, from, to, after } = query;
  if (name !== undefined) add("dag = ?", name);
  if (statuses) add(`status IN (${statuses.map(() => "?").join(",")})`, ...statuses);
  if (from !== undefined) add("created >= ?", from);
  if (to !== undefined) add("created < ?", to);
  if (idPart !== "") add("instr(id, ?) > 0", idPart);
  if (after) add("(created, id, dag) < (?, ?, ?)", after.createdAt, after.dagRunId, after.name);
  return { sql: parts.length === 0 ? "" : `WHERE ${parts.join(" AND ")}`, values };
}
