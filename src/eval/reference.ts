/** Reads one `$` reference of a text. */

export interface Reference {
  /** Index after the last character. */
  readonly end: number;
  readonly braced: boolean;
  readonly name: string;
  /** What follows the first dot of `${NAME.path}`; for `$NAME.path` as much as can be a path. */
  readonly path: string;
  /** What follows the name between braces when it is no path: `:-word`; "" when nothing does. */
  readonly operator: string;
  /** `${#NAME}`. */
  readonly length: boolean;
}

const PLAIN = /\$(?:([A-Za-z_][A-Za-z0-9_]*)((?:\.\[\d+\]|\.[A-Za-z0-9_]+|\[\d+\])*)|([0-9]))/y;
const NAME = /(#?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+)/y;
/** Ids of steps may hold a dash, which a shell would take for an operator. */
const DASHED_PATH = /([A-Za-z_][A-Za-z0-9_-]*)\.([^{}$`]*)\}/y;

/** Deeper nesting is not read, so that a text of unclosed braces costs no more than its length. */
const MAX_DEPTH = 100;

/** The reference that begins at `text[at]`, which is a `$`; null when there is none. */
export function readReference(text: string, at: number): Reference | null {
  return text[at + 1] === "{" ? readBraced(text, at) : readPlain(text, at);
}

function readPlain(text: string, at: number): Reference | null {
  PLAIN.lastIndex = at;
  const match = PLAIN.exec(text);
  if (!match) return null;
  const name = match[1] ?? match[3];
  const path = match[2]?.startsWith(".") ? match[2].slice(1) : "";
  const end = at + 1 + name.length + (path === "" ? 0 : path.length + 1);
  return { end, braced: false, name, path, operator: "", length: false };
}

function readBraced(text: string, at: number): Reference | null {
  DASHED_PATH.lastIndex = at + 2;
  const dashed = DASHED_PATH.exec(text);
  if (dashed && dashed[2] !== "") {
    const end = DASHED_PATH.lastIndex;
    return { end, braced: true, name: dashed[1], path: dashed[2], operator: "", length: false };
  }
  NAME.lastIndex = at + 2;
  const match = NAME.exec(text);
  if (!match) return null;
  const rest = NAME.lastIndex;
  const close = closingBrace(text, rest);
  if (close < 0) return null;
  const operator = text.slice(rest, close);
  const length = match[1] === "#";
  if (length && operator !== "") return null;
  return { end: close + 1, braced: true, name: match[2], path: "", operator, length };
}

/** Index of the brace that closes the one before `from`; -1 when there is none. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "$" && text[at + 1] === "{") {
      if (++depth > MAX_DEPTH) return -1;
      at++;
    } else if (char === "}" && --depth === 0) return at;
  }
  return -1;
}

/** Index of the backtick that closes the one at `at`; -1 when there is none. */
export function closingBacktick(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "`") return i;
  }
  return -1;
}
