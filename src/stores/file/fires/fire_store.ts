/** The book of fires in files: see fire_layout.ts for where everything stands. */
import { keyOf, tickAt } from "../../../core/schedule/fire_key.ts";
import { type FireFilter, pickFires } from "../../../core/schedule/fire_filter.ts";
import type { FireKey, FireRecord } from "../../../core/schedule/schedule.ts";
import {
  createFileSync,
  ensureDirSync,
  isMissing,
  removeIfExistsSync,
  replaceFileSync,
  statIfExistsSync,
} from "../../../platform/files/files.ts";
import { dirname } from "../../../platform/files/path.ts";
import { pause } from "../../../platform/time/timer.ts";
import { soundText } from "../../../platform/files/sound_text.ts";
import type { FireStore } from "../../../ports/fire_store.ts";
import { claimName, knownFile, ledgerDir, settledUntilFile, tickDir, ticksDir } from "./fire_layout.ts";
import { Ledger } from "./ledger.ts";
import { namesIn } from "../runs/run_tree.ts";

const RETENTION_MS = 30 * 86_400_000;

export class FileFireStore implements FireStore {
  readonly #dataDir: string;
  readonly #ledger: Ledger;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#ledger = new Ledger(ledgerDir(dataDir));
  }

  // A claim need not outlive a power cut: then the run, which does, keeps its id from being used again.
  claim(fire: FireKey, epoch: number): Promise<boolean> {
    const path = this.#claimPath(fire);
    const text = `${epoch} ${JSON.stringify(keyOf(fire))}\n`;
    if (createInFolder(path, text)) return Promise.resolve(true);
    const claim = readClaim(path);
    if (claim.settled || claim.epoch >= epoch) return Promise.resolve(false);
    replaceFileSync(path, text);
    return Promise.resolve(true);
  }

  openClaims(from: number): Promise<FireKey[]> {
    const root = ticksDir(this.#dataDir);
    const ticks = namesIn(root).filter((tick) => (tickAt(tick) ?? -1) >= from);
    const claims = ticks.flatMap((tick) =>
      namesIn(`${root}/${tick}`).map((name) => readClaim(`${root}/${tick}/${name}`))
    );
    return Promise.resolve(claims.flatMap(({ fire, settled }) => fire && !settled ? [fire] : []));
  }

  async settle(records: readonly FireRecord[]): Promise<void> {
    const fresh = records.filter((record) => !readClaim(this.#claimPath(record)).settled);
    for (const record of fresh) await this.#ledger.append(record, record.settledAt);
    await this.#ledger.flush();
    for (const record of fresh) this.#markSettled(record);
  }

  list(filter: FireFilter): Promise<FireRecord[]> {
    return pickFires(this.#ledger.newestFirst(), filter);
  }

  settledUntil(): Promise<number | null> {
    const at = Number(soundText(settledUntilFile(this.#dataDir)));
    return Promise.resolve(Number.isSafeInteger(at) && at > 0 ? at : null);
  }

  setSettledUntil(at: number): Promise<void> {
    replaceInFolder(settledUntilFile(this.#dataDir), String(at));
    return Promise.resolve();
  }

  known(): Promise<readonly string[]> {
    try {
      const known: unknown = JSON.parse(soundText(knownFile(this.#dataDir)));
      return Promise.resolve(Array.isArray(known) ? known.filter((one) => typeof one === "string") : []);
    } catch {
      return Promise.resolve([]);
    }
  }

  setKnown(schedules: readonly string[]): Promise<void> {
    replaceInFolder(knownFile(this.#dataDir), JSON.stringify(schedules));
    return Promise.resolve();
  }

  async sweep(before: number, now: number): Promise<void> {
    this.#ledger.removeBefore(now - RETENTION_MS);
    const root = ticksDir(this.#dataDir);
    for (const tick of namesIn(root)) {
      const path = `${root}/${tick}`;
      const at = tickAt(tick) ?? statIfExistsSync(path)?.mtime?.getTime() ?? before;
      if (at >= before) continue;
      removeIfExistsSync(path, { recursive: true });
      await pause(1);
    }
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }

  #claimPath(fire: FireKey): string {
    return `${tickDir(this.#dataDir, fire)}/${claimName(fire)}`;
  }

  #markSettled(record: FireRecord): void {
    const path = this.#claimPath(record);
    createInFolder(path, "");
    Deno.writeTextFileSync(path, `${record.outcome}\n`, { append: true });
  }
}

/** @returns false when there is such a file already. */
function createInFolder(path: string, content: string): boolean {
  try {
    return createFileSync(path, content);
  } catch (error) {
    if (!isMissing(error)) throw error;
    ensureDirSync(dirname(path));
    return createFileSync(path, content);
  }
}

function replaceInFolder(path: string, content: string): void {
  ensureDirSync(dirname(path));
  replaceFileSync(path, content);
}

interface Claim {
  readonly epoch: number;
  readonly settled: boolean;
  /** null when the file does not say. */
  readonly fire: FireKey | null;
}

function readClaim(path: string): Claim {
  const text = soundText(path);
  const [, epoch, fire] = /^(\d+) (\{.*\})$/m.exec(text) ?? [];
  return { epoch: Number(epoch ?? 0), settled: /^[a-z_]+$/m.test(text), fire: fire ? parseKey(fire) : null };
}

function parseKey(json: string): FireKey | null {
  try {
    const fire = JSON.parse(json) as FireKey;
    return [fire.job, fire.kind, fire.entry, fire.tick].every((part) => typeof part === "string")
      ? fire
      : null;
  } catch {
    return null;
  }
}
