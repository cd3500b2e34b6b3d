/** Checks a YAML tree against the tables of fields and gives typed access to what is well-formed. */
import type { IssueList } from "./issue_list.ts";
import { quote } from "./issue_list.ts";
import { fieldsOf, findField, namesOf, requiredFields, type Shape, snakeCase, type Table } from "./shape.ts";
import { suggest } from "../core/text/suggest.ts";
import { isNull, type MapNode, type ScalarNode, toJson, toText, type YamlNode } from "./yaml/yaml_node.ts";

/** A value that fits its shape. */
export class Value {
  constructor(
    readonly node: YamlNode,
    readonly parentPath: string,
    /** Key in the parent, `[n]` for the item of a list. */
    readonly key: string,
    /** Set when the value is a map with known keys. */
    readonly object: ObjectValue | null = null,
    /** Set when the value is a list. */
    readonly items: readonly Value[] | null = null,
    /** Set when the value is a map with free keys. */
    readonly members: readonly Member[] | null = null,
  ) {}

  /** Path as it is written in the file, e.g. `steps[2].retryPolicy.limit`. */
  get path(): string {
    return join(this.parentPath, this.key);
  }
}

export interface Member {
  readonly key: ScalarNode;
  readonly value: Value;
}

/** A map whose keys are known. Fields that are null or do not fit count as absent; the latter are reported. */
export class ObjectValue {
  /** null: the field stands in the file, but its value is of no use. */
  readonly #values = new Map<string, Value | null>();
  /** Whether there are keys that no field has: then a field that seems to be missing may be mistyped. */
  hasUnknown = false;

  constructor(readonly node: MapNode, readonly path: string, readonly issues: IssueList) {}

