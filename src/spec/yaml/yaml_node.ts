/** A YAML document as a tree whose nodes know their place in the text. Aliases share nodes. */
import type { Position } from "../../core/errors.ts";
import type { ScalarType } from "./yaml_scalar.ts";
import type { Source } from "./yaml_source.ts";

interface Place {
  readonly source: Source;
  /** Offset in the text of the source. */
  readonly at: number;
}

export interface ScalarNode extends Place {
  readonly kind: "scalar";
  readonly type: ScalarType;
  readonly text: string;
}

export interface ListNode extends Place {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

export interface MapEntry {
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

export interface MapNode extends Place {
  readonly kind: "map";
  /** In file order; no key twice. */
  readonly entries: readonly MapEntry[];
}

export type YamlNode = ScalarNode | ListNode | MapNode;

export function positionOf(node: YamlNode): Position {
  return node.source.positionAt(node.at);
}

export function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.type === "null";
}

/** The node as a plain value. Integers that a double cannot hold, infinities and NaN become texts. */
export function toJson(node: YamlNode): unknown {
  if (node.kind === "list") return node.items.map(toJson);
  if (node.kind === "map") {
    return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, toJson(value)]));
  }
  switch (node.type) {
    case "null":
      return null;
    case "bool":
      return node.text === "true";
    case "string":
      return node.text;
    default: {
      const value = Number(node.text);
      const exact = node.type === "float" ? Number.isFinite(value) : Number.isSafeInteger(value);
      return exact ? value : node.text;
    }
  }
}

/** Scalars as they are written into variables, null as "", lists and maps as JSON. */
export function toText(node: YamlNode): string {
  return node.kind === "scalar" ? node.text : JSON.stringify(toJson(node));
}
