/** A folder of small records, one file `<id>.json` (0600) each, which several processes may change. */
import {
  durableReplace,
  ensureDir,
  readRegularIfExistsSync,
  removeIfExistsSync,
  statIfExistsSync,
  syncDir,
} from "../../../platform/files/files.ts";
import { listFolderSync } from "../../../platform/folders/list_folder.ts";
import type { Codec } from "../json/account_json.ts";
import { isObject } from "../json/json_read.ts";

const ID = /^[0-9a-f-]{36}$/;
const MAX_BYTES = 64 * 1024;
/** A folder that changed so shortly before it was read may have changed again within the same tick of its clock. */
const SETTLED_MS = 2000;

interface Kept<T> {
  readonly changedAt: number;
  readonly settled: boolean;
  readonly records: ReadonlyMap<string, T>;
}

export class RecordFolder<T extends { readonly id: string }> {
  readonly #path: string;
  readonly #codec: Codec<T>;
  readonly #now: () => number;
  #kept: Kept<T> | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param now Unix milliseconds by the clock of the file system */
  constructor(path: string, codec: Codec<T>, now: () => number) {
    this.#path = path;
    this.#codec = codec;
    this.#now = now;
  }

  /** In no order. Files that are damaged are left out. */
  all(): T[] {
    return [...this.#records().values()];
  }

  get(id: string): T | undefined {
    return this.#records().get(id);
  }

  /** One change after the other: none is based on what another one is replacing. */
  change<R>(work: () => Promise<R>): Promise<R> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** Adds or replaces; resolves when it is on the disk. */
  async put(record: T): Promise<void> {
    await ensureDir(this.#path, { durable: true });
    await durableReplace(this.#file(record.id), JSON.stringify(this.#codec.encode(record), null, 2));
    this.#kept = null;
  }

  /** @returns whether there was one */
  async remove(id: string): Promise<boolean> {
    const removed = ID.test(id) && removeIfExistsSync(this.#file(id));
    if (removed) await syncDir(this.#path);
    this.#kept = null;
    return removed;
  }

  #records(): ReadonlyMap<string, T> {
    const changedAt = statIfExistsSync(this.#path)?.mtime?.getTime() ?? 0;
    const kept = this.#kept;
    if (kept?.settled && kept.changedAt === changedAt) return kept.records;
    const records = this.#read();
    this.#kept = { changedAt, settled: this.#now() - changedAt > SETTLED_MS, records };
    return records;
  }

  #read(): ReadonlyMap<string, T> {
    const records = new Map<string, T>();
    for (const name of listFolderSync(this.#path)) {
      const id = name.replace(/\.json$/, "");
      if (id === name || !ID.test(id)) continue;
      const record = this.#readOne(id);
      if (record?.id === id) records.set(id, record);
    }
    return records;
  }

  #readOne(id: string): T | null {
    try {
      const json: unknown = JSON.parse(readRegularIfExistsSync(this.#file(id), MAX_BYTES) ?? "");
      return isObject(json) ? this.#codec.decode(json) : null;
    } catch {
      return null;
    }
  }

  #file(id: string): string {
    return `${this.#path}/${id}.json`;
  }
}
