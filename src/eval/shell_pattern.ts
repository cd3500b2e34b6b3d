/**
 * Patterns of shells: `*`, `?`, `[a-z]`, `[!a]`, `\x`. Whatever stands in pattern and text, matching takes time in
 * proportion to the length of each.
 */

/** null stands for any characters, as many as there are. */
type Token = ((char: string) => boolean) | null;

export class ShellPattern {
  readonly #tokens: readonly Token[];

  constructor(pattern: string) {
    this.#tokens = tokensOf(pattern);
  }

  /** End of the shortest or longest match at the beginning of a text, -1 without one. */
  prefix(text: string, longest: boolean): number {
    return new Scan(this.#tokens, text).from(0, longest);
  }

  /** Beginning of the shortest or longest match at the end of a text, -1 without one. */
  suffix(text: string, longest: boolean): number {
    const length = new Scan(this.#tokens.toReversed(), text.split("").reverse().join("")).from(0, longest);
    return length < 0 ? -1 : text.length - length;
  }

  /** The text with its first match, or with all, replaced by what `by` gives. */
  replace(text: string, all: boolean, by: () => string): string {
    if (this.#tokens.length === 0) return text;
    const scan = new Scan(this.#tokens, text);
    if (text === "") return scan.from(0, true) < 0 ? "" : by();
    let result = "";
    let done = 0;
    for (let at = 0; at < text.length;) {
      const end = scan.from(at, true);
      if (end <= at) at++;
      else {
        result += text.slice(done, at) + by();
        at = done = end;
        if (!all) break;
      }
    }
    return result + text.slice(done);
  }
}

/** Goes through one text, from places that come one after the other. */
class Scan {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  /** Stars that were reached: whatever they lead to from a later place was found already. */
  readonly #used = new Set<number>();

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens;
    this.#text = text;
  }

  /** End of the match that begins at `start`, -1 without one. */
  from(start: number, longest: boolean): number {
    const reached = new Set<number>();
    let states = this.#closure([0], reached);
    let end = states.has(this.#tokens.length) ? start : -1;
    for (let at = start; at < this.#text.length && states.size > 0 && (longest || end < 0); at++) {
      const next: number[] = [];
      for (const state of states) {
        const token = this.#tokens[state];
        if (token === null) next.push(state);
        else if (token?.(this.#text[at]!)) next.push(state + 1);
      }
      states = this.#closure(next, reached);
      if (states.has(this.#tokens.length)) end = at + 1;
    }
    for (const star of reached) this.#used.add(star);
    return end;
  }

  /** With what follows stars, which may stand for nothing. */
  #closure(states: readonly number[], reached: Set<number>): Set<number> {
    const all = new Set<number>();
    for (let state of states) {
      while (!all.has(state) && !this.#used.has(state)) {
        all.add(state);
        if (this.#tokens[state] !== null) break;
        reached.add(state++);
      }
    }
    return all;
  }
}

function tokensOf(pattern: string): Token[] {
  const parts = pattern.matchAll(/\\(?<escaped>[^])|\[(?<not>!?)(?<set>(?:[^\]\\]|\\[^])+)\]|\*+|[^]/g);
  return Array.from(parts, ({ 0: part, groups: { escaped, not, set } = {} }): Token => {
    if (escaped !== undefined) return (char) => char === escaped;
    if (set !== undefined) return setOf(set, not === "!");
    if (part[0] === "*") return null;
    return part === "?" ? () => true : (char) => char === part;
  });
}

function setOf(set: string, negated: boolean): Token {
  try {
    const regex = new RegExp(`[${set.replace(/[\[\]^\\]/g, "\\$&")}]`);
    return (char) => regex.test(char) !== negated;
  } catch {
    return () => negated; // A range that ends before it begins holds nothing.
  }
}
