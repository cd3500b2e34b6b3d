/** Reads the parameters of an address as their shapes want them. */
import { badRequest } from "./api_error.ts";
import { checkValue } from "./check.ts";
import type { JsonSchema, Schema } from "./schema.ts";

type Values = Readonly<Record<string, unknown>>;

/** @throws ApiError for a value that has the wrong shape, and for a name that is not known */
export function readQuery(schema: Schema<Values>, params: URLSearchParams): Values {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, raw] of params) {
    // A field of a form that was left empty.
    if (raw === "") continue;
    const inner = schema.json.properties?.[name];
    const before = values[name];
    if (inner?.type === "array") {
      const more = raw.split(",").map((item) => convert(inner.items!, item));
      values[name] = [...(before as unknown[] ?? []), ...more];
    } else if (before !== undefined) throw badRequest(`The parameter "${clip(name)}" is given twice`);
    else values[name] = inner ? convert(inner, raw) : raw;
  }
  return checked(schema, values, "query");
}

/** @throws ApiError for a value that has the wrong shape */
export function readPath(schema: Schema<Values>, params: Readonly<Record<string, string>>): Values {
  return checked(schema, params, "path");
}

function checked(schema: Schema<Values>, values: Values, what: string): Values {
  const problem = checkValue(schema.json, values);
  if (problem !== "") throw badRequest(`Invalid ${what} parameter: ${problem}`);
  return values;
}

function convert(schema: JsonSchema, raw: string): unknown {
  switch (schema.type) {
    case "integer":
    case "number":
      return /^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : raw;
    case "boolean":
      return raw === "true" || raw === "1" ? true : raw === "false" || raw === "0" ? false : raw;
    default:
      return raw;
  }
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
