/** The body of a request as a stream, taken off the connection as it is read. */
import type { Incoming } from "./incoming.ts";
import type { BodyLength } from "./request_head.ts";

const MAX_LINE = 1024;
const MAX_TRAILERS = 32;
/** Most bytes of one piece. */
const PIECE = 64 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

export class RequestBody {
  readonly #incoming: Incoming;
  readonly #chunked: boolean;
  readonly #onEnd: () => void;
  /** Bytes of the body, or of the chunk, that are to come. */
  #left: number;
  #begun = false;
  #done: boolean;

  /** @param onEnd called when all of it has come */
  constructor(incoming: Incoming, length: BodyLength, onEnd: () => void) {
    this.#incoming = incoming;
    this.#onEnd = onEnd;
    this.#chunked = length === "chunked";
    this.#left = this.#chunked ? 0 : length as number;
    this.#done = length === 0;
  }

  /** Whether nothing of it is left on the connection. */
  get done(): boolean {
    return this.#done;
  }

  /** @param begin called before the first byte is waited for */
  stream(begin: () => Promise<void>): ReadableStream<Bytes> {
    return new ReadableStream<Bytes>({
      pull: async (controller) => {
        if (!this.#begun) await begin();
        this.#begun = true;
        const piece = await this.#next();
        if (piece) controller.enqueue(piece);
        else controller.close();
      },
    }, { highWaterMark: 0 });
  }

  /** @throws when the connection ends before the body does, or the chunks make no sense */
  async #next(): Promise<Bytes | null> {
    if (this.#chunked && this.#left === 0 && !this.#done) await this.#nextChunk();
    if (this.#done) return null;
    const piece = await this.#incoming.take(Math.min(this.#left, PIECE));
    if (piece === null) throw new Error("The connection ended inside of a body");
    this.#left -= piece.length;
    if (this.#left === 0) {
      if (this.#chunked) await this.#expectEmptyLine();
      else this.#end();
    }
    return piece;
  }

  async #nextChunk(): Promise<void> {
    const line = await this.#incoming.line(MAX_LINE);
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(;.*)?$/.exec(line ?? "");
    if (!size) throw new Error("A chunk of a body has no size");
    this.#left = parseInt(size[1]!, 16);
    if (this.#left > 0) return;
    // What follows the last chunk is of no interest.
    for (let i = 0; i < MAX_TRAILERS; i++) {
      const trailer = await this.#incoming.line(MAX_LINE);
      if (trailer === null) break;
      if (trailer !== "") continue;
      return this.#end();
    }
    throw new Error("A body has no end");
  }

  #end(): void {
    this.#done = true;
    this.#onEnd();
  }

  async #expectEmptyLine(): Promise<void> {
    if (await this.#incoming.line(MAX_LINE) !== "") throw new Error("A chunk is longer than it says");
  }
}
