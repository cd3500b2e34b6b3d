/** Unit files of systemd: sections of `Key=value`, and the words of a command line. */

export interface UnitEntry {
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
  readonly file: string;
}

/** Entries by `Section.Key`, in order. An empty value takes away what stood before it, as drop-in files do. */
export class UnitFile {
  readonly #entries = new Map<string, UnitEntry[]>();

  /** Adds a file; later ones are drop-ins of the first. */
  add(file: string, text: string): this {
    let section = "";
    const lines = text.split(/\r?\n/);
    for (let at = 0; at < lines.length; at++) {
      const line = at + 1;
      let whole = lines[at]!;
      if (/^\s*[#;]/.test(whole)) continue;
      while (whole.endsWith("\\") && at + 1 < lines.length) {
        const next = lines[++at]!;
        if (!/^\s*[#;]/.test(next)) whole = `${whole.slice(0, -1)} ${next}`;
      }
      const header = /^\s*\[(.+)\]\s*$/.exec(whole);
      const entry = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(whole);
      if (header) section = header[1]!;
      else if (entry) this.#put(`${section}.${entry[1]}`, { value: entry[2]!, line, file });
    }
    return this;
  }

  all(key: string): readonly UnitEntry[] {
    return this.#entries.get(key) ?? [];
  }

  /** The last value, "" without one. */
  value(key: string): string {
    return this.all(key).at(-1)?.value ?? "";
  }

  keys(): string[] {
    return [...this.#entries.keys()];
  }

  #put(key: string, entry: UnitEntry): void {
    if (entry.value === "") this.#entries.set(key, []);
    else this.#entries.set(key, [...this.all(key), entry]);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  s: " ",
};

/** Splits at blanks as systemd does: both quotes hold a word together, a backslash escapes in and out of them. */
export function unitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "\\" && at + 1 < text.length) {
      const next = text[++at]!;
      const hex = next === "x" ? /^[0-9A-Fa-f]{2}/.exec(text.slice(at + 1))?.[0] : undefined;
      if (hex !== undefined) at += 2;
      word = (word ?? "") +
        (hex === undefined ? ESCAPES[next] ?? next : String.fromCharCode(parseInt(hex, 16)));
    } else if (quote !== "") {
      if (char === quote) quote = "";
      else word = (word ?? "") + char;
    } else if ((char === '"' || char === "'") && word === null) {
      quote = char;
      word = "";
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + char;
  }
  if (word !== null) words.push(word);
  return words;
}