  /** Whether the field has a usable value. */
  has(name: string): boolean {
    return (this.#values.get(name) ?? null) !== null;
  }

  /** Whether the field stands in the file, usable or not. */
  written(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? undefined;
  }

  /** Text of a scalar field without surrounding blanks, "" when absent. */
  text(name: string): string {
    return this.raw(name).trim();
  }

  /** Text of a scalar field as it is, "" when absent. */
  raw(name: string): string {
    const node = this.#values.get(name)?.node;
    return node?.kind === "scalar" ? node.text : "";
  }

  /** Number of an int or number field, null when absent. */
  number(name: string): number | null {
    const value = this.#values.get(name);
    return value ? numberOf(value.node) : null;
  }

  int(name: string, otherwise: number): number {
    return Math.trunc(this.number(name) ?? otherwise);
  }

  bool(name: string, otherwise = false): boolean {
    const node = this.#values.get(name)?.node;
    return node?.kind === "scalar" && node.type === "bool" ? node.text === "true" : otherwise;
  }

  /** A scalar or a list of scalars as texts. */
  texts(name: string): string[] {
    const value = this.#values.get(name);
    if (!value) return [];
    return value.items ? value.items.map((item) => toText(item.node)) : [toText(value.node)];
  }

  object(name: string): ObjectValue | null {
    return this.#values.get(name)?.object ?? null;
  }

  items(name: string): readonly Value[] {
    return this.#values.get(name)?.items ?? [];
  }

  /** A map of scalars as a record of texts. */
  record(name: string): Readonly<Record<string, string>> {
    const members = this.#values.get(name)?.members ?? [];
    return Object.fromEntries(members.map(({ key, value }) => [key.text, toText(value.node)]));
  }

  /** A free-form map, {} when absent. */
  json(name: string): Readonly<Record<string, unknown>> {
    const node = this.#values.get(name)?.node;
    return node?.kind === "map" ? toJson(node) as Record<string, unknown> : {};
  }

  /** Reports something about a field, or about the map when the field is absent. */
  issue(name: string, message: string): void {
    const value = this.#values.get(name);
    if (value) this.issues.add(value.path, message, value.node);
    else this.issues.add(name === "" ? this.path : join(this.path, name), message, this.node);
  }

  /** For the decoder. */
  put(name: string, value: Value | null): void {
    this.#values.set(name, value);
  }
}

export function numberOf(node: YamlNode): number | null {
  return node.kind === "scalar" && (node.type === "int" || node.type === "float") ? Number(node.text) : null;
}

/** Decodes a map with known keys. Required fields that are missing, unknown and repeated ones are reported. */
export function decodeObject(node: MapNode, table: Table, path: string, issues: IssueList): ObjectValue {
  const result = new ObjectValue(node, path, issues);
  for (const { key, value } of node.entries) {
    const field = findField(table, key.text);
    if (!field) {
      result.hasUnknown = true;
      issues.add(join(path, key.text), unknownKey(key.text, table), key);
    } else if (result.written(field.name)) {
      const first = node.entries.find((entry) => findField(table, entry.key.text) === field)!;
      const message = `"${key.text}" and "${first.key.text}" are the same field, give one of them`;
      issues.add(join(path, key.text), message, key);
    } else if (!isNull(value)) {
      result.put(field.name, decodeValue(value, field.shape, path, key.text, issues));
    }
  }
  for (const field of requiredFields(table)) {
    if (!result.written(field.name)) {
      issues.add(path, `"${field.name}" is required`, node);
      result.put(field.name, null);
    }
  }
  return result;
}

/** Decodes a value; null when it does not fit, which is reported. */
function decodeValue(
  node: YamlNode,
  shape: Shape,
  parentPath: string,
  key: string,
  issues: IssueList,
): Value | null {
  const fit = fitting(node, shape);
  if (!fit) {
    issues.add(join(parentPath, key), mismatch(node, shape), node);
    return null;
  }
  if (fit.kind === "list" && node.kind === "list") {
    const path = join(parentPath, key);
    const items: Value[] = [];
    node.items.forEach((item, index) => {
      const value = decodeValue(item, fit.of, path, `[${index}]`, issues);
      if (value) items.push(value);
    });
    return new Value(node, parentPath, key, null, items);
  }
  if (fit.kind === "map" && node.kind === "map") {
    const path = join(parentPath, key);
    const members: Member[] = [];
    for (const entry of node.entries) {
      const value = decodeValue(entry.value, fit.of, path, entry.key.text, issues);
      if (value) members.push({ key: entry.key, value });
    }
    return new Value(node, parentPath, key, null, null, members);
  }
  if (fit.kind === "object" && node.kind === "map") {
    return new Value(node, parentPath, key, decodeObject(node, fit.table, join(parentPath, key), issues));
  }
  return new Value(node, parentPath, key);
}

/** The alternative that a node fits; collections fit by their kind alone, their parts are checked later. */
function fitting(node: YamlNode, shape: Shape): Shape | null {
  switch (shape.kind) {
    case "any":
      return shape;
    case "either":
      for (const one of shape.of) {
        const fit = fitting(node, one);
        if (fit) return fit;
      }
      return null;
    case "list":
      return node.kind === "list" ? shape : null;
    case "map":
    case "object":
      return node.kind === "map" ? shape : null;
    default:
      return node.kind === "scalar" && fitsScalar(node, shape) ? shape : null;
  }
}

function fitsScalar(node: ScalarNode, shape: Shape): boolean {
  switch (shape.kind) {
    case "scalar":
      return true;
    case "text":
      return node.type === "string";
    case "bool":
      return node.type === "bool";
    case "word": {
      const text = shape.fold ? node.text.trim().toLowerCase() : node.text.trim();
      return node.type === "string" && (text === "" || shape.words.includes(text));
    }
    case "int":
    case "number": {
      const value = numberOf(node);
      if (value === null || !Number.isFinite(value)) return false;
      if (shape.kind === "int" && !Number.isSafeInteger(Math.trunc(value))) return false;
      return value >= (shape.min ?? -Infinity) &&
        value <= ("max" in shape ? shape.max ?? Infinity : Infinity);
    }
    default:
      return false;
  }
}

function mismatch(node: YamlNode, shape: Shape): string {
  return `Expected ${describe(shape)}, got ${describeNode(node)}${hint(node, shape)}`;
}

/** A shape in words. */
export function describe(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return "a text";
    case "scalar":
      return "a text, number or boolean";
    case "bool":
      return "a boolean (true or false)";
    case "any":
      return "any value";
    case "word":
      return shape.words.length === 1
        ? `"${shape.words[0]}"`
        : `one of ${shape.words.map((one) => `"${one}"`).join(", ")}`;
    case "int":
    case "number": {
      const what = shape.kind === "int" ? "a whole number" : "a number";
      const max = "max" in shape ? shape.max : undefined;
      if (shape.min !== undefined && max !== undefined) return `${what} between ${shape.min} and ${max}`;
      return shape.min === undefined ? what : `${what} of at least ${shape.min}`;
    }
    case "list":
      return "a list";
    case "map":
    case "object":
      return "a map";
    case "either": {
      const parts = [...new Set(shape.of.map(describe))];
      return parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(", ")} or ${parts.at(-1)}`;
    }
  }
}

/** A node in words. */
export function describeNode(node: YamlNode): string {
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.kind === "map") {
    const first = node.entries[0]?.key.text;
    return first === undefined ? "an empty map" : `a map with the key ${quote(first)}`;
  }
  if (node.type === "null") return "nothing";
  if (node.type === "bool") return `the boolean ${node.text}`;
  return node.type === "string" ? `the text ${quote(node.text)}` : `the number ${node.text}`;
}

function hint(node: YamlNode, shape: Shape): string {
  if (node.kind !== "scalar") return "";
  const wants = new Set((shape.kind === "either" ? shape.of : [shape]).map((one) => one.kind));
  if (node.type === "string" && (wants.has("int") || wants.has("number")) && /^\d+$/.test(node.text)) {
    return "; leave the quotes away";
  }
  if (wants.has("text") && (node.type === "int" || node.type === "float" || node.type === "bool")) {
    return `; put it in quotes: "${node.text}"`;
  }
  if (node.type === "string" && shape.kind === "word") {
    const near = suggest(node.text, shape.words);
    return near ? `; did you mean "${near}"?` : "";
  }
  return "";
}

function unknownKey(key: string, table: Table): string {
  const foreign = Object.entries(table.foreign ?? {}).find(([word]) => word === key)?.[1];
  if (foreign) return `Unknown key ${quote(key)} in ${table.doc}; ${foreign}`;
  const snake = key.includes("_");
  const names = fieldsOf(table).flatMap((field) => namesOf(field));
  const known = snake ? names.map(snakeCase) : names;
  const near = suggest(key, known);
  const help = near
    ? `did you mean "${near}"?`
    : known.length <= 12
    ? `known keys are ${known.map((name) => `"${name}"`).join(", ")}`
    : "see the documentation for the known keys";
  return `Unknown key ${quote(key)} in ${table.doc}; ${help}`;
}

function join(path: string, key: string): string {
  if (path === "") return key;
  return key.startsWith("[") ? path + key : `${path}.${key}`;
}
