/** Bounds how often somebody may do something: so many times at once, and so many times a second after that. */

interface Bucket {
  left: number;
  /** When `left` was right, in milliseconds. */
  at: number;
}

/** Users that are remembered; of others it is assumed that they have done nothing lately. */
const MAX_KNOWN = 1000;

export class Pace {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
  }

  /**
   * @param now in milliseconds, of a clock that does not jump
   * @returns 0, or the milliseconds after which it may be done
   */
  take(who: string, now: number): number {
    const known = this.#buckets.get(who);
    const gained = known ? (now - known.at) / 1000 * this.#perSecond : Infinity;
    const bucket = { left: Math.min(this.#burst, (known?.left ?? 0) + gained), at: now };
    this.#buckets.delete(who);
    this.#buckets.set(who, bucket);
    if (this.#buckets.size > MAX_KNOWN) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (bucket.left < 1) return (1 - bucket.left) / this.#perSecond * 1000;
    bucket.left--;
    return 0;
  }
}
