/** Parts of a record that are too large for one message: they come in pieces, which are put together again. */
import type { RecordPart } from "../../ports/task_source.ts";
import { CallError } from "../../transport/grpc/call_error.ts";

/** Of one part, all its pieces together. */
export const MAX_PART_BYTES = 32 << 20;
/** Of all parts that have not come completely. */
const MAX_HELD_BYTES = 256 << 20;

/** What a coordinator holds of all tasks together. */
export interface PieceRoom {
  bytes: number;
}

export class PartPieces {
  readonly #room: PieceRoom;
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(room: PieceRoom) {
    this.#room = room;
  }

  /** @throws CallError when they become too large */
  add(piece: Uint8Array): void {
    if (this.#bytes + piece.length > MAX_PART_BYTES) {
      throw new CallError("invalid_argument", `A part of the record has more than ${MAX_PART_BYTES} bytes`);
    }
    if (this.#room.bytes + piece.length > MAX_HELD_BYTES) {
      throw new CallError("resource_exhausted", "Too many large parts of records are on their way");
    }
    this.#pieces.push(piece.slice());
    this.#bytes += piece.length;
    this.#room.bytes += piece.length;
  }

  /** JSON of the part that follows on the pieces. */
  jsonOf({ json }: RecordPart): string {
    if (json !== "" || this.#bytes === 0) return json;
    const whole = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.drop();
    return new TextDecoder().decode(whole);
  }

  drop(): void {
    this.#room.bytes -= this.#bytes;
    this.#pieces = [];
    this.#bytes = 0;
  }
}
