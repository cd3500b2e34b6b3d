/**
 * The fields of the language as data: which keys a map may have and what their values look like. Decoding, the
 * suggestions for mistyped keys and the JSON Schema all come from these tables.
 */

export type Shape =
  /** A text; numbers and booleans need quotes to be one. */
  | { readonly kind: "text" }
  /** Any scalar, taken as text. */
  | { readonly kind: "scalar" }
  /** A whole number; a fraction is cut off. */
  | { readonly kind: "int"; readonly min?: number }
  | { readonly kind: "number"; readonly min?: number; readonly max?: number }
  | { readonly kind: "bool" }
  /** One of some words, in any case when `fold` is set; an empty text counts as not given. */
  | { readonly kind: "word"; readonly words: readonly string[]; readonly fold?: boolean }
  /** Anything; not looked into. */
  | { readonly kind: "any" }
  | { readonly kind: "list"; readonly of: Shape }
  /** A map with free keys. */
  | { readonly kind: "map"; readonly of: Shape }
  /** A map with known keys. */
  | { readonly kind: "object"; readonly table: Table }
  /** The first alternative that fits the kind of the value. */
  | { readonly kind: "either"; readonly of: readonly Shape[] };

export interface Field {
  /** In camelCase; snake_case is accepted as well. */
  readonly name: string;
  /** Further names of the same field. */
  readonly aliases?: readonly string[];
  readonly shape: Shape;
  /** One sentence for the JSON Schema. */
  readonly doc: string;
  readonly required?: boolean;
  /** Value that applies when the field is not given, for the JSON Schema. */
  readonly default?: unknown;
  /** How a value joins that of the base configuration; "deep" for maps and "replace" for the rest unless given. */
  readonly merge?: "append" | "replace";
}

export interface Table {
  /** Name of the definition in the JSON Schema. */
  readonly name: string;
  readonly doc: string;
  /** What is to be written in the place of keys that other tools have; ends a sentence. */
  readonly foreign?: Readonly<Record<string, string>>;
  /** A function, because tables refer to each other. */
  readonly fields: () => readonly Field[];
}

export const TEXT: Shape = { kind: "text" };
export const SCALAR: Shape = { kind: "scalar" };
export const BOOL: Shape = { kind: "bool" };
export const ANY: Shape = { kind: "any" };
export const INT: Shape = { kind: "int" };
export const NATURAL: Shape = { kind: "int", min: 0 };

export function either(...of: readonly Shape[]): Shape {
  return { kind: "either", of };
}

export function list(of: Shape): Shape {
  return { kind: "list", of };
}

export function map(of: Shape): Shape {
  return { kind: "map", of };
}

export function object(table: Table): Shape {
  return { kind: "object", table };
}

export function word(...words: readonly string[]): Shape {
  return { kind: "word", words };
}

/** `baseURL` -> `base_url`, `skipTLSVerify` -> `skip_tls_verify`. */
export function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3_$2").toLowerCase();
}

interface Index {
  readonly fields: readonly Field[];
  readonly required: readonly Field[];
  readonly byKey: ReadonlyMap<string, Field>;
}

const indexes = new WeakMap<Table, Index>();

function indexOf(table: Table): Index {
  const known = indexes.get(table);
  if (known) return known;
  const fields = table.fields();
  const byKey = new Map<string, Field>();
  for (const field of fields) {
    for (const name of namesOf(field)) {
      byKey.set(name, field);
      byKey.set(name.toLowerCase(), field);
      byKey.set(snakeCase(name), field);
    }
  }
  const index = { fields, required: fields.filter((field) => field.required), byKey };
  indexes.set(table, index);
  return index;
}

/** The field that a key names: camelCase in any case of letters, or snake_case. */
export function findField(table: Table, key: string): Field | undefined {
  const { byKey } = indexOf(table);
  return byKey.get(key) ?? byKey.get(key.toLowerCase());
}

export function fieldsOf(table: Table): readonly Field[] {
  return indexOf(table).fields;
}

export function requiredFields(table: Table): readonly Field[] {
  return indexOf(table).required;
}

export function namesOf(field: Field): readonly string[] {
  return field.aliases ? [field.name, ...field.aliases] : [field.name];
}

/** The table behind a shape, looking through alternatives; null when no map with known keys fits. */
export function tableOf(shape: Shape): Table | null {
  if (shape.kind === "object") return shape.table;
  if (shape.kind !== "either") return null;
  for (const one of shape.of) if (one.kind === "object") return one.table;
  return null;
}
