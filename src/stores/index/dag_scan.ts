/** Brings the rows of definitions up to what stands in their folder. */
import { fileStamp, listDagFiles } from "../file/dags/dag_folder.ts";
import { readBaseText, readDagFile } from "../file/dags/dag_texts.ts";
import type { ReadModelRoots } from "../file/read_model.ts";
import type { IndexDatabase } from "./database.ts";
import { fact, putDag, setFact } from "./index_rows.ts";
import type { Slices } from "./run_scan.ts";

export type DagRoots = Pick<ReadModelRoots, "dagsDir" | "baseConfig" | "evaluate">;

export class DagScan {
  readonly #db: IndexDatabase;
  readonly #roots: DagRoots;

  constructor(db: IndexDatabase, roots: DagRoots) {
    this.#db = db;
    this.#roots = roots;
  }

  /** Reads the files that changed; all of them when the base configuration did. */
  *changes(): Slices {
    const { dagsDir, baseConfig, evaluate } = this.#roots;
    const rows = new Map(
      this.#db.all<{ file: string; stamp: string }>("SELECT file, stamp FROM dags")
        .map((row) => [row.file, row.stamp]),
    );
    const baseStamp = fileStamp(baseConfig);
    if (baseStamp !== fact(this.#db, "base")) rows.forEach((_, file) => rows.set(file, ""));
    const base = readBaseText(baseConfig);
    let changed = false;
    for (const file of listDagFiles(dagsDir)) {
      const stamp = `${file.path} ${file.stamp}`;
      const before = rows.get(file.fileName);
      rows.delete(file.fileName);
      if (before === stamp) continue;
      yield readDagFile(file, base, evaluate)
        .then(({ summary, text }) => putDag(this.#db, stamp, summary, text));
      changed = true;
    }
    for (const gone of rows.keys()) this.#db.run("DELETE FROM dags WHERE file = ?", gone);
    if (!changed && rows.size === 0) return;
    setFact(this.#db, "base", baseStamp);
    setFact(this.#db, "dags", crypto.randomUUID());
  }
}
