/** Reads what is appended to a file, line by line. */
import { readRange } from "./log_files.ts";

const CHUNK = 1 << 20;

export class LineFollower {
  readonly #path: string;
  readonly #decoder = new TextDecoder();
  #offset = 0;
  #rest = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** Whole lines that were appended since the last call. @param last also gives what has no end yet */
  *take(last: boolean): Generator<string> {
    for (;;) {
      const bytes = readRange(this.#path, this.#offset, CHUNK);
      this.#offset += bytes.length;
      this.#rest += this.#decoder.decode(bytes, { stream: true });
      const lines = this.#rest.split("\n");
      this.#rest = lines.pop()!;
      yield* lines;
      if (bytes.length < CHUNK) break;
    }
    if (last && this.#rest !== "") {
      yield this.#rest;
      this.#rest = "";
    }
  }
}
