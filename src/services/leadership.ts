/** Takes part in the choice of the one scheduler that acts, and tells at each instant whether it is this one. */
import { epochToClaim, mayAct, type Renewal, renewEvery, type Watched, watched } from "../core/lease_rule.ts";
import { messageOf } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Fence, LeaseOwner, LeaseStore } from "../ports/lease_store.ts";

/** No look is closer to the act that it allows than this: acts that follow each other share one. */
const LOOK_HOLDS_MS = 20;

/** A lock that has to be held besides. */
export interface SecondLock {
  /** @returns false while another program has it. */
  take(now: number): boolean;
  /** Called with each renewal. @returns false when it was lost. */
  keep(now: number): boolean;
  leave(): void;
}

export interface LeadershipOptions {
  readonly leases: LeaseStore;
  readonly second: SecondLock | null;
  readonly clock: Clock;
  readonly owner: Omit<LeaseOwner, "token">;
  /** A new one for each claim. */
  readonly newToken: () => string;
  /** Silence after which another's claim counts as dead. */
  readonly staleMs: number;
  /** Pause of a stand-by between two looks. */
  readonly lookMs: number;
  /** Told when something is in the way, once for each change of the reason; "" when it is not any more. */
  readonly onTrouble: (why: string) => void;
}

export class Leadership implements Fence {
  readonly #options: LeadershipOptions;
  #claim: { readonly epoch: number; readonly owner: LeaseOwner } | null = null;
  #last: Renewal | null = null;
  /** When it was last seen that nobody has a newer claim. */
  #looked = -Infinity;
  #trouble = "";

  constructor(options: LeadershipOptions) {
    this.#options = options;
  }

  get epoch(): number {
    return this.#claim?.epoch ?? 0;
  }

  holds(): boolean {
    const now = this.#now();
    if (!this.#claim || !mayAct(this.#last, now, this.#options.staleMs)) return false;
    if (now.monotonic - this.#looked < LOOK_HOLDS_MS) return true;
    try {
      if (this.#options.leases.superseded(this.#claim.epoch)) return false;
      this.#looked = now.monotonic;
      return true;
    } catch {
      return false; // Who cannot look does not act.
    }
  }

  /** Stands by until this process leads. @returns false when the signal came first. */
  async acquire(signal: AbortSignal): Promise<boolean> {
    const { leases, second, clock, lookMs, staleMs } = this.#options;
    let seen: Watched | null = null;
    while (!signal.aborted) {
      try {
        const at = clock.monotonic();
        const sign = await leases.newest();
        seen = watched(seen, sign, at);
        const gone = sign?.owner ? leases.isGone(sign.owner) : false;
        const epoch = epochToClaim(seen, at, gone, staleMs);
        const free = epoch > 0 && (!second || second.take(at));
        this.#explain(epoch > 0 && !free ? "A scheduler of Dagu is at work" : "");
        if (free && await this.#claimEpoch(epoch)) return true;
      } catch (error) {
        this.#explain(`Cannot look for the leader: ${messageOf(error)}`);
      }
      await clock.sleep(lookMs, signal);
    }
    return false;
  }

  /** Renews until leadership is lost or the signal comes. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock, staleMs } = this.#options;
    while (!signal.aborted) {
      await clock.rest(renewEvery(staleMs), signal);
      if (signal.aborted) return;
      try {
        if (!await this.#renew()) break;
        this.#explain("");
      } catch (error) {
        this.#explain(`Cannot renew the leadership: ${messageOf(error)}`);
        // Others count on the silence: who could not renew in time has to claim anew.
        if (!mayAct(this.#last, this.#now(), staleMs)) break;
      }
    }
    if (!signal.aborted) this.#drop();
  }

  /** Stops acting, and tells those who stand by. */
  async release(): Promise<void> {
    const claim = this.#claim;
    this.#drop();
    if (!claim || this.#options.leases.superseded(claim.epoch)) return;
    this.#options.second?.leave();
    await this.#options.leases.release(claim.epoch, claim.owner);
  }

  async #claimEpoch(epoch: number): Promise<boolean> {
    const owner = { ...this.#options.owner, token: this.#options.newToken() };
    if (!await this.#options.leases.claim(epoch, owner)) return false;
    this.#claim = { epoch, owner };
    if (await this.#renew()) return true;
    this.#drop();
    return false;
  }

  async #renew(): Promise<boolean> {
    const { leases, second } = this.#options;
    const { epoch, owner } = this.#claim!;
    // Counted from before the renewal: nobody can have seen it earlier.
    const begun = this.#now();
    if (!await leases.renew(epoch, owner) || second && !second.keep(begun.monotonic)) return false;
    this.#last = begun;
    this.#looked = begun.monotonic;
    return true;
  }

  #drop(): void {
    this.#claim = null;
    this.#last = null;
    this.#looked = -Infinity;
  }

  #now(): Renewal {
    const { clock } = this.#options;
    return { monotonic: clock.monotonic(), wall: clock.now() };
  }

  #explain(why: string): void {
    if (why !== this.#trouble) this.#options.onTrouble(why);
    this.#trouble = why;
  }
}
