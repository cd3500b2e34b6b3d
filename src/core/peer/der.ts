/** Values in DER, the notation of certificates and their keys: what those need, no more. */
import { DaguError } from "../errors.ts";

export const TAG = {
  bool: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  time: 0x18,
} as const;

/** One value: tag, length, and its parts one after the other. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concat(Uint8Array.from([tag, ...lengthBytes(length)]), ...parts);
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return der(TAG.sequence, ...parts);
}

/** `1.2.840.10045` */
export function oid(dotted: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return der(TAG.oid, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A number that is not below zero, from its bytes, the greatest first. */
export function unsigned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from++;
  const digits = bytes.subarray(from);
  return digits[0]! < 0x80 ? der(TAG.integer, digits) : der(TAG.integer, Uint8Array.of(0), digits);
}

export function text(value: string): Uint8Array<ArrayBuffer> {
  return der(TAG.utf8, new TextEncoder().encode(value));
}

/** Whole bytes as a string of bits. */
export function bits(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return der(TAG.bits, Uint8Array.of(0), bytes);
}

/** A point in time, to the second: in the form that its year asks for. */
export function time(at: number): Uint8Array<ArrayBuffer> {
  const digits = new Date(at).toISOString().replace(/\.\d+Z$/, "Z").replace(/[-:T]/g, "");
  const short = Number(digits.slice(0, 4)) < 2050;
  return der(short ? TAG.utcTime : TAG.time, new TextEncoder().encode(short ? digits.slice(2) : digits));
}

/** What was read: the whole value, and what is in it. */
export interface DerValue {
  readonly tag: number;
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/**
 * The values that stand one after the other.
 * @throws DaguError when the bytes are none.
 */
export function readValues(bytes: Uint8Array): DerValue[] {
  const found: DerValue[] = [];
  for (let at = 0; at < bytes.length;) {
    const { header, length } = readHeader(bytes, at);
    const end = at + header + length;
    if (end > bytes.length) throw broken();
    found.push({
      tag: bytes[at]!,
      whole: bytes.subarray(at, end),
      content: bytes.subarray(at + header, end),
    });
    at = end;
  }
  return found;
}

/** Unix milliseconds. @throws DaguError */
export function readTime({ tag, content }: DerValue): number {
  const digits = new TextDecoder().decode(content);
  const full = tag === TAG.time ? digits : (Number(digits.slice(0, 2)) < 50 ? "20" : "19") + digits;
  const at = Date.parse(
    full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  if (Number.isNaN(at)) throw broken();
  return at;
}

function readHeader(bytes: Uint8Array, at: number): { header: number; length: number } {
  const first = bytes[at + 1] ?? 0xff;
  if (first < 0x80) return { header: 2, length: first };
  const size = first & 0x7f;
  if (size === 0 || size > 3 || at + 2 + size > bytes.length) throw broken();
  let length = 0;
  for (const byte of bytes.subarray(at + 2, at + 2 + size)) length = length * 256 + byte;
  return { header: 2 + size, length };
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift(0x80 | rest % 128);
  }
  return digits;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function broken(): DaguError {
  return new DaguError("Cannot read the certificate: its bytes are not those of one");
}
