/** Reads files of `NAME=value` lines. */
import type { EnvEntry } from "../core/dag.ts";
import { DaguError } from "../core/errors.ts";
import { MAX_EVALUATED } from "./room.ts";

const HEAD = /[ \t]*(?:export[ \t]+)?([A-Za-z0-9_.]*)[ \t]*(?:=|:[ \t])[ \t]*/y;

/**
 * The entries of a dotenv file in order. Comments, `export` and `NAME: value` are known; single quotes are literal;
 * double quotes may span lines and know `\n`, `\r` and escaped quotes, backslashes and dollar signs. `$X` and `${X}`
 * outside single quotes stand for entries further up in the same file, and for nothing where there is none. Entries
 * whose name is empty or begins with a digit are left out.
 * @throws DaguError with the line's number when a line has another form, or when the values become too long.
 */
export function parseDotenv(text: string): EnvEntry[] {
  const source = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const entries: EnvEntry[] = [];
  const values = new Map<string, string>();
  let length = 0;
  for (let at = 0; at < source.length;) {
    HEAD.lastIndex = at;
    const head = HEAD.exec(source);
    const lineEnd = endOfLine(source, at);
    if (/^[ \t]*(?:#|$)/.test(source.slice(at, lineEnd))) {
      at = lineEnd + 1;
      continue;
    }
    if (!head || HEAD.lastIndex > lineEnd) throw malformed(source, at, "NAME=value is expected");
    const { value, end } = readValue(source, HEAD.lastIndex, values);
    const next = endOfLine(source, end);
    if (!/^[ \t]*(?:#|$)/.test(source.slice(end, next))) {
      throw malformed(source, at, "text follows the value");
    }
    checkRoom(length += value.length, source, at);
    if (/^[A-Za-z_]/.test(head[1])) {
      entries.push({ name: head[1], value });
      values.set(head[1], value);
    }
    at = next + 1;
  }
  return entries;
}

function malformed(source: string, at: number, problem: string): DaguError {
  return new DaguError(`Line ${source.slice(0, at).split("\n").length}: ${problem}`);
}

/** Names the line only: its value may be a secret. */
function checkRoom(length: number, source: string, at: number): void {
  if (length > MAX_EVALUATED) {
    throw malformed(source, at, `values come to more than ${MAX_EVALUATED} characters`);
  }
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline;
}

/** The value of an entry further up. */
type Lookup = (name: string) => string;

function readValue(
  text: string,
  from: number,
  values: ReadonlyMap<string, string>,
): { value: string; end: number } {
  const quote = text[from];
  let length = 0;
  const grown: Lookup = (name) => {
    const value = values.get(name) ?? "";
    checkRoom(length += value.length, text, from);
    return value;
  };
  if (quote === "'") {
    const close = text.indexOf("'", from + 1);
    if (close < 0) throw malformed(text, from, "the quote is not closed");
    return { value: text.slice(from + 1, close), end: close + 1 };
  }
  if (quote === '"') {
    const close = closingQuote(text, from + 1);
    if (close < 0) throw malformed(text, from, "the quote is not closed");
    return { value: unquote(text.slice(from + 1, close), grown), end: close + 1 };
  }
  const end = endOfLine(text, from);
  return { value: expand(withoutComment(text.slice(from, end)).trim(), grown), end };
}

/** As Dagu: a comment begins at the last `#` with a blank before it, so that a value may begin with one. */
function withoutComment(plain: string): string {
  const at = Math.max(plain.lastIndexOf(" #"), plain.lastIndexOf("\t#"));
  return at < 0 ? plain : plain.slice(0, at);
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

function unquote(text: string, values: Lookup): string {
  const control: Readonly<Record<string, string>> = { n: "\n", r: "\r" };
  // An escaped dollar sign must outlive the replacement of variables.
  return expand(text.replace(/\\([^$])/g, (_all, char: string) => control[char] ?? char), values);
}

function expand(text: string, values: Lookup): string {
  return text.replace(
    /\\\$|\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
    (part, braced?: string, plain?: string) => part === "\\$" ? "$" : values(braced ?? plain ?? ""),
  );
}
