/**
 * Shapes of requests and answers, written once: the type that the code sees, the check of what arrives, and the
 * OpenAPI document all follow from them. The JSON Schema of OpenAPI 3.1 is used, as far as it is needed here.
 */

export interface JsonSchema {
  readonly type?:
    | "object"
    | "array"
    | "string"
    | "integer"
    | "number"
    | "boolean"
    | readonly ["string", "null"];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly default?: unknown;
}

/** A shape of values of type `T`. */
export interface Schema<T> {
  readonly json: JsonSchema;
  /** Name under `components/schemas`; "" when it is written out where it is used. */
  readonly name: string;
  /** Only for the type. */
  readonly sample?: T;
}

/** A member that may be missing. */
export interface Optional<T> {
  readonly optional: Schema<T>;
}

// deno-lint-ignore no-explicit-any
type Any = any;
export type Members = Readonly<Record<string, Schema<Any> | Optional<Any>>>;
type Value<S> = S extends Schema<infer T> ? T : never;
export type ObjectOf<M extends Members> =
  & { readonly [K in keyof M as M[K] extends Optional<Any> ? never : K]: Value<M[K]> }
  & {
    readonly [K in keyof M as M[K] extends Optional<Any> ? K : never]?: M[K] extends Optional<infer T> ? T
      : never;
  };
/** The type of a shape. */
export type Infer<S> = Value<S>;

interface About {
  readonly description?: string;
}

const shape = <T>(json: JsonSchema): Schema<T> => ({ json, name: "" });

/** Longest text that is taken where no shape says otherwise, in characters. */
const MAX_TEXT = 100_000;

export function text(
  rules: About & { readonly pattern?: RegExp; readonly min?: number; readonly max?: number } = {},
): Schema<string> {
  const { pattern, min, max = MAX_TEXT, ...about } = rules;
  return shape({
    type: "string",
    ...about,
    ...(pattern ? { pattern: pattern.source } : {}),
    ...(min === undefined ? {} : { minLength: min }),
    maxLength: max,
  });
}

export function word<const W extends readonly string[]>(words: W, about: About = {}): Schema<W[number]> {
  return shape({ type: "string", enum: words, ...about });
}

export function integer(
  rules: About & { readonly min?: number; readonly max?: number; readonly default?: number } = {},
): Schema<number> {
  const { min, max, ...about } = rules;
  return shape({
    type: "integer",
    ...about,
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
  });
}

export function number(about: About = {}): Schema<number> {
  return shape({ type: "number", ...about });
}

export function flag(about: About & { readonly default?: boolean } = {}): Schema<boolean> {
  return shape({ type: "boolean", ...about });
}

export function list<T>(
  items: Schema<T>,
  rules: About & { readonly max?: number } = {},
): Schema<readonly T[]> {
  const { max, ...about } = rules;
  return shape({
    type: "array",
    items: reference(items),
    ...about,
    ...(max === undefined ? {} : { maxItems: max }),
  });
}

export function object<M extends Members>(members: M, about: About = {}): Schema<ObjectOf<M>> {
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const [name, member] of Object.entries(members)) {
    if ("optional" in member) properties[name] = reference(member.optional);
    else {
      properties[name] = reference(member);
      required.push(name);
    }
  }
  return shape({
    type: "object",
    ...about,
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  });
}

/** An object with members of any name. */
export function map<T>(values: Schema<T>, about: About = {}): Schema<Readonly<Record<string, T>>> {
  return shape({ type: "object", ...about, additionalProperties: reference(values), maxProperties: 1000 });
}

/** Any JSON value. */
export function anything(about: About = {}): Schema<unknown> {
  return shape({ ...about });
}

export function optional<T>(schema: Schema<T>): Optional<T> {
  return { optional: schema };
}

/** Gives a shape a name under which the document holds it once. */
export function named<T>(name: string, schema: Schema<T>): Schema<T> {
  return { ...schema, name };
}

const REFERENCES = /* @__PURE__ */ new WeakMap<JsonSchema, string>();

/** The schema as it stands inside of another one: the very object, remembered by its name. */
function reference(schema: Schema<unknown>): JsonSchema {
  if (schema.name !== "") REFERENCES.set(schema.json, schema.name);
  return schema.json;
}

/** Name of a schema inside of another one; "" when it has none. */
export function nameOf(json: JsonSchema): string {
  return REFERENCES.get(json) ?? "";
}
