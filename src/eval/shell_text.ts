/**
 * Makes commands and scripts refer to values instead of holding them. A value reaches a shell as a variable of its
 * environment and is expanded by the shell's own rules; it never becomes part of a text that is parsed.
 */
import { quoteWord } from "../core/text/quote_word.ts";
import type { Dialect } from "./dialect.ts";
import { prepareFish, preparePowershell, replaceText, touchesQuote } from "./foreign_text.ts";
import type { PreparedText, ShellVariables } from "./prepared_text.ts";
import { type Quoting, type Segment, type ShellReference, shellReferences } from "./shell_lexer.ts";

export { type Dialect, dialectOf } from "./dialect.ts";
export type { PreparedText, ShellVariables } from "./prepared_text.ts";

/** Prepares a text for the program that will read it. Takes time linear in its length. */
export function prepareShellText(text: string, variables: ShellVariables, dialect: Dialect): PreparedText {
  if (!text.includes("$")) return { text, env: {}, uses: [] };
  switch (dialect) {
    case "posix":
      return new PosixText(text, variables).prepare();
    case "fish":
      return prepareFish(text, variables);
    case "powershell":
      return preparePowershell(text, variables);
    default:
      return { text: replaceText(text, variables), env: {}, uses: [] };
  }
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly segment: Segment;
}

class PosixText {
  readonly #text: string;
  readonly #variables: ShellVariables;
  readonly #env: Record<string, string> = {};
  readonly #uses = new Set<string>();
  readonly #names = new Map<string, string>();
  readonly #assigned = new Map<string, boolean>();
  readonly #innerQuoting = new Map<Segment, Map<number, Quoting>>();
  #edits: Edit[] = [];
  /** Variables that a program with another environment must be given in its own text, by its segment. */
  readonly #handed = new Map<Segment, Map<string, string>>();
  #positional = 0;

  constructor(text: string, variables: ShellVariables) {
    this.#text = text;
    this.#variables = variables;
  }

