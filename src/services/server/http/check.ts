/** Checks values against shapes. */
import type { JsonSchema } from "./schema.ts";

/**
 * What is wrong with a value: "" when nothing is, else the first mistake with a JSON pointer to it.
 * @param at pointer to the value itself
 */
export function checkValue(schema: JsonSchema, value: unknown, at = ""): string {
  const { type } = schema;
  if (type === undefined) return "";
  if (typeof type !== "string") return value === null ? "" : checkText(schema, value, at);
  switch (type) {
    case "string":
      return checkText(schema, value, at);
    case "boolean":
      return typeof value === "boolean" ? "" : wrong(at, value, "true or false");
    case "integer":
    case "number":
      return checkNumber(schema, value, at);
    case "array":
      return checkArray(schema, value, at);
    case "object":
      return checkObject(schema, value, at);
  }
}

function checkText(schema: JsonSchema, value: unknown, at: string): string {
  if (typeof value !== "string") return wrong(at, value, "a text");
  if (schema.enum && !schema.enum.includes(value)) {
    return wrong(at, value, `one of ${schema.enum.join(", ")}`);
  }
  if (value.length < (schema.minLength ?? 0)) return wrong(at, value, "a text that is not empty");
  if (value.length > (schema.maxLength ?? Infinity)) {
    return wrong(at, value, `a text of at most ${schema.maxLength} characters`);
  }
  if (schema.pattern && !new RegExp(schema.pattern, "u").test(value)) {
    return wrong(at, value, `a text like ${schema.pattern}`);
  }
  return "";
}

function checkNumber(schema: JsonSchema, value: unknown, at: string): string {
  const whole = schema.type === "integer";
  if (typeof value !== "number" || !Number.isFinite(value) || whole && !Number.isSafeInteger(value)) {
    return wrong(at, value, whole ? "a whole number" : "a number");
  }
  if (value < (schema.minimum ?? -Infinity)) return wrong(at, value, `at least ${schema.minimum}`);
  if (value > (schema.maximum ?? Infinity)) return wrong(at, value, `at most ${schema.maximum}`);
  return "";
}

function checkArray(schema: JsonSchema, value: unknown, at: string): string {
  if (!Array.isArray(value)) return wrong(at, value, "a list");
  if (value.length > (schema.maxItems ?? Infinity)) {
    return wrong(at, value, `at most ${schema.maxItems} items`);
  }
  for (let i = 0; i < value.length; i++) {
    const problem = checkValue(schema.items!, value[i], `${at}/${i}`);
    if (problem !== "") return problem;
  }
  return "";
}

function checkObject(schema: JsonSchema, value: unknown, at: string): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return wrong(at, value, "an object");
  }
  const { properties = {}, required = [], additionalProperties = true } = schema;
  for (const name of required) {
    if (!Object.hasOwn(value, name)) return `${pointer(at)}: "${name}" is missing`;
  }
  const members = Object.entries(value);
  if (members.length > (schema.maxProperties ?? Infinity)) {
    return wrong(at, value, `at most ${schema.maxProperties} members`);
  }
  for (const [name, member] of members) {
    if (member === undefined) continue;
    const inner = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (inner === true) continue;
    if (inner === false) return `${pointer(at)}: "${clip(name)}" is not known${known(properties)}`;
    const problem = checkValue(inner, member, `${at}/${escapePointer(name)}`);
    if (problem !== "") return problem;
  }
  return "";
}

function known(properties: Readonly<Record<string, JsonSchema>>): string {
  const names = Object.keys(properties);
  return names.length === 0 ? "" : `, expected ${names.join(", ")}`;
}

function wrong(at: string, value: unknown, expected: string): string {
  return `${pointer(at)}: ${clip(JSON.stringify(value) ?? "nothing")} is wrong, expected ${expected}`;
}

function pointer(at: string): string {
  return at === "" ? "/" : at;
}

function escapePointer(name: string): string {
  return clip(name).replaceAll("~", "~0").replaceAll("/", "~1");
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
