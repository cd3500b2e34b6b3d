/** Reads files of `NAME=value` lines. */
import type { EnvEntry } from "../core/dag.ts";

const HEAD = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*(?:=|:[ \t])[ \t]*/y;

/**
 * The entries of a dotenv file in order. Comments, `export` and `NAME: value` are known; single quotes are literal;
 * double quotes may span lines and know `\n`, `\r` and escaped quotes, backslashes and dollar signs. `$X` and `${X}`
 * outside single quotes stand for entries further up in the same file, and for nothing where there is none. Lines of
 * another form are left out.
 */
export function parseDotenv(text: string): EnvEntry[] {
  const source = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const entries: EnvEntry[] = [];
  const values = new Map<string, string>();
  for (let at = 0; at < source.length;) {
    HEAD.lastIndex = at;
    const head = HEAD.exec(source);
    const lineEnd = endOfLine(source, at);
    if (!head || HEAD.lastIndex > lineEnd) {
      at = lineEnd + 1;
      continue;
    }
    const { value, end } = readValue(source, HEAD.lastIndex, values);
    entries.push({ name: head[1], value });
    values.set(head[1], value);
    at = endOfLine(source, end) + 1;
  }
  return entries;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline;
}

function readValue(
  text: string,
  from: number,
  values: ReadonlyMap<string, string>,
): { value: string; end: number } {
  const quote = text[from];
  if (quote === "'") {
    const close = text.indexOf("'", from + 1);
    if (close >= 0) return { value: text.slice(from + 1, close), end: close + 1 };
  }
  if (quote === '"') {
    const close = closingQuote(text, from + 1);
    if (close >= 0) return { value: unquote(text.slice(from + 1, close), values), end: close + 1 };
  }
  const end = endOfLine(text, from);
  const plain = text.slice(from, end).replace(/(?:^|[ \t])#.*$/, "").trim();
  return { value: expand(plain, values), end };
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

function unquote(text: string, values: ReadonlyMap<string, string>): string {
  const control: Readonly<Record<string, string>> = { n: "\n", r: "\r" };
  // An escaped dollar sign must outlive the replacement of variables.
  return expand(text.replace(/\\([^$])/g, (_all, char: string) => control[char] ?? char), values);
}

function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\\\$|\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
    (part, braced?: string, plain?: string) => {
      return part === "\\$" ? "$" : values.get(braced ?? plain ?? "") ?? "";
    },
  );
}
