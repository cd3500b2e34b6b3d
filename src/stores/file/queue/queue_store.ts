/** Queues in files: see queue_names.ts for where everything stands. */
import { messageOf } from "../../../core/errors.ts";
import { pathPart } from "../../../core/names.ts";
import { byTurn, type Place, type Priority } from "../../../core/queue_order.ts";
import type { RunRef } from "../../../core/run.ts";
import {
  ensureDir,
  ensureDirSync,
  existsSync,
  isMissing,
  prepareReplace,
  removeIfExistsSync,
  replaceFileSync,
  statIfExistsSync,
  syncDir,
} from "../../../platform/files/files.ts";
import type { Claim, QueueContents, QueueItem, QueueStore, Reservation } from "../../../ports/queue_store.ts";
import { procRoot, type StoreRoots } from "../layout.ts";
import {
  CLAIMED_DIR,
  claimName,
  itemName,
  itemRun,
  itemText,
  MAX_ITEM_BYTES,
  NOTES_DIR,
  parseClaimName,
  parseItemName,
  QUARANTINE_DIR,
  reservedItem,
} from "./queue_names.ts";
import { removePipe } from "../../../platform/folders/pipes.ts";
import { soundText } from "../../../platform/files/sound_text.ts";
import { watchQueues } from "./queue_watch.ts";
import { namesIn } from "../runs/run_tree.ts";

export interface QueueRoots extends StoreRoots {
  /** Absolute. */
  readonly queueDir: string;
}

/** Age at which the folder of an empty queue may go: each one costs whoever looks at all queues. */
const UNUSED_MS = 600_000;

/** What a file says: a run, or that it is of no use. */
type Read = { readonly run: RunRef } | { readonly problem: string };

export class FileQueueStore implements QueueStore {
  readonly #roots: QueueRoots;
  /** What was read, by queue and file: an item never changes. */
  readonly #known = new Map<string, Map<string, Read>>();

  constructor(roots: QueueRoots) {
    this.#roots = roots;
  }

  async reserve(queue: string, run: RunRef, priority: Priority, at?: number): Promise<Reservation> {
    const name = pathPart(queue);
    for (let tries = 0;; tries++) {
      try {
        return await this.#reserve(name, run, priority, at);
      } catch (error) {
        // The folder may just have been removed as one that nobody needs.
        if (!isMissing(error) || tries === 3) throw error;
      }
    }
  }

