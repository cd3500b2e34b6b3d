/**
 * Who may act, when several processes want to and none can be trusted to notice that it slept. Nobody compares clocks:
 * an observer counts on its own monotonic clock how long a sign of life did not change, and an owner gives up by its
 * own clocks before any observer can take over.
 */

/** Silence after which a claim counts as dead, unless configured otherwise. */
export const STALE_MS = 10_000;
/** Pause between two renewals. */
export const RENEW_MS = 2_000;
/** An owner whose last renewal is older than this does not act; less than {@link STALE_MS}. */
export const ACT_MS = 7_000;
/** An owner whose last renewal is older than this has ended what it did; less than {@link STALE_MS}. */
export const END_MS = 9_000;

/** What the newest claim shows. */
export interface Sign {
  readonly epoch: number;
  /** Changes with each renewal. */
  readonly beat: string;
  readonly released: boolean;
}

/** What an observer has seen: a sign, and since when it is the same. */
export interface Watched {
  readonly sign: Sign | null;
  /** Milliseconds of the observer's monotonic clock. */
  readonly since: number;
}

/** @param now of the observer's monotonic clock */
export function watched(before: Watched | null, sign: Sign | null, now: number): Watched {
  return before && sameSign(before.sign, sign) ? before : { sign, since: now };
}

function sameSign(a: Sign | null, b: Sign | null): boolean {
  return a?.epoch === b?.epoch && a?.beat === b?.beat && a?.released === b?.released;
}

/**
 * The epoch that an observer may claim now; 0 for none.
 * @param gone the owner's process is known to have ended
 */
export function epochToClaim(seen: Watched, now: number, gone: boolean, staleMs: number = STALE_MS): number {
  const { sign, since } = seen;
  if (sign === null) return 1;
  return sign.released || gone || now - since > staleMs ? sign.epoch + 1 : 0;
}

/** When a renewal began, by both clocks of the owner. */
export interface Renewal {
  readonly monotonic: number;
  readonly wall: number;
}

/**
 * Whether an owner may act. A machine that sleeps stops the monotonic clock, somebody who sets the time bends the
 * wall clock: either one says that the renewal is old.
 * @param staleMs what the observers wait for
 */
export function mayAct(last: Renewal | null, now: Renewal, staleMs: number = STALE_MS): boolean {
  return last !== null && isFresh(last, now, actLimit(staleMs));
}

/** Whether what an owner has begun may go on: a little longer than it may begin something. */
export function mayGoOn(last: Renewal, now: Renewal, staleMs: number = STALE_MS): boolean {
  return isFresh(last, now, staleMs * END_MS / STALE_MS);
}

function isFresh(last: Renewal, now: Renewal, limit: number): boolean {
  return now.monotonic - last.monotonic < limit && Math.abs(now.wall - last.wall) < limit;
}

/** An owner stops well before the observers' limit, however that is configured. */
function actLimit(staleMs: number): number {
  return staleMs * ACT_MS / STALE_MS;
}

/** Pause between two renewals under a configured limit. */
export function renewEvery(staleMs: number): number {
  return staleMs * RENEW_MS / STALE_MS;
}
