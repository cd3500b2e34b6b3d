/**
 * The language in which parameters are written as one text: `A=1 B="two words" third`, or a JSON object or list.
 *
 * - `NAME=value` names a parameter, anything else is positional and called by its index in the whole list.
 * - A value may be quoted. Between double quotes `\"` is a quote; backslashes count as escapes only in a run that
 *   ends at a quote (two make one), so `"C:\new"` means what it says. Single quotes are literal.
 * - Backticks keep their blanks together and stay in the value: whether they are run is for others to decide.
 */
import type { EnvEntry, Param } from "../dag.ts";
import { isJsonObject, jsonText, parseJson } from "./json_text.ts";

const NAME = /^[^\s=`"'{[][^\s=`"']*$/;

/** The parameters of a text; names are not made unique. */
export function parseParams(text: string): Param[] {
  return parseJsonParams(text) ?? tokenize(text);
}

/** The parameters of a text that is a JSON object or list as a whole; null for every other text. */
export function parseJsonParams(text: string): Param[] | null {
  const trimmed = text.trim();
  if (!/^(\{[^]*\}|\[[^]*\])$/.test(trimmed)) return null;
  let value: unknown;
  try {
    value = parseJson(trimmed);
  } catch {
    return null;
  }
  const params: Param[] = [];
  const entries = Array.isArray(value) ? value : [value];
  for (const entry of entries) {
    if (isJsonObject(entry)) {
      for (const [name, member] of Object.entries(entry)) params.push({ name, value: jsonText(member) });
    } else params.push({ name: String(params.length + 1), value: jsonText(entry) });
  }
  return params;
}

/**
 * One parameter an argument, boundaries kept: `K=V` is taken verbatim after the first `=`. A single argument that is
 * a JSON object or list is read as such.
 */
export function paramsFromArgs(args: readonly string[]): Param[] {
  if (args.length === 1) {
    const json = parseJsonParams(args[0]);
    if (json) return json;
  }
  return args.map((arg, index) => {
    const at = arg.indexOf("=");
    const name = arg.slice(0, Math.max(at, 0));
    return NAME.test(name) ? { name, value: arg.slice(at + 1) } : { name: String(index + 1), value: arg };
  });
}

/** `A=1`, `B=two`: how records and snapshots list parameters and variables. */
export function formatEntries(entries: readonly (Param | EnvEntry)[]): string[] {
  return entries.map((entry) => `${entry.name}=${entry.value}`);
}

/** `A="1" B="two" "x"`: {@link parseParams} gives back the same parameters, whatever their values hold. */
export function quoteParams(params: readonly Param[]): string {
  const plain = params.every((param, index) => isPositional(param, index) || NAME.test(param.name));
  if (!plain) {
    return JSON.stringify(params.map((p, i) => isPositional(p, i) ? p.value : { [p.name]: p.value }));
  }
  return params.map((p, i) => isPositional(p, i) ? quote(p.value) : `${p.name}=${quote(p.value)}`).join(" ");
}

/** The same with the names of all: `1="x" A="1"`. */
export function nameParams(params: readonly Param[]): string {
  const plain = params.every((param, index) => isPositional(param, index) || NAME.test(param.name));
  return plain ? params.map((p) => `${p.name}=${quote(p.value)}`).join(" ") : quoteParams(params);
}

function isPositional(param: Param, index: number): boolean {
  return param.name === String(index + 1);
}

function quote(value: string): string {
  const escape = (part: string, at: number): string => {
    if (part === '"') return '\\"';
    const end = at + part.length;
    return end === value.length || value[end] === '"' ? part + part : part;
  };
  return `"${value.replace(/\\+|"/g, escape)}"`;
}

function tokenize(text: string): Param[] {
  const params: Param[] = [];
  const lastSingle = lastClosingSingle(text);
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const named = /[^\s=`"'{[][^\s=`"']*=/y;
    named.lastIndex = at;
    const name = named.test(text) ? text.slice(at, named.lastIndex - 1) : null;
    const { value, end } = readValue(text, name === null ? at : named.lastIndex, lastSingle);
    params.push({ name: name ?? String(params.length + 1), value });
    at = skipBlanks(text, end);
  }
  return params;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text[at])) at++;
  return at;
}

function isBlank(char: string): boolean {
  return char === " " || char === "\t" || char === "\n" || char === "\r";
}

function readValue(text: string, from: number, lastSingle: number): { value: string; end: number } {
  let quoted = null;
  if (text[from] === '"') quoted = readDouble(text, from);
  else if (text[from] === "'" && from < lastSingle) quoted = readSingle(text, from);
  if (quoted) return quoted;
  let at = from;
  while (at < text.length && !isBlank(text[at])) {
    const close = text[at] === "`" ? text.indexOf("`", at + 1) : -1;
    at = close < 0 ? at + 1 : close + 1;
  }
  return { value: text.slice(from, at), end: at };
}

/** null when the quote is never closed: it then stands for itself. */
function readDouble(text: string, from: number): { value: string; end: number } | null {
  let value = "";
  for (let at = from + 1; at < text.length;) {
    if (text[at] === '"') return { value, end: at + 1 };
    let slashes = 0;
    while (text[at + slashes] === "\\") slashes++;
    at += slashes;
    if (slashes === 0) value += text[at++];
    else if (text[at] !== '"') value += "\\".repeat(slashes);
    else {
      value += "\\".repeat(slashes >> 1);
      if (slashes % 2 === 1) value += text[at++];
    }
  }
  return null;
}

/** A single quote closes a value only before a blank or the end, so that `it's` is a word. */
function closesSingle(text: string, at: number): boolean {
  return text[at] === "'" && (at + 1 >= text.length || isBlank(text[at + 1]));
}

function lastClosingSingle(text: string): number {
  let at = text.length - 1;
  while (at >= 0 && !closesSingle(text, at)) at--;
  return at;
}

function readSingle(text: string, from: number): { value: string; end: number } {
  let close = from + 1;
  while (!closesSingle(text, close)) close++;
  return { value: text.slice(from + 1, close), end: close + 1 };
}
