import type { KeptAnswer } from "./answers.ts";

/** Most characters of answers that are kept. */
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
  #size = 0;

  get(address: string, version: string): KeptAnswer | null {
    const entry = this.#entries.get(address);
    if (!entry) return null;
    this.#entries.delete(address);
    if (entry.version !== version) {
      this.#size -= entry.answer.text.length;
      return null;
    }
    this.#entries.set(address, entry);
    return entry.answer;
  }

  put(address: string, version: string, answer: KeptAnswer): void {
    if (answer.text.length > MAX_SHARE) return;
    this.#remove(address);
    this.#entries.set(address, { version, answer });
    this.#size += answer.text.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= MAX_SIZE) break;
      this.#remove(oldest);
    }
  }

  #remove(address: string): void {
    this.#size -= this.#entries.get(address)?.answer.text.length ?? 0;
    this.#entries.delete(address);
  }
}
