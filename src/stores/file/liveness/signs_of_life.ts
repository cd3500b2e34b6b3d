/** Which root runs have a heartbeat, of all DAGs: one look at the folders of the heartbeats, whatever the history. */
import type { RunRef } from "../../../core/run.ts";
import { removeIfExistsSync, statIfExistsSync } from "../../../platform/files/files.ts";
import { isFolder, readableNames } from "../../../platform/folders/list_folder.ts";
import { parseProcFileName, procRoot, type StoreRoots } from "../layout.ts";

/** An empty folder of heartbeats goes after this: nobody is about to write there. */
const EMPTY_MS = 300_000;

/** Asks whether a DAG has such a run, or which DAGs there are. */
export interface KnownRuns {
  has(name: string, id: string): Promise<boolean>;
  names(): Promise<string[]>;
}

export class SignsOfLife {
  readonly #roots: StoreRoots;
  readonly #runs: KnownRuns;
  /** DAG by run id, as found out before; null for a heartbeat that belongs to no run. */
  #dags = new Map<string, string | null>();

  constructor(roots: StoreRoots, runs: KnownRuns) {
    this.#roots = roots;
    this.#runs = runs;
  }

  async list(): Promise<RunRef[]> {
    const folders = this.#scan();
    const dags = new Map<string, string | null>();
    const found: RunRef[] = [];
    for (const [id, folder] of folders) {
      const name = this.#dags.get(id) ?? await this.#dagOf(id, folder);
      dags.set(id, name);
      if (name !== null) found.push({ name, id });
    }
    this.#dags = dags;
    return found;
  }

  /** Run ids, each with the name of the folder that tells most of its DAG. */
  #scan(): Map<string, string> {
    const found = new Map<string, string>();
    const look = (folder: string, name: string, depth: number) => {
      const names = readableNames(folder);
      for (const entry of names) {
        const id = parseProcFileName(entry);
        if (id === null) {
          if (depth > 0 && isFolder(`${folder}/${entry}`)) look(`${folder}/${entry}`, entry, depth - 1);
        } else if (depth === 0 || !found.has(id)) found.set(id, name);
      }
      if (names.length === 0 && depth < 2) removeOld(folder);
    };
    look(procRoot(this.#roots), "", 2);
    return found;
  }

  async #dagOf(id: string, folder: string): Promise<string | null> {
    if (await this.#runs.has(folder, id)) return folder;
    if (this.#dags.has(id)) return null;
    for (const name of await this.#runs.names()) if (await this.#runs.has(name, id)) return name;
    return null;
  }
}

function removeOld(folder: string): void {
  try {
    const changed = statIfExistsSync(folder)?.mtime?.getTime() ?? Date.now();
    if (Date.now() - changed > EMPTY_MS) removeIfExistsSync(folder);
  } catch {
    // Somebody needs it again.
  }
}
