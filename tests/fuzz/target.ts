/** What is fuzzed: one reader of what comes from outside. */
import type { Random } from "../fakes/random.ts";

/** Far more than a reader of texts needs. */
export const PATIENCE_MS = 10_000;

export interface Target {
  /** How many tries of a reader of texts one of this kind takes the time of; 1 by default. */
  readonly cost?: number;
  /** Time for one try, in milliseconds; {@link PATIENCE_MS} by default. */
  readonly patienceMs?: number;
  /** An input: of bytes, where it is bytes, a character each. The same random numbers give the same. */
  make(random: Random): string | Promise<string>;
  /**
   * Gives the input to the reader and looks at what comes of it. A DaguError counts as an answer, any other error
   * as a flaw.
   * @returns what a person would be told, "" for nothing
   */
  check(input: string): string | Promise<string>;
  /** Called at the end, where something has to be given back. */
  dispose?(): Promise<void>;
}

/** Of a text, one character a byte. */
export function bytesOf(input: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(input, (char) => char.charCodeAt(0));
}

/** The text of bytes, a character each: what {@link bytesOf} takes. */
export function charsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
