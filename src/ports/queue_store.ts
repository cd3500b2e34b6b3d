/**
 * Runs that wait for their turn. The record of a run says that it is queued; an item only says where it stands in
 * line, and can be made again from the record.
 */
import type { Place, Priority } from "../core/queue_order.ts";
import type { RunRef } from "../core/run.ts";

export interface QueueItem extends Place {
  readonly queue: string;
  readonly run: RunRef;
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

/** A place in line that is not seen yet: the run is being recorded, or whoever did that was killed. */
export interface Reservation {
  readonly item: QueueItem;
  /** Puts the item in line, unless somebody has done it; resolves when it is on the disk. */
  take(): Promise<void>;
  /** Gives the place up. */
  leave(): void;
}

export interface QueueContents {
  /** In the order in which they start. */
  readonly waiting: readonly QueueItem[];
  readonly claims: readonly Claim[];
  readonly reserved: readonly Reservation[];
  readonly bad: readonly BadItem[];
}

export interface QueueStore {
  /**
   * Reserves the last place of a priority, behind everything that was in line when this was called. The run has to
   * be recorded between this and {@link Reservation.take}.
   * @param at the place, Unix milliseconds, of a run that had one
   */
  reserve(queue: string, run: RunRef, priority: Priority, at?: number): Promise<Reservation>;
  /** Queues that have been used, sorted; they may be empty. */
  queues(): Promise<string[]>;
  /** Forgets queues that have been empty for long. */
  prune(): Promise<void>;
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
  /** Whether a run stands at its place in line, neither claimed nor gone: one look, however long the line is. */
  waits(queue: string, run: RunRef, place: Omit<Place, "id">): Promise<boolean>;
  /**
   * Removes an item that waits.
   * @returns false when it does not wait any more.
   */
  remove(item: QueueItem): Promise<boolean>;
  /** Resolves when it is on the disk what was removed from a queue, or settled. */
  flush(queue: string): Promise<void>;
  /**
   * Moves what is of no use as an item out of the way.
   * @returns where it can be found; "" when it is gone already.
   */
  quarantine(item: Pick<QueueItem, "queue" | "id">): Promise<string>;
  /** Leaves word why an item could not be started; "" takes it back. */
  note(item: QueueItem, reason: string): Promise<void>;
  /** What {@link note} left, by the ids of items. */
  notes(queue: string): Promise<ReadonlyMap<string, string>>;
  /**
   * Calls back when items of a queue may have changed, or one with a word why it waits was taken out, or runs that
   * count in it have ended; null means any queue.
   * @returns what ends the look-out.
   */
  watch(changed: (queue: string | null) => void): () => void;
}
