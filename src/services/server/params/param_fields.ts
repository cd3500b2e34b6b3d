/** What a form for the parameters of a definition asks for. */
import type { ParamDecl } from "../../../core/dag.ts";
import { isJsonObject, jsonText } from "../../../core/text/json_text.ts";

export const PARAM_TYPES = ["string", "integer", "number", "boolean", "json"] as const;

export interface ParamField {
  /** A number for a parameter that has no name. */
  readonly name: string;
  /** The default as it is written: references in it are only resolved when a run begins. */
  readonly value: string;
  readonly type: (typeof PARAM_TYPES)[number];
  readonly required: boolean;
  readonly description?: string;
  /** The only values that are taken. */
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  /** Regular expression. */
  readonly pattern?: string;
}

/** @param schema JSON Schema of the parameters; null when there is none */
export function paramFields(decl: ParamDecl, schema: unknown): ParamField[] {
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
  const required = isJsonObject(schema) && Array.isArray(schema.required) ? schema.required : [];
  const values = new Map(decl.defaults.map(({ name, value }) => [name, value]));
  const names = [...new Set([...Object.keys(properties), ...values.keys()])];
  return names.map((name): ParamField => {
    const property = isJsonObject(properties[name]) ? properties[name] : {};
    const preset = property.default === undefined ? "" : jsonText(property.default);
    const value = values.get(name) ?? preset;
    return { name, value, type: typeOf(property), required: required.includes(name), ...rulesOf(property) };
  });
}

function typeOf(property: Record<string, unknown>): ParamField["type"] {
  const type = [property.type].flat().find((one) => one !== "null");
  if (type === "object" || type === "array") return "json";
  return PARAM_TYPES.find((known) => known === type) ?? "string";
}

function rulesOf(property: Record<string, unknown>): Partial<ParamField> {
  const { description, pattern, minimum, maximum, maxLength } = property;
  return {
    ...(typeof description === "string" ? { description: description.slice(0, 1000) } : {}),
    ...(Array.isArray(property.enum) ? { choices: property.enum.slice(0, 500).map(jsonText) } : {}),
    ...(typeof minimum === "number" ? { minimum } : {}),
    ...(typeof maximum === "number" ? { maximum } : {}),
    ...(typeof maxLength === "number" ? { maxLength } : {}),
    ...(typeof pattern === "string" && pattern.length < 1000 ? { pattern } : {}),
  };
}
