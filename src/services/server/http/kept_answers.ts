import type { KeptAnswer } from "./answers.ts";

/** Most bytes of answers that are kept. */
const MAX_SIZE = 4 * 1024 * 1024;
/** Larger answers would push out all others. */
const MAX_SHARE = MAX_SIZE / 4;

interface Entry {
  readonly version: string;
  readonly answer: KeptAnswer;
}

/** Answers that were given, by address: for as long as nothing changes. Those asked for longest ago go first. */
export class KeptAnswers {
  readonly #entries = new Map<string, Entry>();
  /** Answers that are being made, by version and address. */
  readonly #coming = new Map<string, Promise<KeptAnswer | null>>();
  #size = 0;

  get(address: string, version: string): KeptAnswer | null {
    const entry = this.#entries.get(address);
    if (!entry) return null;
    this.#entries.delete(address);
    if (entry.version !== version) {
      this.#size -= entry.answer.bytes.length;
      return null;
    }
    this.#entries.set(address, entry);
    return entry.answer;
  }

  /** What somebody else's request is making just now; null when there is none, or it is not for others. */
  coming(address: string, version: string): Promise<KeptAnswer | null> | null {
    return this.#coming.get(`${version} ${address}`) ?? null;
  }

  /**
   * Tells that an answer is being made, so that others wait for it instead of doing the same work.
   * @returns a function that has to be called with it, or with null when it is not for others
   */
  begin(address: string, version: string): (made: KeptAnswer | null) => void {
    const key = `${version} ${address}`;
    const { promise, resolve } = Promise.withResolvers<KeptAnswer | null>();
    this.#coming.set(key, promise);
    return (made) => {
      if (this.#coming.get(key) === promise) this.#coming.delete(key);
      if (made) this.#put(address, version, made);
      resolve(made);
    };
  }

  #put(address: string, version: string, answer: KeptAnswer): void {
    if (answer.bytes.length > MAX_SHARE) return;
    this.#remove(address);
    this.#entries.set(address, { version, answer });
    this.#size += answer.bytes.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= MAX_SIZE) break;
      this.#remove(oldest);
    }
  }

  #remove(address: string): void {
    this.#size -= this.#entries.get(address)?.answer.bytes.length ?? 0;
    this.#entries.delete(address);
  }
}
