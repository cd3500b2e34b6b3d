/** Which of several processes may act. */

/** Who a process is, precisely enough to tell whether it still lives. */
export interface LeaseOwner {
  readonly host: string;
  readonly bootId: string;
  readonly pid: number;
  /** In the units of the system. */
  readonly startTime: string;
  /** Random word: no two claims have the same. */
  readonly token: string;
}

/** The newest claim, as a file shows it. */
export interface LeaseSign {
  /** Number of the claim: 1 for the first one ever. */
  readonly epoch: number;
  /** null when the claim cannot be read. */
  readonly owner: LeaseOwner | null;
  /** Changes with each renewal; means nothing else. */
  readonly beat: string;
  /** The owner has given it back. */
  readonly released: boolean;
}

export interface LeaseStore {
  /** The claim with the greatest epoch; null when there never was one. */
  newest(): Promise<LeaseSign | null>;
  /**
   * Claims an epoch.
   * @returns false when somebody else has it.
   */
  claim(epoch: number, owner: LeaseOwner): Promise<boolean>;
  /**
   * Shows that the owner of an epoch is alive.
   * @returns false when the epoch is superseded: nothing is shown then
   * @throws when it cannot be shown, or the claim is another's.
   */
  renew(epoch: number, owner: LeaseOwner): Promise<boolean>;
  /** Shows that the owner has stopped acting: the next one need not wait. Of a superseded epoch it shows nothing. */
  release(epoch: number, owner: LeaseOwner): Promise<void>;
  /** Whether a claim with a greater epoch exists, or that of this epoch is gone. */
  superseded(epoch: number): boolean;
  /** Whether the process of an owner is known to be gone; false when this host cannot tell. */
  isGone(owner: LeaseOwner): boolean;
}

/** The right to act, as those see it who act. */
export interface Fence {
  /** Every claim of work carries it. */
  readonly epoch: number;
  /** Whether the right holds at this instant; asked before each claim and each start. */
  holds(): boolean;
}
