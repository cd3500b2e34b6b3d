/** What can be written at a place of a definition, by its JSON Schema. */
import { ITEM, type YamlSpot } from "./yaml_path.ts";

export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

export interface Offer {
  readonly label: string;
  /** What kind of value it takes. */
  readonly detail: string;
  readonly info: string;
  /** What is written instead of the label. */
  readonly insert: string;
}

/** @param given keys that the map has already */
export function offersAt(
  schema: JsonSchema,
  spot: YamlSpot,
  given: ReadonlySet<string>,
  indent: number,
): Offer[] {
  let places = variants(schema, schema);
  for (const part of spot.path) places = places.flatMap((place) => below(schema, place, part));
  if (spot.key !== "") return valueOffers(places.flatMap((place) => below(schema, place, spot.key)));
  const offers = new Map<string, Offer>();
  for (const { properties = {} } of places) {
    for (const [name, property] of Object.entries(properties)) {
      // The same key in snake_case is accepted, and not offered.
      if (name.includes("_") && camelCase(name) in properties || given.has(name) || offers.has(name)) {
        continue;
      }
      offers.set(name, keyOffer(schema, name, property, indent));
    }
  }
  return [...offers.values()];
}

function keyOffer(root: JsonSchema, name: string, property: JsonSchema, indent: number): Offer {
  const kinds = variants(root, property);
  const list = kinds.some((kind) => kind.type === "array");
  const scalar = kinds.some(isScalar);
  const map = kinds.some((kind) => kind.properties !== undefined);
  const inner = " ".repeat(indent + 2);
  const block = map && !scalar ? `\n${inner}` : list && !scalar ? `\n${inner}- ` : " ";
  const preset = property.default === undefined ? "" : `default: ${JSON.stringify(property.default)}`;
  return {
    label: name,
    detail: detailOf(kinds),
    info: [property.description ?? "", preset].filter(Boolean).join("\n"),
    insert: `${name}:${block}`,
  };
}

function valueOffers(places: readonly JsonSchema[]): Offer[] {
  const values = new Set(
    places.flatMap((place) =>
      place.enum ? place.enum.map(String) : place.type === "boolean" ? ["true", "false"] : []
    ),
  );
  return [...values].map((value) => ({ label: value, detail: "", info: "", insert: value }));
}

/** All that may stand in place of a schema. */
function variants(root: JsonSchema, schema: JsonSchema, depth = 0): JsonSchema[] {
  if (depth > 8) return [];
  if (schema.$ref) {
    const name = schema.$ref.slice("#/$defs/".length);
    const target = root.$defs?.[name];
    return target ? variants(root, target, depth + 1) : [];
  }
  return schema.anyOf ? schema.anyOf.flatMap((one) => variants(root, one, depth + 1)) : [schema];
}

function below(root: JsonSchema, place: JsonSchema, part: string): JsonSchema[] {
  if (part === ITEM) return place.items ? variants(root, place.items) : [];
  const { properties = {}, additionalProperties } = place;
  const found = properties[part] ??
    (typeof additionalProperties === "object" ? additionalProperties : undefined);
  return found ? variants(root, found) : [];
}

function isScalar({ type, enum: words }: JsonSchema): boolean {
  const types = [type ?? []].flat();
  return words !== undefined || types.some((one) => one !== "array" && one !== "object" && one !== "null");
}

function detailOf(kinds: readonly JsonSchema[]): string {
  const words = kinds.flatMap(({ type, enum: values, properties, additionalProperties }) => {
    if (values) return values.length <= 4 ? [values.join(" | ")] : ["word"];
    if (properties || additionalProperties) return ["map"];
    return [type ?? []].flat().filter((one) => one !== "null").map((one) => one === "array" ? "list" : one);
  });
  return [...new Set(words)].slice(0, 3).join(", ");
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
