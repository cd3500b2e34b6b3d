/** What the files of this home take on the disk. */
import { freeRoom } from "../../../platform/resources.ts";
import { type TreeSize, treeSize } from "../../../platform/folders/tree_size.ts";

export const DISK_PARTS = ["runs", "logs", "other"] as const;
export type DiskPart = (typeof DISK_PARTS)[number];

export interface DiskFolders {
  readonly dataDir: string;
  readonly dagRunsDir: string;
  readonly logDir: string;
}

export interface DiskUse {
  readonly parts: Readonly<Record<DiskPart, TreeSize>>;
  /** Room that is left for the data, in bytes; null where it cannot be had. */
  readonly free: number | null;
  /** When it was counted, Unix milliseconds. */
  readonly at: number;
}

/** Counting reads every folder: it is not done for everybody who asks. */
const KEPT_MS = 10 * 60_000;
const MOST_ENTRIES = 300_000;

export class DiskUses {
  readonly #folders: DiskFolders;
  readonly #now: () => number;
  #counted: { readonly at: number; readonly use: Promise<DiskUse> } | null = null;

  constructor(folders: DiskFolders, now: () => number) {
    this.#folders = folders;
    this.#now = now;
  }

  /** As it was at most ten minutes ago. */
  latest(): Promise<DiskUse> {
    const at = this.#now();
    if (!this.#counted || at - this.#counted.at >= KEPT_MS) this.#counted = { at, use: this.#count(at) };
    return this.#counted.use;
  }

  async #count(at: number): Promise<DiskUse> {
    const { dataDir, dagRunsDir, logDir } = this.#folders;
    const runs = await treeSize(dagRunsDir, MOST_ENTRIES);
    const logs = await treeSize(logDir, MOST_ENTRIES);
    const other = await treeSize(dataDir, MOST_ENTRIES, dagRunsDir);
    return { parts: { runs, logs, other }, free: await freeRoom(dataDir), at };
  }
}
