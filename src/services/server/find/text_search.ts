/** Search by a pattern of a stranger: its cost grows with the text only, and is bounded. */
import { messageOf } from "../../../core/errors.ts";
import { LinearRegex } from "../../../core/text/regex.ts";
import { pause } from "../../../platform/time/timer.ts";
import { badRequest } from "../http/api_error.ts";

/** Instructions of an expression that are looked at for one line: less than 100 ms. */
const MAX_WORK = 1_000_000;
/** Work of one search in all, and in one go. */
const MAX_MS = 1000;
const SLICE_MS = 5;
/** An answer takes several steps: after a shorter rest the next slice begins between two of them. */
const REST_MS = 8;

/** What is wrong with a pattern; "" when it can be used. */
export function regexProblem(pattern: string): string {
  try {
    new LinearRegex(`(?i)${pattern}`);
    return "";
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Finds a regular expression, whatever its case; a text that is none is looked for as it stands. The search throws
 * ApiError when it takes too long in one line.
 */
export function searcher(pattern: string): (text: string) => boolean {
  const plain = pattern.toLowerCase();
  const literal = (text: string) => text.toLowerCase().includes(plain);
  if (/^[^\\^$.|?*+()[\]{}]*$/.test(pattern) || regexProblem(pattern) !== "") return literal;
  const regex = new LinearRegex(`(?i)${pattern}`, MAX_WORK);
  return (text) => {
    try {
      return regex.test(text);
    } catch (error) {
      throw badRequest(messageOf(error));
    }
  };
}

/** One search in many texts. It takes its work in slices, of which searches have one after the other. */
export class SlicedSearch {
  readonly #test: (line: string) => boolean;
  readonly #now: () => number;
  #slice: number;
  #spent = 0;

  /** @param now milliseconds */
  constructor(pattern: string, now: () => number) {
    this.#test = searcher(pattern);
    this.#now = now;
    this.#slice = now();
  }

  /**
   * Indexes of the first lines that match.
   * @throws ApiError when the work of this search takes too long
   */
  async linesIn(text: string, limit: number): Promise<number[]> {
    const lines = text.split("\n");
    const found: number[] = [];
    for (let i = 0; i < lines.length && found.length < limit; i++) {
      if (this.#test(lines[i])) found.push(i);
      const taken = this.#now() - this.#slice;
      if (taken >= SLICE_MS) await this.#rest(taken);
    }
    return found;
  }

  async #rest(taken: number): Promise<void> {
    this.#spent += taken;
    if (this.#spent > MAX_MS) {
      throw badRequest(`The search took more than ${MAX_MS} ms, expected a simpler expression`);
    }
    await nextTurn();
    this.#slice = this.#now();
  }
}

/** The turn that was given last; null while nobody waits for one. */
let turns: Promise<void> | null = null;

/** Between the slices of two searches others are answered, however many searches there are. */
export async function nextTurn(): Promise<void> {
  const mine = (turns ?? Promise.resolve()).then(() => pause(REST_MS));
  turns = mine;
  await mine;
  if (turns === mine) turns = null;
}
