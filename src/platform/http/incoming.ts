/** Bytes that come in on a connection, in a buffer of their own. */

const FIRST_SIZE = 4 * 1024;
const NEWLINE = 10;
const RETURN = 13;

/** What bytes come from. */
export interface ByteSource {
  /** @returns how many were put into the buffer; null at the end */
  read(into: Uint8Array): Promise<number | null>;
}

/** More bytes came than there may be. */
export class TooLong extends Error {}

export class Incoming {
  readonly #source: ByteSource;
  #buffer = new Uint8Array(FIRST_SIZE);
  #from = 0;
  #to = 0;
  /** A read that goes on. */
  #reading: Promise<boolean> | null = null;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Number of bytes that nobody has taken. */
  get waiting(): number {
    return this.#to - this.#from;
  }

  /**
   * Waits for more bytes. Two who wait share one read.
   * @returns false at the end
   */
  more(): Promise<boolean> {
    return this.#reading ??= this.#read().finally(() => this.#reading = null);
  }

  /**
   * Everything before an empty line, one character a byte. Empty lines before it are left out.
   * @returns null when the end came first
   * @throws TooLong
   */
  async head(limit: number): Promise<string | null> {
    let at = this.#from;
    for (;;) {
      while (this.#from < this.#to && isLineEnd(this.#buffer[this.#from]!)) at = ++this.#from;
      const end = this.#emptyLine(at);
      if (end >= 0) {
        const text = latin1(this.#buffer.subarray(this.#from, end));
        this.#from = end + 4;
        return text;
      }
      if (this.#to - this.#from >= limit) throw new TooLong();
      const seen = Math.max(0, this.#to - this.#from - 3);
      if (!await this.more()) return null;
      at = this.#from + seen;
    }
  }

  /** A line without its end; null when the end came first. @throws TooLong, and for a line that ends otherwise */
  async line(limit: number): Promise<string | null> {
    for (;;) {
      const end = this.#buffer.subarray(this.#from, this.#to).indexOf(NEWLINE);
      if (end >= 0) {
        const text = latin1(this.#buffer.subarray(this.#from, this.#from + end));
        this.#from += end + 1;
        if (!text.endsWith("\r")) throw new Error("A line does not end as it should");
        return text.slice(0, -1);
      }
      if (this.#to - this.#from > limit) throw new TooLong();
      if (!await this.more()) return null;
    }
  }

  /** Some bytes, at most so many; null at the end. */
  async take(limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.waiting === 0 && !await this.more()) return null;
    const end = Math.min(this.#to, this.#from + limit);
    const bytes = this.#buffer.slice(this.#from, end);
    this.#from = end;
    return bytes;
  }

  #emptyLine(from: number): number {
    const buffer = this.#buffer;
    for (let i = from; i + 3 < this.#to; i++) {
      if (
        buffer[i] === RETURN && buffer[i + 1] === NEWLINE && buffer[i + 2] === RETURN &&
        buffer[i + 3] === NEWLINE
      ) return i;
    }
    return -1;
  }

  async #read(): Promise<boolean> {
    if (this.#from === this.#to) this.#from = this.#to = 0;
    else if (this.#from > 0) {
      this.#buffer.copyWithin(0, this.#from, this.#to);
      this.#to -= this.#from;
      this.#from = 0;
    }
    if (this.#to === this.#buffer.length) {
      const larger = new Uint8Array(this.#buffer.length * 2);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    const count = await this.#source.read(this.#buffer.subarray(this.#to));
    if (count === null) return false;
    this.#to += count;
    return true;
  }
}

function isLineEnd(byte: number): boolean {
  return byte === RETURN || byte === NEWLINE;
}

const PIECE = 8 * 1024;

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += PIECE) text += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  return text;
}
