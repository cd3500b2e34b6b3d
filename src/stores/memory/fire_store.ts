/** The book of fires in memory. */
import { type FireFilter, fireKeyText, pickFires } from "../../core/fire_filter.ts";
import type { FireKey, FireRecord } from "../../core/schedule.ts";
import type { FireStore } from "../../ports/fire_store.ts";

const RETENTION_MS = 30 * 86_400_000;

interface Claim {
  readonly tick: string;
  readonly epoch: number;
  settled: boolean;
}

export class MemoryFireStore implements FireStore {
  readonly #claims = new Map<string, Claim>();
  #records: FireRecord[] = [];
  #settledUntil: number | null = null;
  #known: readonly string[] = [];

  claim(fire: FireKey, epoch: number): Promise<boolean> {
    const key = fireKeyText(fire);
    const known = this.#claims.get(key);
    if (known && (known.settled || known.epoch >= epoch)) return Promise.resolve(false);
    this.#claims.set(key, { tick: fire.tick, epoch, settled: false });
    return Promise.resolve(true);
  }

  settle(records: readonly FireRecord[]): Promise<void> {
    for (const record of records) {
      const key = fireKeyText(record);
      const claim = this.#claims.get(key) ?? { tick: record.tick, epoch: 0, settled: false };
      if (!claim.settled) this.#records.push(record);
      claim.settled = true;
      this.#claims.set(key, claim);
    }
    return Promise.resolve();
  }

  list(filter: FireFilter): Promise<FireRecord[]> {
    return pickFires(newestFirst(this.#records), filter);
  }

  settledUntil(): Promise<number | null> {
    return Promise.resolve(this.#settledUntil);
  }

  setSettledUntil(at: number): Promise<void> {
    this.#settledUntil = at;
    return Promise.resolve();
  }

  known(): Promise<readonly string[]> {
    return Promise.resolve(this.#known);
  }

  setKnown(schedules: readonly string[]): Promise<void> {
    this.#known = [...schedules];
    return Promise.resolve();
  }

  sweep(before: number, now: number): Promise<void> {
    const oldest = new Date(before).toISOString().slice(0, 16).replaceAll(/[-:]/g, "");
    for (const [key, { tick }] of this.#claims) {
      if (/^\d/.test(tick) && tick.slice(0, oldest.length) < oldest) this.#claims.delete(key);
    }
    this.#records = this.#records.filter((record) => record.settledAt >= now - RETENTION_MS);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function* newestFirst(records: readonly FireRecord[]): AsyncGenerator<FireRecord> {
  yield* records.toReversed();
}
