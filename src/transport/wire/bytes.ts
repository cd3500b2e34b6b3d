/** Reads and writes the wire format of Protocol Buffers: numbers with seven bits a byte, and lengths before texts. */

/** What follows a field's number. */
export const Wire = { Varint: 0, Fixed64: 1, Bytes: 2, Fixed32: 5 } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LOW = 0x80n;
const SEVEN_BYTES = 2 ** 49;

export class WireWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  tag(field: number, wire: number): this {
    return this.varint(field * 8 + wire);
  }

  /** A whole number within ±2^53; one below 0 takes ten bytes. */
  varint(value: number): this {
    if (value < 0) return this.#negative(BigInt.asUintN(64, BigInt(value)));
    this.#reserve(10);
    for (; value >= 0x80; value = Math.floor(value / 0x80)) this.#bytes[this.#length++] = value % 0x80 | 0x80;
    this.#bytes[this.#length++] = value;
    return this;
  }

  /** With its length before it. */
  bytes(value: Uint8Array): this {
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  text(value: string): this {
    return this.bytes(encoder.encode(value));
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #negative(value: bigint): this {
    this.#reserve(10);
    for (; value >= LOW; value /= LOW) this.#bytes[this.#length++] = Number(value % LOW) | 0x80;
    this.#bytes[this.#length++] = Number(value);
    return this;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** Bytes that are no message. */
export class WireError extends Error {
  override readonly name = "WireError";
}

export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** A whole number; one beyond ±2^53 loses its last digits. */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale < SEVEN_BYTES; scale *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return this.#largeVarint(BigInt(value));
  }

  /** The last three bytes of ten, which numbers alone cannot hold. */
  #largeVarint(low: bigint): number {
    let value = low;
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw new WireError("A number has more than ten bytes");
  }

  bytes(): Uint8Array {
    const length = this.varint();
    return this.#take(length);
  }

  text(): string {
    return decoder.decode(this.bytes());
  }

  skip(wire: number): void {
    switch (wire) {
      case Wire.Varint:
        this.varint();
        return;
      case Wire.Bytes:
        this.bytes();
        return;
      case Wire.Fixed64:
        this.#take(8);
        return;
      case Wire.Fixed32:
        this.#take(4);
        return;
    }
    throw new WireError(`There is no kind of field with the number ${wire}`);
  }

  #byte(): number {
    if (this.done) throw new WireError("The message ends within a number");
    return this.#bytes[this.#at++]!;
  }

  #take(length: number): Uint8Array {
    if (length < 0 || length > this.#bytes.length - this.#at) {
      throw new WireError("The message ends within a field");
    }
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return part;
  }
}
