/**
 * Slows down whoever tries passwords. Wrong tries are counted for a name from an address, for an address and for a
 * name; from some number on, each one doubles the pause until the next try is looked at. Pauses for a name alone stay
 * short, so that a stranger cannot lock somebody out.
 */

interface Bucket {
  readonly wrong: number;
  /** Unix milliseconds. */
  readonly until: number;
  readonly last: number;
}

interface Rule {
  /** Wrong tries that cost no pause. */
  readonly free: number;
  readonly longestMs: number;
}

const PAIR: Rule = { free: 4, longestMs: 5 * 60_000 };
const ADDRESS: Rule = { free: 14, longestMs: 60_000 };
const NAME: Rule = { free: 30, longestMs: 2_000 };
const FIRST_PAUSE_MS = 1000;
const FORGOTTEN_AFTER_MS = 15 * 60_000;
const MOST_BUCKETS = 10_000;

export class LoginLimit {
  readonly #buckets = new Map<string, Bucket>();

  /** Milliseconds until a try is looked at; 0 for at once. */
  wait(name: string, address: string, now: number): number {
    const waits = keysOf(name, address).map(([key]) => (this.#at(key, now)?.until ?? 0) - now);
    return Math.max(0, ...waits);
  }

  /** Counts a try before its outcome is known, so that tries at the same time are no way around. */
  begin(name: string, address: string, now: number): void {
    for (const [key, rule] of keysOf(name, address)) {
      const wrong = (this.#at(key, now)?.wrong ?? 0) + 1;
      const over = wrong - rule.free;
      const pause = over <= 0 ? 0 : Math.min(rule.longestMs, FIRST_PAUSE_MS * 2 ** Math.min(over - 1, 20));
      this.#buckets.delete(key);
      this.#buckets.set(key, { wrong, until: now + pause, last: now });
    }
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= MOST_BUCKETS) break;
      this.#buckets.delete(oldest);
    }
  }

  /** The try that was begun last was right. */
  right(name: string, address: string): void {
    const [pair, ...others] = keysOf(name, address);
    this.#buckets.delete(pair[0]);
    for (const [key] of others) {
      const bucket = this.#buckets.get(key);
      if (bucket) this.#buckets.set(key, { ...bucket, wrong: bucket.wrong - 1, until: 0 });
    }
  }

  #at(key: string, now: number): Bucket | undefined {
    const bucket = this.#buckets.get(key);
    return bucket && now - bucket.last < FORGOTTEN_AFTER_MS ? bucket : undefined;
  }
}

function keysOf(name: string, address: string): [string, Rule][] {
  return [[`p ${address} ${name}`, PAIR], [`a ${address}`, ADDRESS], [`n ${name}`, NAME]];
}
