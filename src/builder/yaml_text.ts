/** A definition as data -> its YAML text. Reading the text again gives the same data. */
import { resolveScalar } from "../spec/yaml/yaml_scalar.ts";
import { type Comment, type Comments, END, fitted, NO_COMMENTS, pathOf } from "./comments.ts";
import type { DataMap, DataNode, DataScalar } from "./data_node.ts";

/** Texts that everybody reads as texts, however old their YAML is. */
const PLAIN = /^[A-Za-z_/.$][^\t\n\r\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]*$/u;
const OLD_BOOLEANS = /^(?:y|n|yes|no|on|off)$/i;
/** What a block of lines cannot show. */
// deno-lint-ignore no-control-regex
const HIDDEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]/u;

/** The text of all documents. */
export function yamlText(documents: readonly DataNode[], comments: Comments = NO_COMMENTS): string {
  const writer = new Writer(fitted(comments, documents));
  const texts = documents.map((node, index) => writer.document(node, `${index}`));
  return texts.join("---\n") + writer.end();
}

class Writer {
  constructor(readonly comments: Comments) {}

  document(node: DataNode, path: string): string {
    const { before, behind } = this.#about(path);
    const above = [...before, ...behind].map((text) => `#${text}\n`).join("");
    return `${above}${this.#block(node, "", path).trimStart()}\n`;
  }

  end(): string {
    return this.#about(END).before.map((text) => `#${text}\n`).join("");
  }

  #about(path: string): Comment {
    return this.comments.get(path) ?? { before: [], behind: [] };
  }

  /** A value behind a key or a dash: on the same line, or on lines of its own that begin with `indent`. */
  #block(node: DataNode, indent: string, path: string): string {
    if (node.kind === "scalar") return ` ${scalar(node, indent)}`;
    const lines = node.kind === "list"
      ? node.items.map((item, index) => this.#member("-", item, indent, pathOf(path, index)))
      : this.#mapLines(node, indent, path);
    if (lines.length === 0) return node.kind === "list" ? " []" : " {}";
    return lines.map((line) => `\n${line}`).join("");
  }

  #mapLines(map: DataMap, indent: string, path: string): string[] {
    return map.entries.map(({ key, value }) =>
      this.#member(`${quoted(key.text)}:`, value, indent, pathOf(path, key.text))
    );
  }

  #member(mark: string, value: DataNode, indent: string, path: string): string {
    const { before, behind } = this.#about(path);
    const inner = `${indent}  `;
    const text = this.#block(value, inner, path);
    // The first line of a list or map stands behind the dash.
    const line = mark === "-" && text.startsWith("\n") ? ` ${text.slice(1 + inner.length)}` : text;
    const comment = behind.map((one) => ` #${one}`).join("");
    const above = before.map((one) => `${indent}#${one}\n`).join("");
    return above + indent + mark + line.replace(/$/m, () => comment);
  }
}

function scalar({ type, text }: DataScalar, indent: string): string {
  switch (type) {
    case "null":
      return "null";
    case "string":
      return text.includes("\n") && isBlock(text) ? lines(text, indent) : quoted(text);
    case "float":
      return floatText(text);
    default:
      return text;
  }
}

function floatText(text: string): string {
  if (text === "NaN") return ".nan";
  if (text.endsWith("Inf")) return text === "-Inf" ? "-.inf" : ".inf";
  return text.includes(".") ? text : text.replace(/e|$/, (end) => `.0${end}`);
}

function quoted(text: string): string {
  if (PLAIN.test(text) && !/: |:$| #|\s$|^\.\.\./.test(text) && !OLD_BOOLEANS.test(text)) {
    if (resolveScalar(text).type === "string") return text;
  }
  const hidden = new RegExp(HIDDEN.source, "gu");
  return JSON.stringify(text).replace(
    hidden,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Whether a text can stand as a block of lines: nothing hidden in it, and its first line not indented. */
function isBlock(text: string): boolean {
  return !HIDDEN.test(text) && /^\n*[^\s]/.test(text);
}

function lines(text: string, indent: string): string {
  const chomp = !text.endsWith("\n") ? "-" : text.endsWith("\n\n") ? "+" : "";
  const body = text.replace(/\n$/, "").split("\n").map((line) => line === "" ? "" : `${indent}${line}`);
  return `|${chomp}\n${body.join("\n")}`;
}
