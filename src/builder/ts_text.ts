/** A definition as data -> TypeScript that makes the same data. */
import { type Comment, type Comments, END, fitted, NO_COMMENTS, pathOf } from "./comments.ts";
import type { DataEntry, DataMap, DataNode, DataScalar } from "./data_node.ts";

/** Longest line of what stands on one line. */
const WIDTH = 100;

/** One document, and whether the compiler can check it. */
export interface TsDocument {
  readonly node: DataNode;
  readonly maker: "dag" | "dagByName" | "untyped";
}

/** The text of a module whose default export is the definition, or a list of them. */
export function tsText(documents: readonly TsDocument[], comments: Comments = NO_COMMENTS): string {
  const writer = new Writer(documents, fitted(comments, documents.map(({ node }) => node)));
  const value = writer.value();
  const makers = [...writer.used].sort().join(", ");
  return `import { ${makers} } from "@x/dagu/dag";\n\n${writer.above()}export default ${value};\n${writer.end()}`;
}

/** A member of a list or map, and what is said about it. */
interface Part {
  readonly text: string;
  readonly comment: Comment;
}

class Writer {
  /** Names of helpers that the text calls. */
  readonly used: Set<string>;

  constructor(readonly documents: readonly TsDocument[], readonly comments: Comments) {
    this.used = new Set(documents.map(({ maker }) => maker));
  }

  value(): string {
    const single = this.documents.length === 1;
    const parts = this.documents.map(({ node, maker }, index): Part => ({
      text: `${maker}(${this.#value(node, single ? "" : "  ", `${index}`)})`,
      comment: index === 0 ? NOTHING : this.#about(`${index}`),
    }));
    return single ? parts[0]!.text : `[\n${parts.map((part) => lines(part, "  ")).join("")}]`;
  }

  above(): string {
    return commentLines(this.#about("0"), "");
  }

  end(): string {
    return commentLines(this.#about(END), "");
  }

  #about(path: string): Comment {
    return this.comments.get(path) ?? NOTHING;
  }

  #value(node: DataNode, indent: string, path: string): string {
    if (node.kind === "scalar") return scalarText(node, this.used);
    const inner = `${indent}  `;
    const [open, close, parts] = node.kind === "list"
      ? ["[", "]", node.items.map((item, index) => this.#item(item, inner, pathOf(path, index)))] as const
      : this.#map(node, inner, path);
    if (parts.length === 0) return `${open}${close}`;
    const texts = parts.map(({ text }) => text).join(", ");
    const inline = open === "{" ? `{ ${texts} }` : `${open}${texts}${close}`;
    const flat =
      (node.kind === "list"
        ? node.items.every(isShort)
        : node.entries.every(({ value }) => isShort(value))) &&
      parts.every(({ comment }) => comment === NOTHING);
    if (flat && inline.length + indent.length <= WIDTH && !inline.includes("\n")) return inline;
    return `${open}\n${parts.map((part) => lines(part, inner)).join("")}${indent}${close}`;
  }

  #item(item: DataNode, indent: string, path: string): Part {
    return { text: this.#value(item, indent, path), comment: this.#about(path) };
  }

  #map(
    map: DataMap,
    indent: string,
    path: string,
  ): readonly ["{" | "new Map([", "}" | "])", Part[]] {
    const ordered = keepsOrder(map.entries);
    const parts = map.entries.map(({ key, value }): Part => {
      const own = pathOf(path, key.text);
      const text = this.#value(value, indent, own);
      return {
        text: ordered ? `${keyText(key.text)}: ${text}` : `[${JSON.stringify(key.text)}, ${text}]`,
        comment: this.#about(own),
      };
    });
    return ordered ? ["{", "}", parts] : ["new Map([", "])", parts];
  }
}

const NOTHING: Comment = { before: [], behind: [] };

/** A comment behind a text of several lines stands in the first one, where that is no text of the definition. */
function lines({ text, comment }: Part, indent: string): string {
  const [first = "", ...rest] = text.split("\n");
  const { before, behind } = comment;
  const fits = rest.length === 0 || /[[{]$/.test(first);
  const above = commentLines({ before, behind: fits ? [] : behind }, indent);
  const mark = fits ? behind.map((one) => ` ${commentText(one)}`).join("") : "";
  if (rest.length === 0) return `${above}${indent}${first},${mark}\n`;
  return `${above}${indent}${first}${mark}\n${rest.join("\n")},\n`;
}

function commentLines({ before, behind }: Comment, indent: string): string {
  return [...before, ...behind].map((text) => `${indent}${commentText(text)}\n`).join("");
}

/** Two characters end a line in TypeScript that do not in YAML: what follows them would be code. */
function commentText(text: string): string {
  return `//${text.replace(/[\u2028\u2029]/g, " ")}`;
}

function isShort(node: DataNode): boolean {
  if (node.kind === "scalar") return true;
  return node.kind === "list"
    ? node.items.every((item) => item.kind === "scalar")
    : node.entries.length === 0;
}

/** Objects put keys that are numbers first, in their order. */
function keepsOrder(entries: readonly DataEntry[]): boolean {
  const object = Object.fromEntries(entries.map(({ key }) => [key.text, 0]));
  return Object.keys(object).every((key, index) => key === entries[index]!.key.text);
}

function keyText(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

function scalarText({ type, text }: DataScalar, used: Set<string>): string {
  switch (type) {
    case "null":
      return "null";
    case "string":
      return stringText(text);
    case "bool":
      return text;
    case "int":
      return Number.isSafeInteger(Number(text)) ? text : `${text}n`;
    case "float":
      return floatText(text, used);
  }
}

function floatText(text: string, used: Set<string>): string {
  const value = text.endsWith("Inf") ? (text === "-Inf" ? -Infinity : Infinity) : Number(text);
  // A number without a fraction would come back as a whole one, which is written differently from a million on.
  const whole = Number.isSafeInteger(value) && !Object.is(value, -0);
  if (!whole || Math.abs(value) < 1e6) return Object.is(value, -0) ? "-0" : String(value);
  used.add("float");
  return `float(${value})`;
}

/** Texts of several lines stand as they are. */
function stringText(text: string): string {
  // deno-lint-ignore no-control-regex
  if (!text.includes("\n") || /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]/u.test(text)) {
    return lineText(text);
  }
  return `\`${text.replace(/[\\`]|\$(?=\{)/g, "\\$&")}\``;
}

/** In double quotes, or in single ones where that saves escapes. */
function lineText(text: string): string {
  const quoted = JSON.stringify(text);
  if (!text.includes('"') || text.includes("'")) return quoted;
  return `'${quoted.slice(1, -1).replaceAll('\\"', '"')}'`;
}
