/** The book of fires in memory. */
import { type FireFilter, fireKeyText, pickFires } from "../../core/schedule/fire_filter.ts";
import { keyOf, tickAt } from "../../core/schedule/fire_key.ts";
import type { FireKey, FireRecord } from "../../core/schedule/schedule.ts";
import type { FireStore } from "../../ports/fire_store.ts";

const RETENTION_MS = 30 * 86_400_000;

interface Claim {
  readonly fire: FireKey;
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
    this.#claims.set(key, { fire: keyOf(fire), epoch, settled: false });
    return Promise.resolve(true);
  }

  openClaims(from: number): Promise<FireKey[]> {
    const open = this.#claims.values().filter(({ fire, settled }) =>
      !settled && (tickAt(fire.tick) ?? -1) >= from
    );
    return Promise.resolve(open.map(({ fire }) => fire).toArray());
  }

  settle(records: readonly FireRecord[]): Promise<void> {
    for (const record of records) {
      const key = fireKeyText(record);
      const claim = this.#claims.get(key) ?? { fire: keyOf(record), epoch: 0, settled: false };
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
    for (const [key, { fire }] of this.#claims) {
      if ((tickAt(fire.tick) ?? before) < before) this.#claims.delete(key);
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
