/**
 * The comments of a module that makes a definition: those in the value that it exports, and before that. The value is
 * looked at as text, so what functions make of it is not followed.
 */
import type { FoundComment } from "../spec/yaml/comments_in.ts";
import { Source } from "../spec/yaml/yaml_source.ts";
import { type Comments, pathOf, placed, type Start } from "./comments.ts";

const TOKEN =
  /(?<comment>\/\/[^\r\n]*|\/\*[^]*?\*\/)|(?<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\[^]|[^`\\])*`)|(?<word>[\w$]+)|\.\.\.|[^\s]/g;

/** `new Map(` holds pairs, of which each is the name and the value of a member. */
type Kind = "map" | "list" | "new Map" | "pairs" | "pair" | "call";

interface Frame {
  readonly kind: Kind;
  /** Of the value that it is. */
  readonly path: string;
  /** Of its member that is being read; its own where members are not known. */
  member: string;
  index: number;
  /** A member begins with the next token. */
  begins: boolean;
  /** What it holds is made by code. */
  made: boolean;
}

export function tsComments(text: string): Comments {
  const source = new Source("", text);
  return placed(source, ...new Reader(source.text).read());
}

class Reader {
  readonly #starts: Start[] = [];
  readonly #found: FoundComment[] = [];
  readonly #frames: Frame[] = [frame("call", "0")];
  /** Brackets of other statements that are open. */
  #depth = 0;
  #exports = false;
  #word = "";

  constructor(readonly text: string) {}

  read(): [starts: Start[], found: FoundComment[]] {
    for (const { 0: token, index, groups: { comment, text, word } = {} } of this.text.matchAll(TOKEN)) {
      if (comment !== undefined) this.#comment(comment, index);
      else if (this.#exports) this.#take(token, index, text ?? word ?? "");
      else this.#skip(token, index);
      this.#word = token;
    }
    return [this.#starts, this.#found];
  }

  #comment(comment: string, at: number): void {
    if (this.#depth > 0) return;
    if (comment.startsWith("//")) return void this.#found.push({ at, text: comment.slice(2).trimEnd() });
    for (const line of comment.slice(2, -2).replace(/^\*/, "").split(/\r?\n/)) {
      const text = line.replace(/^\s*\*/, "").trimEnd();
      if (text.trim() !== "") this.#found.push({ at, text });
    }
  }

  /** What stands before the value. */
  #skip(token: string, at: number): void {
    if (/^[[{(]$/.test(token)) this.#depth++;
    else if (/^[\]})]$/.test(token)) this.#depth--;
    else if (token === "default" && this.#word === "export") {
      this.#exports = true;
      this.#starts.push({ at, path: "0" });
    }
  }

  /** @param name the token, when it is a text or word */
  #take(token: string, at: number, name: string): void {
    const top = this.#frames.at(-1)!;
    if (top.begins && !/^[\]}),]$/.test(token)) this.#begin(top, token, at, name);
    switch (token) {
      case "[":
        return void this.#frames.push(this.#list(top));
      case "{":
        return void this.#frames.push(frame("map", top.member));
      case "(":
        return void this.#frames.push(frame(this.#word === "Map" ? "new Map" : "call", top.member));
      case "]":
      case "}":
      case ")":
        if (this.#frames.length > 1) this.#frames.pop();
        return;
      case ",":
        top.index++;
        top.begins = top.kind === "map" || top.kind === "list";
    }
  }

  #list(top: Frame): Frame {
    if (this.#frames.length === 1) return frame("list", DOCUMENTS);
    if (top.kind === "new Map") return frame("pairs", top.member);
    return frame(top.kind === "pairs" ? "pair" : "list", top.member);
  }

  #begin(top: Frame, token: string, at: number, name: string): void {
    top.begins = false;
    top.made ||= top.kind === "list" && token === "...";
    const member = top.kind === "list" ? top.index : unquoted(name);
    if (top.made || member === "") return void (top.member = top.path);
    top.member = top.path === DOCUMENTS ? `${member}` : pathOf(top.path, member);
    this.#starts.push({ at, path: top.member });
  }
}

/** Path of a list of documents. */
const DOCUMENTS = "";

function frame(kind: Kind, path: string): Frame {
  const begins = kind === "map" || kind === "list" || kind === "pair";
  return { kind, path, member: path, index: 0, begins, made: false };
}

function unquoted(name: string): string {
  if (!/^["']/.test(name)) return name;
  return name.slice(1, -1).replace(/\\(.)/g, "$1");
}
