/** The book of expected fires: who deals with each, and how it ended. */
import type { FireFilter } from "../core/schedule/fire_filter.ts";
import type { FireKey, FireRecord } from "../core/schedule/schedule.ts";

export interface FireStore {
  /**
   * Claims a fire. The first to ask gets it; a fire that was claimed by an older epoch and never settled goes to
   * the newer one, whose run is kept from being a second one by the fire's run id.
   * @returns whether the caller is to deal with it.
   */
  claim(fire: FireKey, epoch: number): Promise<boolean>;
  /** Claims of fires that were due at a time or later, and that were never settled: their owner died. */
  openClaims(from: number): Promise<FireKey[]>;
  /**
   * Records how fires ended; they are on the disk when this resolves. A fire is settled once, further calls add
   * nothing.
   */
  settle(records: readonly FireRecord[]): Promise<void>;
  /** What was recorded last, ordered by `at`, newest first. */
  list(filter: FireFilter): Promise<FireRecord[]>;
  /** Time until which every fire is settled, Unix milliseconds; null when no scheduler ever ran. */
  settledUntil(): Promise<number | null>;
  setSettledUntil(at: number): Promise<void>;
  /** Schedules that were followed last. */
  known(): Promise<readonly string[]>;
  setKnown(schedules: readonly string[]): Promise<void>;
  /** Forgets claims of fires that were due before a time, and records of more than 30 days. */
  sweep(before: number, now: number): Promise<void>;
  close(): Promise<void>;
}