  async #reserve(name: string, run: RunRef, priority: Priority, at?: number): Promise<Reservation> {
    const folder = this.#folder(name);
    await ensureDir(folder, { durable: true });
    const queuedAt = at === undefined ? Math.max(Date.now(), newest(folder, priority) + 1) : Math.floor(at);
    const item = { queue: name, id: itemName({ priority, queuedAt, run }), priority, run, queuedAt };
    const { temporary, synced } = prepareReplace(`${folder}/${item.id}`, itemText(item));
    return this.#reservation(item, temporary, synced);
  }

  #reservation(item: QueueItem, temporary: string, synced: Promise<void>): Reservation {
    const folder = this.#folder(item.queue);
    return {
      item,
      take: async () => {
        await synced;
        move(temporary, `${folder}/${item.id}`);
        await syncDir(folder);
      },
      leave: () => void removeIfExistsSync(temporary),
    };
  }

  queues(): Promise<string[]> {
    return Promise.resolve().then(() =>
      namesIn(this.#roots.queueDir).filter((name) => !name.startsWith(".")).sort()
    );
  }

  async prune(): Promise<void> {
    for (const queue of await this.queues()) {
      const folder = this.#folder(queue);
      const changed = statIfExistsSync(folder)?.mtime?.getTime() ?? Infinity;
      if (Date.now() - changed < UNUSED_MS) continue;
      for (const name of [CLAIMED_DIR, NOTES_DIR, QUARANTINE_DIR]) removeIfEmpty(`${folder}/${name}`);
      removeIfEmpty(folder);
      this.#known.delete(queue);
    }
  }

  contents(queue: string): Promise<QueueContents> {
    return Promise.resolve().then(() => this.#contents(queue));
  }

  #contents(queue: string): QueueContents {
    const folder = this.#folder(queue);
    const before = this.#known.get(queue);
    const known = new Map<string, Read>();
    const read = (name: string): Read | null => {
      const found = before?.get(name) ?? readItem(`${folder}/${name}`);
      if (found) known.set(name, found);
      return found;
    };
    const waiting: QueueItem[] = [];
    const reserved: Reservation[] = [];
    const claims: Claim[] = [];
    const bad: QueueContents["bad"][number][] = [];
    const item = (file: string, id: string): QueueItem | null => {
      const place = parseItemName(id);
      if (!place) {
        bad.push({ queue, id: file, problem: "its name is not that of an item" });
        return null;
      }
      const found = read(file);
      if (found && "problem" in found) bad.push({ queue, id: file, problem: found.problem });
      return found && "run" in found ? { queue, id, ...place, run: found.run } : null;
    };
    for (const name of namesIn(folder)) {
      const isItem = name.startsWith("item_") && name.endsWith(".json");
      const found = isItem ? item(name, name) : null;
      if (found) waiting.push(found);
      const id = isItem ? null : reservedItem(name);
      const place = id && parseItemName(id);
      // It may be read while it is being written.
      const run = place ? readItem(`${folder}/${name}`) : null;
      if (id && place && run && "run" in run) {
        reserved.push(
          this.#reservation({ queue, id, ...place, run: run.run }, `${folder}/${name}`, Promise.resolve()),
        );
      }
    }
    for (const name of namesIn(`${folder}/${CLAIMED_DIR}`)) {
      const claim = parseClaimName(name);
      const found = claim && item(`${CLAIMED_DIR}/${name}`, claim.id);
      if (claim && found) claims.push({ item: found, epoch: claim.epoch });
    }
    this.#known.set(queue, known);
    return { waiting: waiting.sort(byTurn), claims, reserved, bad };
  }

  claim(item: QueueItem, epoch: number): Promise<Claim | null> {
    return Promise.resolve().then(() => {
      const claim = { item, epoch };
      ensureDirSync(`${this.#folder(item.queue)}/${CLAIMED_DIR}`);
      const to = this.#claim(claim);
      // On a network file system the answer to a rename that was done may have been lost.
      return move(this.#item(item), to) || existsSync(to) ? claim : null;
    });
  }

  giveBack(claim: Claim): Promise<void> {
    return Promise.resolve().then(() => void move(this.#claim(claim), this.#item(claim.item)));
  }

  settle(claim: Claim): Promise<void> {
    return Promise.resolve().then(() => {
      removeIfExistsSync(this.#note(claim.item));
      removeIfExistsSync(this.#claim(claim));
    });
  }

  waits(queue: string, run: RunRef, place: Omit<Place, "id">): Promise<boolean> {
    const path = `${this.#folder(pathPart(queue))}/${itemName({ ...place, run })}`;
    return Promise.resolve().then(() => existsSync(path));
  }

  remove(item: QueueItem): Promise<boolean> {
    return Promise.resolve().then(() => {
      removeIfExistsSync(this.#note(item));
      return removeIfExistsSync(this.#item(item));
    });
  }

  async flush(queue: string): Promise<void> {
    const folders = [this.#folder(queue), `${this.#folder(queue)}/${CLAIMED_DIR}`];
    await Promise.all(folders.filter(existsSync).map(syncDir));
  }

  quarantine({ queue, id }: Pick<QueueItem, "queue" | "id">): Promise<string> {
    return Promise.resolve().then(() => {
      if (removePipe(`${this.#folder(queue)}/${id}`)) return "removed, for a pipe holds nothing";
      const folder = `${this.#folder(queue)}/${QUARANTINE_DIR}`;
      ensureDirSync(folder);
      const to = `${folder}/${id.slice(id.lastIndexOf("/") + 1)}.${Date.now()}`;
      return move(`${this.#folder(queue)}/${id}`, to) ? to : "";
    });
  }

  note(item: QueueItem, reason: string): Promise<void> {
    return Promise.resolve().then(() => {
      const path = this.#note(item);
      if (reason === "") return void removeIfExistsSync(path);
      ensureDirSync(`${this.#folder(item.queue)}/${NOTES_DIR}`);
      replaceFileSync(path, reason);
    });
  }

  notes(queue: string): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve().then(() => {
      const ids = namesIn(`${this.#folder(queue)}/${NOTES_DIR}`);
      return new Map(ids.map((id) => [id, soundText(this.#note({ queue, id }))]));
    });
  }

  watch(changed: (queue: string | null) => void): () => void {
    const { queueDir } = this.#roots;
    const procDir = procRoot(this.#roots);
    for (const folder of [queueDir, procDir]) ensureDirSync(folder);
    return watchQueues(queueDir, procDir, changed);
  }

  #folder(queue: string): string {
    return `${this.#roots.queueDir}/${queue}`;
  }

  #item({ queue, id }: QueueItem): string {
    return `${this.#folder(queue)}/${id}`;
  }

  #claim({ item, epoch }: Claim): string {
    return `${this.#folder(item.queue)}/${CLAIMED_DIR}/${claimName(item.id, epoch)}`;
  }

  #note({ queue, id }: Pick<QueueItem, "queue" | "id">): string {
    return `${this.#folder(queue)}/${NOTES_DIR}/${id}`;
  }
}

/**
 * Of several who move a file exactly one does.
 * @returns false when somebody else was faster.
 */
function move(from: string, to: string): boolean {
  try {
    Deno.renameSync(from, to);
    return true;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return false;
  }
}

/** Greatest place that stands in a line, or that somebody has who left it; 0 when there is none. */
function newest(folder: string, priority: Priority): number {
  let greatest = 0;
  const look = (id: string | null | undefined) => {
    const place = id ? parseItemName(id) : null;
    if (place?.priority === priority) greatest = Math.max(greatest, Math.floor(place.queuedAt));
  };
  for (const name of namesIn(folder)) look(reservedItem(name) ?? name);
  for (const name of namesIn(`${folder}/${CLAIMED_DIR}`)) look(parseClaimName(name)?.id);
  return greatest;
}

function removeIfEmpty(folder: string): void {
  try {
    Deno.removeSync(folder);
  } catch {
    // It is in use.
  }
}

/** @returns null when there is nothing of that name any more. */
function readItem(path: string): Read | null {
  try {
    const info = Deno.lstatSync(path);
    // Nothing else is opened: a pipe would make the reader wait.
    if (!info.isFile) return { problem: "it is not a regular file" };
    if (info.size > MAX_ITEM_BYTES) {
      return { problem: `it has ${info.size} bytes, at most ${MAX_ITEM_BYTES}` };
    }
    return itemRun(Deno.readTextFileSync(path));
  } catch (error) {
    return isMissing(error) ? null : { problem: messageOf(error) };
  }
}