  prepare(): PreparedText {
    for (const reference of shellReferences(this.#text)) this.#reference(reference);
    for (const [segment, values] of this.#handed) this.#handOver(segment, values);
    this.#keepDocuments();
    const text = applyEdits(this.#text, this.#edits, 0, this.#text.length);
    return { text: this.#withPositional(text), env: this.#env, uses: [...this.#uses] };
  }

  #reference(reference: ShellReference): void {
    const { name, path, segment } = reference;
    if (/^\d/.test(name)) {
      const shellSees = segment.quoting !== "single" && segment.quoting !== "raw";
      if (shellSees && this.#variables.get(name) !== undefined) {
        this.#positional = Math.max(this.#positional, Math.min(Number(name), MAX_POSITIONAL));
      }
      return;
    }
    if (this.#odd(reference)) return;
    if (path !== "") {
      const value = this.#variables.path(name, path);
      // Without braces a path is a guess: the name alone may be meant, with a dot after it.
      if (value === undefined && reference.braced) return;
      if (value !== undefined && (reference.braced || value !== "")) {
        this.#replace(reference, `${name}.${path}`, value);
        return;
      }
      this.#plain({ ...reference, end: reference.end - path.length - 1, path: "" });
      return;
    }
    this.#plain(reference);
  }

  /** `${my-name}` where a variable has that name: a shell would take the dash for an operator. */
  #odd(reference: ShellReference): boolean {
    const { name, path, operator, segment } = reference;
    const whole = path === "" ? name + operator : `${name}.${path}`;
    if (!reference.braced || reference.length || whole === name || !/^[\w.-]+$/.test(whole)) return false;
    if (segment.quoting === "single" || this.#variables.get(name) !== undefined) return false;
    const value = this.#variables.get(whole);
    if (value !== undefined) this.#replace(reference, whole, value);
    return value !== undefined;
  }

  #plain(reference: ShellReference): void {
    const { name, segment } = reference;
    const value = this.#variables.get(name);
    if (value === undefined) return;
    const { quoting, reader } = segment;
    const raw = quoting === "single" || quoting === "raw";
    if (reader === "remote" && raw) {
      if (!this.#isWrapped(reference) && this.#splices(name)) this.#remote(reference, name, value);
      return;
    }
    const textual = reference.operator === "" && !reference.length && this.#splices(name);
    if (raw && reader === "none") {
      if (textual && !touchesQuote(this.#text, reference.start, reference.end)) {
        this.#replace(reference, name, value);
      }
      return;
    }
    const json = quoting === "heredoc" && reader === "none" && textual && this.#isJsonString(reference);
    if (json && !this.#isAssigned(name)) this.#replace(reference, name, value);
    else this.#uses.add(name);
  }

  #replace(reference: ShellReference, key: string, value: string): void {
    const { segment, start, end } = reference;
    const { quoting, reader } = segment;
    if (reader === "remote" && quoting !== "open") {
      this.#remote(reference, key, value);
      return;
    }
    const inner =
      reader === "none" && quoting !== "open" && quoting !== "double" && this.#isJsonString(reference)
        ? JSON.stringify(value).slice(1, -1)
        : value;
    if (quoting === "raw" && reader === "none") {
      this.#edits.push({ start, end, text: inner, segment });
      return;
    }
    let text = `\${${this.#variable(key, inner)}}`;
    // The inner shell must be the one that expands it, else it would parse the value.
    if (reader === "local" && expandsBefore(quoting)) text = `\\${text}`;
    else if (quoting === "single" && reader === "none") text = `'"${text}"'`;
    this.#edits.push({ start, end, text, segment });
  }

  /** A reference in a program whose shell does not get our environment. */
  #remote(reference: ShellReference, key: string, value: string): void {
    const { segment, start, end, path } = reference;
    if (segment.whole) {
      const values = this.#handed.get(segment) ?? new Map<string, string>();
      this.#handed.set(segment, values);
      if (path === "") {
        values.set(key, value);
        return;
      }
      const name = this.#name(key, value);
      values.set(name, value);
      const own = `\${${name}}`;
      this.#edits.push({ start, end, text: expandsBefore(segment.quoting) ? `\\${own}` : own, segment });
      return;
    }
    if (reference.operator !== "" || reference.length) return;
    const quoted = quoteFor(this.#quotingInside(segment, start), value);
    if (quoted === null) return;
    const text = `\${${this.#variable(`${key} quoted`, quoted)}}`;
    this.#edits.push({ start, end, text: expandsBefore(segment.quoting) ? text : `'"${text}"'`, segment });
  }

  /** Puts assignments in front of a program. */
  #handOver(segment: Segment, values: ReadonlyMap<string, string>): void {
    const assignments = [...values].map(([name, value]) => `${name}=${quoteWord(value)}; `).join("");
    let text = assignments;
    if (segment.quoting !== "raw") {
      text = `\${${this.#variable("assignments", assignments)}}`;
      if (!expandsBefore(segment.quoting)) text = `'"${text}"'`;
    }
    this.#edits.push({ start: segment.start, end: segment.start, text, segment });
  }

  /** How a reference is quoted in the text of an argument that another shell reads. */
  #quotingInside(segment: Segment, start: number): Quoting | undefined {
    let known = this.#innerQuoting.get(segment);
    if (!known) {
      const inner = shellReferences(this.#text.slice(segment.start, segment.end));
      known = new Map(inner.map((reference) => [segment.start + reference.start, reference.segment.quoting]));
      this.#innerQuoting.set(segment, known);
    }
    return known.get(start);
  }

  /** Takes back what would end a here-document early, and puts the edits in order. */
  #keepDocuments(): void {
    const documents = new Map<Segment, Edit[]>();
    for (const edit of this.#edits) {
      if (edit.segment.quoting !== "raw") continue;
      const edits = documents.get(edit.segment) ?? [];
      documents.set(edit.segment, edits);
      edits.push(edit);
    }
    const broken = new Set<Segment>();
    for (const [segment, edits] of documents) {
      const body = applyEdits(this.#text, edits, segment.start, segment.end);
      const ends = body.split("\n").some((line) => line.replace(/^\t+/, "") === segment.delimiter);
      if (ends) broken.add(segment);
    }
    if (broken.size > 0) this.#edits = this.#edits.filter((edit) => !broken.has(edit.segment));
  }

  #splices(name: string): boolean {
    return this.#variables.splices?.(name) ?? true;
  }

  /** `'${X}'`: written so to keep it for the other shell. */
  #isWrapped(reference: ShellReference): boolean {
    return reference.start === reference.segment.start && reference.end === reference.segment.end;
  }

  /** `"${X}"` inside a text that is no shell's: the quotes are those of a JSON string. */
  #isJsonString(reference: ShellReference): boolean {
    const { start, end, braced } = reference;
    return braced && this.#text[start - 1] === '"' && this.#text[end] === '"';
  }

  #isAssigned(name: string): boolean {
    return new RegExp(`(?<![\\w$])${name}\\+?=|\\b(?:for|read|select)\\b[^\\n;]*\\b${name}\\b`).test(
      this.#text,
    );
  }

  #name(key: string, value: string): string {
    const known = `${key}\n${value}`;
    const name = this.#names.get(known) ?? `DAGU_REF_${this.#names.size + 1}`;
    this.#names.set(known, name);
    return name;
  }

  #variable(key: string, value: string): string {
    const name = this.#name(key, value);
    this.#env[name] = value;
    return name;
  }

  /** The shell itself gets the positional parameters, so that functions, `shift` and `set` work as ever. */
  #withPositional(text: string): string {
    if (this.#positional === 0) return text;
    const words: string[] = [];
    for (let n = 1; n <= this.#positional; n++) {
      const value = this.#variables.get(String(n));
      if (value !== undefined) this.#env[`DAGU_PARAM_${n}`] = value;
      words.push(value === undefined ? '""' : `"\${DAGU_PARAM_${n}}"`);
    }
    const setting = `set -- ${words.join(" ")}; `;
    if (!text.startsWith("#!")) return setting + text;
    const line = text.indexOf("\n") + 1;
    return line === 0 ? text : text.slice(0, line) + setting + text.slice(line);
  }
}

const MAX_POSITIONAL = 999;

/** Quoting in which the outer shell expands variables. */
function expandsBefore(quoting: Quoting): boolean {
  return quoting === "double" || quoting === "heredoc";
}

function applyEdits(source: string, edits: Edit[], from: number, to: number): string {
  let text = "";
  let at = from;
  // What is put in front of a segment comes before a change at its first character.
  for (const edit of edits.sort((a, b) => a.start - b.start || a.end - b.end)) {
    text += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + source.slice(at, to);
}

/** A value as it must stand at a place of that quoting; null where no value can be put. */
function quoteFor(quoting: Quoting | undefined, value: string): string | null {
  switch (quoting) {
    case "open":
      return quoteWord(value);
    case "double":
    case "heredoc":
      return value.replace(/[\\"$`]/g, "\\$&");
    case "single":
      return quoteWord(value).slice(1, -1);
    default:
      return null;
  }
}
