/** Finds the `$` references of a POSIX shell text, each with the quoting that it stands in. */
import { readReference, type Reference } from "./reference.ts";
import { type Reader, ShellCommand } from "./shell_command.ts";

/** `raw` is the body of a here-document with a quoted delimiter. */
export type Quoting = "open" | "double" | "single" | "heredoc" | "raw";

/** A stretch of text that one reader gets: a quoted argument or the body of a here-document. */
export interface Segment {
  readonly quoting: Quoting;
  readonly reader: Reader;
  /** Bounds of the text without its quotes. */
  readonly start: number;
  end: number;
  /** It begins a program: assignments may be put in front of it. */
  readonly whole: boolean;
  /** Line that ends a here-document, "" for others. */
  readonly delimiter: string;
}

export interface ShellReference extends Reference {
  readonly start: number;
  readonly segment: Segment;
}

/**
 * The references of a text in order. Where the text is malformed (an open quote, nesting without end) the search
 * stops: what comes after it is left to the shell.
 */
export function shellReferences(text: string): ShellReference[] {
  const lexer = new Lexer(text);
  try {
    lexer.code("");
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
  }
  return lexer.found.sort((a, b) => a.start - b.start);
}

class Malformed extends Error {}

interface HereDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly reader: Reader;
}

const MAX_DEPTH = 250;
const OPEN: Segment = { quoting: "open", reader: "none", start: 0, end: 0, whole: false, delimiter: "" };
/** Between `((` and `))`, where a value is never split into words. */
export const ARITHMETIC: Segment = { ...OPEN };
const PIPED_TO_SHELL = /\|&?\s*(?:[\w.-]+=\S*\s+)*(?:\S*\/)?(sh|bash|dash|zsh|ksh|ash|ssh)(?=[\s;&|)]|$)/;

