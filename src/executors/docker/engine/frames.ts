/** The engine sends stdout and stderr in one stream, as frames: stream number, three zero bytes, length, bytes. */

export interface FramePart {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

const HEADER = 8;

/** Takes frames apart, however the pieces that arrive are cut. Holds no more than a header. */
export class Frames {
  readonly #header = new Uint8Array(HEADER);
  #known = 0;
  #left = 0;

  /** The parts of frames that a piece holds. They are views of it. */
  *push(piece: Uint8Array): Generator<FramePart> {
    for (let at = 0; at < piece.length;) {
      if (this.#left > 0) {
        const end = Math.min(piece.length, at + this.#left);
        this.#left -= end - at;
        yield { stream: this.#header[0] === 2 ? "stderr" : "stdout", bytes: piece.subarray(at, end) };
        at = end;
        continue;
      }
      this.#header[this.#known++] = piece[at++]!;
      if (this.#known < HEADER) continue;
      this.#known = 0;
      this.#left = new DataView(this.#header.buffer).getUint32(4);
    }
  }
}
