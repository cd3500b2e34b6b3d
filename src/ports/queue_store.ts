/**
 * Runs that wait for their turn. The record of a run says that it is queued; an item only says where it stands in
 * line, and can be made again from the record.
 */
import type { RunRef } from "../core/run.ts";

/** Every item of high priority stands before every one of low priority. */
export type Priority = "high" | "low";

export interface QueueItem {
  readonly queue: string;
  /** Unique in its queue. */
  readonly id: string;
  readonly priority: Priority;
  readonly run: RunRef;
  /** Place inside its priority, Unix milliseconds: smaller ones come first. */
  readonly queuedAt: number;
}

/** An item that a scheduler has taken, and whose run has not begun yet as far as is known. */
export interface Claim {
  readonly item: QueueItem;
  /** Of the scheduler that took it. */
  readonly epoch: number;
}

/** What stands in the place of an item and is none. */
export interface BadItem {
  readonly queue: string;
  readonly id: string;
  /** What is wrong with it. */
  readonly problem: string;
}

export interface QueueContents {
  /** In the order in which they start. */
  readonly waiting: readonly QueueItem[];
  readonly claims: readonly Claim[];
  readonly bad: readonly BadItem[];
  /** Places that were reserved and neither taken nor left yet. */
  readonly reserved: readonly QueueItem[];
}

/** A place in line that nobody sees yet. */
export interface Reservation {
  readonly item: QueueItem;
  /** Puts the item in line; resolves when it is on the disk. */
  take(): Promise<void>;
  /** Gives the place up. */
  leave(): void;
}

export interface QueueStore {
  /**
   * Reserves the last place of a priority, behind everything that was in line when this was called. The record of
   * the run has to be made between this and {@link Reservation.take}: a reservation that a killed process left
   * behind tells of such a record.
   */
  reserve(queue: string, run: RunRef, priority: Priority): Promise<Reservation>;
  /** Puts an item in line at the place that it had, unless it stands there already: see {@link QueueContents.reserved}. */
  restore(item: QueueItem): Promise<void>;
  /** Queues that have a place on the disk, sorted; they may be empty. */
  queues(): Promise<string[]>;
  contents(queue: string): Promise<QueueContents>;
  /**
   * Takes an item out of the line.
   * @returns null when somebody else was faster.
   */
  claim(item: QueueItem, epoch: number): Promise<Claim | null>;
  /** Puts a claimed item back to its place. */
  giveBack(claim: Claim): Promise<void>;
  /** The run of a claim has begun, or is none any more. */
  settle(claim: Claim): Promise<void>;
  /**
   * Removes an item that waits.
   * @returns false when it does not wait any more.
   */
  remove(item: QueueItem): Promise<boolean>;
  /**
   * Moves what is no item out of the way.
   * @returns where it can be found.
   */
  quarantine(bad: BadItem): Promise<string>;
  /** Leaves word why an item could not be started; "" takes it back. */
  note(item: QueueItem, reason: string): Promise<void>;
  /** What {@link note} left; "" when there is nothing. */
  noteOf(item: QueueItem): Promise<string>;
  /**
   * Calls back when items of a queue may have changed, or runs that count in it began or ended; null means any
   * queue.
   * @returns what ends the look-out.
   */
  watch(changed: (queue: string | null) => void): () => void;
}
