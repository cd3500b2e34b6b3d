/** A definition as data -> TypeScript that makes the same data. */
import type { DataEntry, DataMap, DataNode, DataScalar } from "./data_node.ts";

/** Longest line of what stands on one line. */
const WIDTH = 100;

/** One document, and whether the compiler can check it. */
export interface TsDocument {
  readonly node: DataNode;
  readonly maker: "dag" | "dagByName" | "untyped";
}

/** The text of a module whose default export is the definition, or a list of them. */
export function tsText(documents: readonly TsDocument[]): string {
  const used = new Set<string>(documents.map(({ maker }) => maker));
  const single = documents.length === 1;
  const texts = documents.map(({ node, maker }) => `${maker}(${valueText(node, single ? "" : "  ", used)})`);
  const value = single ? texts[0] : `[\n${texts.map((text) => `  ${text},\n`).join("")}]`;
  return `import { ${[...used].sort().join(", ")} } from "@x/dagu/dag";\n\nexport default ${value};\n`;
}

/** @param used gets the names of helpers that the text calls */
function valueText(node: DataNode, indent: string, used: Set<string>): string {
  if (node.kind === "scalar") return scalarText(node, used);
  const [open, close, parts] = node.kind === "list"
    ? ["[", "]", node.items.map((item) => valueText(item, `${indent}  `, used))] as const
    : mapParts(node, indent, used);
  if (parts.length === 0) return `${open}${close}`;
  const inline = open === "{" ? `{ ${parts.join(", ")} }` : `${open}${parts.join(", ")}${close}`;
  const flat = node.kind === "list"
    ? node.items.every(isShort)
    : node.entries.every(({ value }) => isShort(value));
  if (flat && inline.length + indent.length <= WIDTH && !inline.includes("\n")) return inline;
  return `${open}\n${parts.map((part) => `${indent}  ${part},\n`).join("")}${indent}${close}`;
}

function isShort(node: DataNode): boolean {
  if (node.kind === "scalar") return true;
  return node.kind === "list"
    ? node.items.every((item) => item.kind === "scalar")
    : node.entries.length === 0;
}

function mapParts(
  map: DataMap,
  indent: string,
  used: Set<string>,
): readonly ["{" | "new Map([", "}" | "])", string[]] {
  const inner = `${indent}  `;
  if (keepsOrder(map.entries)) {
    const pair = ({ key, value }: DataEntry) => `${keyText(key.text)}: ${valueText(value, inner, used)}`;
    return ["{", "}", map.entries.map(pair)];
  }
  const pair = ({ key, value }: DataEntry) =>
    `[${JSON.stringify(key.text)}, ${valueText(value, inner, used)}]`;
  return ["new Map([", "])", map.entries.map(pair)];
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
