/** Checks parameters with a JSON Schema. Loaded only for definitions that have one. */
import type { ErrorObject } from "ajv/dist/2020.js";
import { DaguError, messageOf } from "../core/errors.ts";
import { isJsonObject, jsonText } from "../core/text/json_text.ts";
import { LinearRegex } from "../core/text/regex.ts";

/**
 * Validates values, read as the types that the schema wants, and appends the defaults of the schema. The texts of
 * given values stay as they are.
 * @throws DaguError "Parameter validation failed: ..." with every violation.
 */
export async function applySchema(values: Map<string, string>, schema: unknown, ref: string): Promise<void> {
  if (!isJsonObject(schema)) throw new DaguError(`Cannot use the schema "${ref}": it is no JSON object`);
  const { $schema: _, $id: __, ...rules } = schema;
  const data: Record<string, unknown> = Object.create(null);
  for (const [name, value] of values) data[name] = typed(value, propertyOf(rules, name));
  // The name is taken from the CommonJS module itself: a bundle has no named exports of it.
  const { default: { Ajv2020 } } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    coerceTypes: true,
    useDefaults: true,
    validateFormats: false,
    code: { regExp },
    logger: false,
  });
  let valid: boolean;
  let errors: ErrorObject[];
  try {
    const validate = ajv.compile(rules);
    valid = validate(data);
    errors = validate.errors ?? [];
  } catch (error) {
    throw new DaguError(`Cannot use the schema "${ref}": ${messageOf(error)}`, { cause: error });
  }
  if (!valid) {
    const texts = new Set(errors.map((error) => describe(error, values)));
    throw new DaguError(`Parameter validation failed: ${[...texts].join("; ")}`);
  }
  for (const [name, value] of Object.entries(data)) if (!values.has(name)) values.set(name, jsonText(value));
}

/** Patterns have the syntax and the cost of `re:`, as in Dagu. The validator tells them apart by their texts. */
const regExp = /* @__PURE__ */ Object.assign((pattern: string) => {
  const regex = new LinearRegex(pattern);
  return { test: (text: string) => regex.test(text), toString: () => pattern };
}, { code: "" });

function propertyOf(schema: Record<string, unknown>, name: string): Record<string, unknown> {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return isJsonObject(property) ? property : {};
}

/** Reads what the validator's own conversion of strings does not: containers, and members of an untyped enum. */
function typed(text: string, property: Record<string, unknown>): unknown {
  const types = [property.type].flat();
  if (types.includes("object") || types.includes("array")) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  if (property.type !== undefined || !Array.isArray(property.enum)) return text;
  return property.enum.find((member) => jsonText(member) === text) ?? text;
}

function describe(error: ErrorObject, values: ReadonlyMap<string, string>): string {
  const name = error.instancePath.slice(1).replaceAll("~1", "/").replaceAll("~0", "~");
  const { additionalProperty, allowedValues } = error.params;
  const message = error.message ?? "is not valid";
  if (additionalProperty !== undefined) {
    return `${additionalProperty}: the schema does not know this parameter`;
  }
  if (name === "") return message;
  const allowed = allowedValues === undefined ? "" : ` ${JSON.stringify(allowedValues)}`;
  const value = values.get(name.split("/")[0]);
  const got = value === undefined ? "" : `, got ${JSON.stringify(value)}`;
  return `${name}: ${error.keyword}: ${message}${allowed}${got}`;
}
