/**
 * The database behind the index: a file that may be deleted at any moment, because everything in it can be read from
 * the files again. Several processes may have it open.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { ensureDirSync, removeIfExistsSync } from "../../platform/files/files.ts";
import { dirname } from "../../platform/files/path.ts";

/** Raised whenever a table or what stands in it changes: an index of another form is made anew. */
const FORM = 5;

const TABLES = `
CREATE TABLE runs (
  folder TEXT PRIMARY KEY,
  dag TEXT NOT NULL,
  id TEXT NOT NULL,
  created INTEGER NOT NULL,
  status INTEGER NOT NULL,
  stamp TEXT NOT NULL,
  attempt TEXT NOT NULL,
  summary TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX runs_by_age ON runs (created DESC, id DESC, dag DESC);
CREATE INDEX runs_of_dag ON runs (dag, created DESC, id DESC);
CREATE INDEX runs_by_status ON runs (status, created DESC, id DESC, dag DESC);
CREATE TABLE dags (
  file TEXT PRIMARY KEY,
  stamp TEXT NOT NULL,
  summary TEXT NOT NULL,
  text TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE days (folder TEXT PRIMARY KEY, mtime INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

/** How long a writer waits for another process, in milliseconds. */
const PATIENCE_MS = 2000;

/** Texts of errors that say that the file itself is no good. */
const DAMAGE = /malformed|not a database|disk image|no such table|no such column/;

export class IndexDatabase {
  readonly #path: string;
  #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #writes = 0;

  private constructor(path: string) {
    this.#path = path;
    this.#db = connect(path);
  }

  /** Opens the file; one that is missing, damaged or of another form is made anew. */
  static open(path: string): IndexDatabase {
    ensureDirSync(dirname(path));
    try {
      return new IndexDatabase(path);
    } catch (error) {
      if (!isDamage(error)) throw error;
      removeDatabase(path);
      return new IndexDatabase(path);
    }
  }

  /** Rows of a query. */
  all<Row>(sql: string, ...values: (string | number)[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  get<Row>(sql: string, ...values: (string | number)[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  /** A statement that changes something. */
  run(sql: string, ...values: (string | number)[]): void {
    if (this.#statement(sql).run(...values).changes) this.#writes++;
  }

  /** Everything that `work` changes, or nothing. */
  together(work: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** Changes with every write, of this and of any other process. */
  version(): string {
    const { data_version } = this.get<{ data_version: number }>("PRAGMA data_version")!;
    return `${data_version}.${this.#writes}`;
  }

  /** Begins with an empty database. */
  reset(): void {
    this.close();
    removeDatabase(this.#path);
    this.#db = connect(this.#path);
    this.#writes++;
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, statement = this.#db.prepare(sql));
    return statement;
  }
}

/** Whether an error says that the database has to be made anew. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && DAMAGE.test(error.message);
}

function connect(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: PATIENCE_MS });
  try {
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4000");
    if (formOf(db) !== FORM) makeTables(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function formOf(db: DatabaseSync): number {
  return (db.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
}

function makeTables(db: DatabaseSync): void {
  db.exec("BEGIN IMMEDIATE");
  // Another process may have done it meanwhile.
  if (formOf(db) !== FORM) {
    const old = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    for (const { name } of old) db.exec(`DROP TABLE "${name}"`);
    db.exec(`${TABLES} PRAGMA user_version = ${FORM}`);
  }
  db.exec("COMMIT");
}

function removeDatabase(path: string): void {
  for (const ending of ["", "-wal", "-shm"]) removeIfExistsSync(path + ending);
}
