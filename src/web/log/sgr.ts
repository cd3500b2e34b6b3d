/** Colours and weights in what a program writes for a terminal. Everything else that it tells a terminal is dropped. */

/** 0 to 15 are the colours of the theme, others stand as `#rrggbb`; null is the colour of the text around. */
export type Colour = number | string | null;

/** How text is shown. Kept from one line to the next, as a terminal does. */
export interface Style {
  readonly fg: Colour;
  readonly bg: Colour;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly struck: boolean;
}

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export const PLAIN: Style = {
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  struck: false,
};

export interface StyledLine {
  readonly spans: readonly Span[];
  /** With what the next line begins. */
  readonly after: Style;
}

/** A sequence for a terminal: CSI, OSC and its like with their ends, or two characters. */
const ESCAPE =
  /\x1b(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]*[0-~]|$)|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g;
const SPECIAL = /[\x00-\x08\x0b-\x1f\x7f]/;

/** @param style with what the line begins */
export function styleLine(line: string, style: Style = PLAIN): StyledLine {
  if (!SPECIAL.test(line)) return { spans: line === "" ? [] : [{ text: line, style }], after: style };
  const text = new Overwriting();
  for (const part of split(line)) {
    if (part.kind === "text") text.write(part.text, style);
    else if (part.kind === "return") text.column = 0;
    else if (part.kind === "erase") text.erase(part.what);
    else style = applySgr(style, part.codes);
  }
  return { spans: text.spans(), after: style };
}

/** The style after a text: what a window begins with that was read from the middle of a log. */
export function styleAfter(lines: readonly string[], style: Style = PLAIN): Style {
  for (const line of lines) {
    if (!line.includes("\x1b[")) continue;
    for (const [, codes, end] of line.matchAll(ESCAPE)) if (end === "m") style = applySgr(style, codes);
  }
  return style;
}

/** The last line that says something, as it can be copied; "" when none does. */
export function lastPlainLine(text: string): string {
  return plainText(text.trimEnd().split("\n").at(-1) ?? "");
}

/** The line as it can be copied. */
export function plainText(line: string): string {
  return SPECIAL.test(line) ? styleLine(line).spans.map(({ text }) => text).join("") : line;
}

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "return" }
  | { readonly kind: "erase"; readonly what: string }
  | { readonly kind: "style"; readonly codes: string };

function* split(line: string): Generator<Part> {
  let from = 0;
  for (const match of line.matchAll(ESCAPE)) {
    yield* texts(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") yield { kind: "style", codes: match[1] };
    else if (match[2] === "K") yield { kind: "erase", what: match[1] };
    else if (match[2] === "G" && (match[1] === "" || match[1] === "1")) yield { kind: "return" };
  }
  yield* texts(line.slice(from));
}

/** Text between two carriage returns; one that ends the line means nothing. */
function* texts(text: string): Generator<Part> {
  const parts = text.split("\r");
  for (let i = 0; i < parts.length; i++) {
    if (i > 0) yield { kind: "return" };
    if (parts[i] !== "") yield { kind: "text", text: parts[i] };
  }
}

/** A line of a terminal: what is written behind a carriage return replaces what stood there. */
class Overwriting {
  #spans: Span[] = [];
  #length = 0;
  column = 0;

  write(text: string, style: Style): void {
    if (this.column < this.#length) {
      const before = cutSpans(this.#spans, 0, this.column);
      const behind = cutSpans(this.#spans, this.column + text.length, this.#length);
      this.#spans = [...before, { text, style }, ...behind];
    } else {
      const last = this.#spans.at(-1);
      if (last?.style === style) this.#spans[this.#spans.length - 1] = { text: last.text + text, style };
      else this.#spans.push({ text, style });
    }
    this.column += text.length;
    this.#length = Math.max(this.#length, this.column);
  }

  /** @param what "" or "0" to the end, "1" up to here, "2" all of it */
  erase(what: string): void {
    if (what === "1") {
      const blank = { text: " ".repeat(Math.min(this.column, this.#length)), style: PLAIN };
      this.#spans = [blank, ...cutSpans(this.#spans, this.column, this.#length)];
      return;
    }
    this.#spans = what === "2" ? [] : cutSpans(this.#spans, 0, this.column);
    this.#length = what === "2" ? 0 : Math.min(this.#length, this.column);
    if (what === "2" && this.column > 0) {
      const column = this.column;
      this.column = 0;
      this.write(" ".repeat(column), PLAIN);
    }
  }

  spans(): Span[] {
    return this.#spans.filter(({ text }) => text !== "");
  }
}

function cutSpans(spans: readonly Span[], from: number, to: number): Span[] {
  const cut: Span[] = [];
  let at = 0;
  for (const { text, style } of spans) {
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at));
    if (part !== "") cut.push({ text: part, style });
    at += text.length;
  }
  return cut;
}

function applySgr(style: Style, codes: string): Style {
  const list = codes === "" ? [0] : codes.split(/[;:]/).map((code) => Number(code || 0));
  let now: { -readonly [K in keyof Style]: Style[K] } = { ...style };
  for (let i = 0; i < list.length; i++) {
    const code = list[i];
    if (code === 0) now = { ...PLAIN };
    else if (code === 1) now.bold = true;
    else if (code === 2) now.dim = true;
    else if (code === 3) now.italic = true;
    else if (code === 4) now.underline = true;
    else if (code === 7) now.inverse = true;
    else if (code === 9) now.struck = true;
    else if (code === 22) now.bold = now.dim = false;
    else if (code === 23) now.italic = false;
    else if (code === 24) now.underline = false;
    else if (code === 27) now.inverse = false;
    else if (code === 29) now.struck = false;
    else if (code === 39) now.fg = null;
    else if (code === 49) now.bg = null;
    else if (code >= 30 && code <= 37) now.fg = code - 30;
    else if (code >= 40 && code <= 47) now.bg = code - 40;
    else if (code >= 90 && code <= 97) now.fg = code - 82;
    else if (code >= 100 && code <= 107) now.bg = code - 92;
    else if (code === 38 || code === 48) {
      const [colour, used] = extended(list, i + 1);
      if (code === 38) now.fg = colour;
      else now.bg = colour;
      i += used;
    }
  }
  return sameStyle(now, style) ? style : sameStyle(now, PLAIN) ? PLAIN : now;
}

/** @returns the colour and how many numbers it took */
function extended(list: readonly number[], at: number): [Colour, number] {
  if (list[at] === 5) return [palette(list[at + 1] ?? 0), 2];
  if (list[at] === 2) return [hex(list[at + 1] ?? 0, list[at + 2] ?? 0, list[at + 3] ?? 0), 4];
  return [null, 1];
}

/** Of 256 colours: those of the theme, a cube of 6 × 6 × 6, and 24 greys. */
function palette(index: number): Colour {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + 10 * (Math.min(index, 255) - 232);
    return hex(grey, grey, grey);
  }
  const cube = index - 16;
  const level = (value: number) => value === 0 ? 0 : 55 + 40 * value;
  return hex(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function hex(red: number, green: number, blue: number): string {
  const two = (value: number) => Math.max(0, Math.min(255, value)).toString(16).padStart(2, "0");
  return `#${two(red)}${two(green)}${two(blue)}`;
}

function sameStyle(a: Style, b: Style): boolean {
  return a.fg === b.fg && a.bg === b.bg && a.bold === b.bold && a.dim === b.dim && a.italic === b.italic &&
    a.underline === b.underline && a.inverse === b.inverse && a.struck === b.struck;
}
