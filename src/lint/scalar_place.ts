/** Where a part of a value stands in the text of its definition. */
import type { ScalarNode } from "../spec/yaml/yaml_node.ts";

export interface ScalarPlace {
  /** Offset in the text of the source; that of the whole value when its parts cannot be told apart. */
  readonly at: number;
  readonly exact: boolean;
}

/** The place of a character of a value: of one on a line, or of a block of lines. */
export function scalarPlace(node: ScalarNode, offset: number): ScalarPlace {
  const { source, at, text } = node;
  const quote = /^["']/.test(source.text.slice(at, at + 1)) ? 1 : 0;
  if (source.text.startsWith(text, at + quote)) return { at: at + quote + offset, exact: true };
  return inBlock(node, offset) ?? { at, exact: false };
}

/** Every line of a block stands alone on a line of the source, all with the same indentation. */
function inBlock({ source, at, text }: ScalarNode, offset: number): ScalarPlace | null {
  const before = text.slice(0, offset).split("\n");
  const line = before.length - 1;
  const lines = source.text.slice(at).split("\n");
  const wanted = text.replace(/\n+$/, "").split("\n");
  // The place of a block is its header, or its first line.
  const begin = [0, 1].find((skip) => wanted.every((part, i) => (lines[skip + i] ?? "").endsWith(part)));
  if (begin === undefined) return null;
  const first = begin === 0 ? 0 : lines[0]!.length + 1;
  const skipped = lines.slice(begin, begin + line).reduce((sum, one) => sum + one.length + 1, 0);
  const own = lines[begin + line]!;
  const indent = own.length - wanted[line]!.length;
  return { at: at + first + skipped + indent + before[line]!.length, exact: true };
}
