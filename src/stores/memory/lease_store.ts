/** Claims in memory, for tests: the store of several schedulers that share one object. */
import type { LeaseOwner, LeaseSign, LeaseStore } from "../../ports/lease_store.ts";

interface Claimed {
  readonly owner: LeaseOwner;
  beats: number;
  released: boolean;
}

export class MemoryLeaseStore implements LeaseStore {
  readonly #claims = new Map<number, Claimed>();
  readonly #gone: (owner: LeaseOwner) => boolean;

  constructor(gone: (owner: LeaseOwner) => boolean = () => false) {
    this.#gone = gone;
  }

  newest(): Promise<LeaseSign | null> {
    const epoch = Math.max(0, ...this.#claims.keys());
    const claim = this.#claims.get(epoch);
    if (!claim) return Promise.resolve(null);
    const { owner, beats, released } = claim;
    return Promise.resolve({ epoch, owner, beat: String(beats), released });
  }

  claim(epoch: number, owner: LeaseOwner): Promise<boolean> {
    if (this.#claims.has(epoch)) return Promise.resolve(false);
    this.#claims.set(epoch, { owner, beats: 0, released: false });
    return Promise.resolve(true);
  }

  renew(epoch: number, owner: LeaseOwner): Promise<boolean> {
    return this.#change(epoch, owner, (claim) => claim.beats++);
  }

  async release(epoch: number, owner: LeaseOwner): Promise<void> {
    await this.#change(epoch, owner, (claim) => claim.released = true);
  }

  superseded(epoch: number): boolean {
    return !this.#claims.has(epoch) || [...this.#claims.keys()].some((other) => other > epoch);
  }

  isGone(owner: LeaseOwner): boolean {
    return this.#gone(owner);
  }

  #change(epoch: number, owner: LeaseOwner, change: (claim: Claimed) => void): Promise<boolean> {
    const claim = this.#claims.get(epoch);
    if (claim?.owner.token !== owner.token) {
      return Promise.reject(new Error(`The claim of epoch ${epoch} is another's`));
    }
    if (this.superseded(epoch)) return Promise.resolve(false);
    change(claim);
    return Promise.resolve(true);
  }
}
