/** The JSON Schema (draft 2020-12) of definitions, for editors. Made from the tables that the loader uses. */
import { DAG } from "./tables/dag_table.ts";
import type { StepKind } from "../core/executor_manifest.ts";
import { StepKinds } from "./step_kinds.ts";
import { STEP } from "./tables/step_table.ts";
import { type Field, fieldsOf, namesOf, type Shape, snakeCase, type Table } from "./shape.ts";

/** A JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

const SCALARS = ["string", "number", "boolean"];

/**
 * A fresh schema object of one document of a definition.
 * @param executors kinds of steps besides those of the language
 */
export function dagJsonSchema(executors: readonly StepKind[] = []): Schema {
  const definitions: Record<string, Schema> = {};
  const root = tableSchema(DAG, definitions);
  const step = definitions[STEP.name]!;
  definitions[STEP.name] = {
    ...step,
    allOf: [
      ...(step.allOf as Schema[] | undefined) ?? [],
      ...configRules(new StepKinds(executors), definitions),
    ],
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "DAG",
    description: "A workflow. Keys may be written in camelCase or in snake_case.",
    ...root,
    $defs: definitions,
  };
}

/** What `config` may hold, by `type`. */
function configRules(kinds: StepKinds, definitions: Record<string, Schema>): Schema[] {
  const types = Map.groupBy(kinds.types, (type) => kinds.config(type));
  return [...types].flatMap(([table, names]) => {
    if (table === undefined) return [];
    const config = { anyOf: [reference(table, definitions), { type: "null" }] };
    return [{
      if: { properties: { type: { enum: names } }, required: ["type"] },
      then: { properties: { config, with: config } },
    }];
  });
}

function tableSchema(table: Table, definitions: Record<string, Schema>): Schema {
  const properties: Record<string, Schema> = {};
  const required: Schema[] = [];
  for (const field of fieldsOf(table)) {
    const spellings = spellingsOf(field);
    const schema = fieldSchema(field, definitions);
    for (const spelling of spellings) properties[spelling] = schema;
    if (field.required) required.push({ anyOf: spellings.map((name) => ({ required: [name] })) });
  }
  const base = { type: "object", properties, additionalProperties: false };
  return required.length === 0 ? base : { ...base, allOf: required };
}

function spellingsOf(field: Field): string[] {
  return [...new Set(namesOf(field).flatMap((name) => [name, snakeCase(name)]))];
}

function fieldSchema(field: Field, definitions: Record<string, Schema>): Schema {
  const value = shapeSchema(field.shape, definitions);
  // A key without a value counts as not given.
  const schema = { anyOf: [...("anyOf" in value ? value.anyOf as Schema[] : [value]), { type: "null" }] };
  const described = { description: field.doc, ...schema };
  return field.default === undefined ? described : { ...described, default: field.default };
}

function shapeSchema(shape: Shape, definitions: Record<string, Schema>): Schema {
  switch (shape.kind) {
    case "text":
      return { type: "string" };
    case "scalar":
      return { type: SCALARS };
    case "bool":
      return { type: "boolean" };
    case "any":
      return {};
    case "int":
      return bounds("integer", shape.min, undefined);
    case "number":
      return bounds("number", shape.min, shape.max);
    case "word":
      return { enum: shape.words };
    case "list":
      return { type: "array", items: shapeSchema(shape.of, definitions) };
    case "map":
      return { type: "object", additionalProperties: shapeSchema(shape.of, definitions) };
    case "either":
      return { anyOf: shape.of.map((one) => shapeSchema(one, definitions)) };
    case "object":
      return reference(shape.table, definitions);
  }
}

function bounds(type: string, minimum: number | undefined, maximum: number | undefined): Schema {
  return {
    type,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}

function reference(table: Table, definitions: Record<string, Schema>): Schema {
  if (!(table.name in definitions)) {
    definitions[table.name] = {};
    definitions[table.name] = tableSchema(table, definitions);
  }
  return { $ref: `#/$defs/${table.name}` };
}
