/** What is fuzzed: one reader of what comes from outside. */
import type { Random } from "../fakes/random.ts";

export interface Target {
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