class Lexer {
  readonly found: ShellReference[] = [];
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #pending: HereDocument[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads commands up to `end` (")" or "`") and over it; "" reads to the end of the text. */
  code(end: ")" | "`" | ""): void {
    if (++this.#depth > MAX_DEPTH) throw new Malformed();
    const text = this.#text;
    const command = new ShellCommand();
    const lineStart = { at: this.#at };
    let word: string | null = null;
    const endWord = (): void => {
      if (word !== null) command.word(word);
      word = null;
    };
    while (this.#at < text.length) {
      const char = text[this.#at];
      if (char === end && !(end === ")" && command.cases > 0 && !(word === "esac" && command.fresh))) {
        this.#at++;
        this.#depth--;
        return;
      }
      switch (char) {
        case " ":
        case "\t":
          endWord();
          this.#at++;
          break;
        case "\n":
          endWord();
          command.next();
          this.#at++;
          this.#hereDocuments(text.slice(lineStart.at, this.#at - 1));
          lineStart.at = this.#at;
          break;
        case ";":
        case "&":
        case "|":
        case ")":
          endWord();
          command.next();
          this.#at++;
          break;
        case "(":
          endWord();
          if (command.fresh && text[this.#at + 1] === "(") this.#arithmetic(2);
          else {
            this.#at++;
            this.code(")");
          }
          command.next();
          break;
        case "#":
          if (word === null) this.#comment();
          else this.#at++;
          break;
        case "\\":
          if (text[this.#at + 1] !== "\n") word = (word ?? "") + (text[this.#at + 1] ?? "");
          this.#at += 2;
          break;
        case "'":
          word = (word ?? "") + this.#single(command, word === null);
          break;
        case '"':
          word = (word ?? "") + this.#double(command, word === null);
          break;
        case "`":
          this.#at++;
          this.code("`");
          word ??= "";
          break;
        case "$":
          this.#dollar(OPEN);
          word = (word ?? "") + "$";
          break;
        case "<":
        case ">":
          endWord();
          this.#redirection(char, command);
          break;
        default: {
          const rest = /[^\s;&|()#\\'"`$<>]+/y;
          rest.lastIndex = this.#at;
          const plain = rest.exec(text)?.[0] ?? char;
          word = (word ?? "") + plain;
          this.#at += plain.length;
        }
      }
    }
    if (end !== "") throw new Malformed();
    this.#depth--;
  }

  #comment(): void {
    const newline = this.#text.indexOf("\n", this.#at);
    this.#at = newline < 0 ? this.#text.length : newline;
  }

  #single(command: ShellCommand, begins: boolean): string {
    const start = this.#at + 1;
    const end = this.#text.indexOf("'", start);
    if (end < 0) throw new Malformed();
    const whole = begins && command.wholeProgram;
    this.#raw({ quoting: "single", reader: command.argument(), start, end, whole, delimiter: "" });
    this.#at = end + 1;
    return this.#text.slice(start, end);
  }

  /** Takes every reference of a text that the shell itself does not look into. */
  #raw(segment: Segment): void {
    let at = this.#text.indexOf("$", segment.start);
    while (at >= 0 && at < segment.end) {
      const reference = readReference(this.#text, at);
      if (reference && reference.end <= segment.end) this.found.push({ ...reference, start: at, segment });
      at = this.#text.indexOf("$", reference && reference.end <= segment.end ? reference.end : at + 1);
    }
  }

  #double(command: ShellCommand, begins: boolean): string {
    const start = this.#at + 1;
    const whole = begins && command.wholeProgram;
    const segment: Segment = {
      quoting: "double",
      reader: command.argument(),
      start,
      end: 0,
      whole,
      delimiter: "",
    };
    this.#at = start;
    this.#quoted(segment, '"');
    segment.end = this.#at - 1;
    return this.#text.slice(start, segment.end);
  }

  /** Reads text in which only `$`, backticks and backslashes count, up to `end` and over it. */
  #quoted(segment: Segment, end: '"' | ""): void {
    const text = this.#text;
    while (this.#at < text.length) {
      const char = text[this.#at];
      if (char === end) {
        this.#at++;
        return;
      }
      if (char === "\\") this.#at += 2;
      else if (char === "$") this.#dollar(segment);
      else if (char === "`") {
        this.#at++;
        this.code("`");
      } else this.#at++;
    }
    if (end !== "") throw new Malformed();
  }

  #dollar(segment: Segment): void {
    const text = this.#text;
    const start = this.#at;
    const next = text[start + 1];
    if (next === "(") {
      if (text[start + 2] === "(") this.#arithmetic(3);
      else {
        this.#at += 2;
        this.code(")");
      }
    } else if (next === "{") this.#braced(segment);
    else if (next === "'" && segment.quoting === "open") this.#ansi();
    else {
      const reference = readReference(text, start);
      if (reference) this.found.push({ ...reference, start, segment });
      this.#at = reference?.end ?? start + 1;
    }
  }

  /** `${...}`: the word of an operator may hold quotes and further references. */
  #braced(segment: Segment): void {
    if (++this.#depth > MAX_DEPTH) throw new Malformed();
    const text = this.#text;
    const start = this.#at;
    const reference = readReference(text, start);
    if (reference) this.found.push({ ...reference, start, segment });
    if (reference && reference.operator === "") this.#at = reference.end;
    else {
      this.#at += 2;
      const open = segment.quoting === "open";
      while (text[this.#at] !== "}") {
        const char = text[this.#at];
        if (char === undefined) throw new Malformed();
        if (char === "\\") this.#at += 2;
        else if (char === "$") this.#dollar(segment);
        else if (char === '"') {
          this.#at++;
          this.#quoted(segment.quoting === "double" ? segment : { ...OPEN, quoting: "double" }, '"');
        } else if (char === "'" && open) this.#single(new ShellCommand(), false);
        else if (char === "`") {
          this.#at++;
          this.code("`");
        } else this.#at++;
      }
      this.#at++;
    }
    this.#depth--;
  }

  /** `$'...'`, in which no reference counts. */
  #ansi(): void {
    const text = this.#text;
    for (this.#at += 2; this.#at < text.length; this.#at++) {
      if (text[this.#at] === "\\") this.#at++;
      else if (text[this.#at] === "'") {
        this.#at++;
        return;
      }
    }
    throw new Malformed();
  }

  #arithmetic(opening: number): void {
    if (++this.#depth > MAX_DEPTH) throw new Malformed();
    const text = this.#text;
    this.#at += opening;
    for (let depth = 2; depth > 0;) {
      const char = text[this.#at];
      if (char === undefined) throw new Malformed();
      if (char === "$") this.#dollar(ARITHMETIC);
      else if (char === "'") this.#single(new ShellCommand(), false);
      else {
        if (char === "(") depth++;
        if (char === ")") depth--;
        this.#at++;
      }
    }
    this.#depth--;
  }

  #redirection(char: string, command: ShellCommand): void {
    const text = this.#text;
    if (text[this.#at + 1] === "(") {
      this.#at += 2;
      this.code(")");
    } else if (text.startsWith("<<<", this.#at)) this.#at += 3;
    else if (char === "<" && text[this.#at + 1] === "<") this.#hereDocument(command);
    else this.#at++;
  }

  #hereDocument(command: ShellCommand): void {
    const head = /<<(-?)[ \t]*((?:[^\s;&|()<>'"\\]|\\.|'[^'\n]*'|"[^"\n]*")+)/y;
    head.lastIndex = this.#at;
    const match = head.exec(this.#text);
    if (!match) {
      this.#at += 2;
      return;
    }
    this.#at = head.lastIndex;
    this.#pending.push({
      delimiter: match[2].replace(/\\(.)|['"]/g, "$1"),
      quoted: /['"\\]/.test(match[2]),
      stripTabs: match[1] === "-",
      reader: command.input(),
    });
  }

  /** Bodies of the here-documents that the line before announced. */
  #hereDocuments(line: string): void {
    const text = this.#text;
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    const piped = PIPED_TO_SHELL.exec(line.slice(-4096))?.[1];
    for (const { delimiter, quoted, stripTabs, reader: own } of pending) {
      const start = this.#at;
      let end = text.length;
      let after = text.length;
      for (let at = start; at < text.length;) {
        const newline = text.indexOf("\n", at);
        const stop = newline < 0 ? text.length : newline;
        const raw = text.slice(at, stop);
        if ((stripTabs ? raw.replace(/^\t+/, "") : raw) === delimiter) {
          end = at;
          after = newline < 0 ? stop : stop + 1;
          break;
        }
        at = stop + 1;
      }
      const reader = own !== "none" || !piped ? own : piped === "ssh" ? "remote" : "local";
      const segment: Segment = {
        quoting: quoted ? "raw" : "heredoc",
        reader,
        start,
        end,
        whole: true,
        delimiter,
      };
      if (quoted) this.#raw(segment);
      else this.#body(segment);
      this.#at = after;
    }
  }

  #body(segment: Segment): void {
    const body = new Lexer(this.#text.slice(0, segment.end));
    body.#at = segment.start;
    body.#depth = this.#depth;
    try {
      body.#quoted(segment, "");
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
    for (const reference of body.found) this.found.push(reference);
  }
}
