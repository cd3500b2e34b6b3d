/** Hides secret values in texts and byte streams. */

const MARK = "*******";
/** Forms and lines of a value are only looked for from this many bytes on: shorter ones would hit by chance. */
const MIN_DERIVED = 4;
/** Characters of all forms together: a pattern of more may be refused. */
const MAX_PATTERN = 10_000;

/** Replaces bytes that arrive in chunks, wherever the chunk borders fall. */
export interface MaskStream {
  /** Masked bytes, all but what may be the beginning of a secret. The input is not kept nor changed. */
  push(bytes: Uint8Array): Uint8Array;
  /** What was held back. The stream may be used again afterwards. */
  end(): Uint8Array;
}

/**
 * Looks for the exact values, each line of a value with several lines, and their base64, URL and JSON forms. Other
 * transformations of a secret pass. Empty values are ignored.
 */
export class Masker {
  readonly #finder: Finder | null;
  readonly #inText: (text: string) => string;

  constructor(secrets: readonly string[]) {
    const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
    this.#inText = textMask(forms);
    const encoder = new TextEncoder();
    this.#finder = forms.length === 0 ? null : new Finder(forms.map((form) => encoder.encode(form)));
  }

  text(text: string): string {
    return this.#inText(text);
  }

  stream(): MaskStream {
    return this.#finder ? new MaskingStream(this.#finder) : PASS;
  }
}

/** Those of the secrets that would be masked in one of the texts. */
export function secretsIn(secrets: readonly string[], texts: readonly string[]): string[] {
  return secrets.filter((secret) => {
    const masker = new Masker([secret]);
    return texts.some((text) => masker.text(text) !== text);
  });
}

const PASS: MaskStream = { push: (bytes) => bytes, end: () => new Uint8Array(0) };

/** @param forms longest first */
function textMask(forms: readonly string[]): (text: string) => string {
  if (forms.length === 0) return (text) => text;
  const length = forms.reduce((sum, form) => sum + form.length, 0);
  if (length > MAX_PATTERN) {
    return (text) => forms.reduce((masked, form) => masked.replaceAll(form, MARK), text);
  }
  const pattern = new RegExp(forms.map(escapeRegExp).join("|"), "g");
  return (text) => text.replace(pattern, MARK);
}

function formsOf(secret: string): string[] {
  // Blanks at the ends are not part of what has to stay hidden, and are lost in many a place.
  const lines = secret.split(/\r?\n/).map((line) => line.trim()).filter((line) => line.length >= MIN_DERIVED);
  const values = [secret, secret.trim(), ...lines];
  const forms: string[] = [];
  for (const value of values) {
    if (value === "") continue;
    forms.push(value);
    const bytes = new TextEncoder().encode(value);
    if (bytes.length < MIN_DERIVED) continue;
    forms.push(JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed()));
    forms.push(encodeURIComponent(value.toWellFormed()).replaceAll("%20", "+"));
    forms.push(...base64Forms(bytes));
  }
  return forms;
}

/** Base64 of the bytes alone and of the bytes inside longer data: the characters that depend on them only. */
function base64Forms(bytes: Uint8Array): string[] {
  const forms: string[] = [];
  for (let offset = 0; offset < 3; offset++) {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const whole = btoa(Array.from(padded, (byte) => String.fromCharCode(byte)).join(""));
    const from = Math.ceil(offset * 8 / 6);
    const form = whole.slice(from, Math.floor((offset + bytes.length) * 8 / 6));
    if (form.length >= MIN_DERIVED) forms.push(form, form.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|\/]/g, "\\$&");
}

/** Finds the longest of several byte strings at a place; looks only where two bytes may begin one. */
class Finder {
  readonly longest: number;
  /** Patterns by their first byte, longest first. */
  readonly #byFirst: (readonly Uint8Array[] | undefined)[] = new Array(256);
  readonly #isFirst = new Uint8Array(256);
  /** For a few first bytes the built-in search is far faster than a loop. */
  readonly #firsts: number[];

  constructor(patterns: readonly Uint8Array[]) {
    this.longest = patterns.reduce((most, pattern) => Math.max(most, pattern.length), 0);
    const sorted = [...patterns].sort((a, b) => b.length - a.length);
    for (const pattern of sorted) {
      this.#byFirst[pattern[0]] = [...(this.#byFirst[pattern[0]] ?? []), pattern];
      this.#isFirst[pattern[0]] = 1;
    }
    this.#firsts = [...this.#isFirst.keys()].filter((byte) => this.#isFirst[byte] === 1);
  }

  /** Index of the next byte that begins a pattern, or the length. */
  next(bytes: Uint8Array, from: number): number {
    if (this.#firsts.length === 1) {
      const at = bytes.indexOf(this.#firsts[0], from);
      return at < 0 ? bytes.length : at;
    }
    let at = from;
    while (at < bytes.length && this.#isFirst[bytes[at]] === 0) at++;
    return at;
  }

  /** Length of the pattern at `at`; 0 for none, -1 when the bytes end within one that could be the longest. */
  match(bytes: Uint8Array, at: number): number {
    for (const pattern of this.#byFirst[bytes[at]] ?? []) {
      const end = Math.min(pattern.length, bytes.length - at);
      let same = 1;
      while (same < end && bytes[at + same] === pattern[same]) same++;
      if (same === pattern.length) return same;
      if (same === bytes.length - at) return -1;
    }
    return 0;
  }

  /** Like {@link match} when no more bytes will come. */
  matchAtEnd(bytes: Uint8Array, at: number): number {
    for (const pattern of this.#byFirst[bytes[at]] ?? []) {
      if (pattern.length <= bytes.length - at && pattern.every((byte, i) => bytes[at + i] === byte)) {
        return pattern.length;
      }
    }
    return 0;
  }
}

class MaskingStream implements MaskStream {
  readonly #finder: Finder;
  #held: Uint8Array = new Uint8Array(0);

  constructor(finder: Finder) {
    this.#finder = finder;
  }

  push(bytes: Uint8Array): Uint8Array {
    const input = this.#held.length === 0 ? bytes : concat([this.#held, bytes]);
    return this.#mask(input, false);
  }

  end(): Uint8Array {
    return this.#mask(this.#held, true);
  }

  #mask(input: Uint8Array, last: boolean): Uint8Array {
    const finder = this.#finder;
    const parts: Uint8Array[] = [];
    let done = 0;
    let at = finder.next(input, 0);
    let held = input.length;
    while (at < input.length) {
      const length = last ? finder.matchAtEnd(input, at) : finder.match(input, at);
      if (length < 0) {
        held = at;
        break;
      }
      if (length > 0) {
        parts.push(input.subarray(done, at), MARK_BYTES);
        done = at + length;
      }
      at = finder.next(input, at + Math.max(length, 1));
    }
    this.#held = input.slice(held);
    if (done === 0 && held === input.length) return input;
    parts.push(input.subarray(done, held));
    return concat(parts);
  }
}

const MARK_BYTES = Uint8Array.from(MARK, (char) => char.charCodeAt(0));

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
