/** The parameters that a form gives to a start. */
import { parseParams, quoteParams } from "../../core/text/params_text.ts";

export interface ParamField {
  /** A number for a parameter that has no name. */
  readonly name: string;
  /** Default, as it is written in the definition. */
  readonly value: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "json";
  readonly required: boolean;
  readonly description?: string;
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

export type ParamValues = Readonly<Record<string, string>>;

export function defaultsOf(fields: readonly ParamField[]): ParamValues {
  return Object.fromEntries(fields.map(({ name, value }) => [name, value]));
}

/** What an earlier run had; parameters that the definition does not know any more are left out. */
export function valuesOf(fields: readonly ParamField[], params: string): ParamValues {
  const given = new Map(parseParams(params).map(({ name, value }) => [name, value]));
  return Object.fromEntries(fields.map(({ name, value }) => [name, given.get(name) ?? value]));
}

/**
 * The text for a start; "" when everything is as the definition has it. Defaults are left to the definition: what
 * is given is never evaluated, what stands there is. Parameters without a name are told by their place, so that
 * none of them can be left out.
 */
export function paramsText(fields: readonly ParamField[], values: ParamValues): string {
  const changed = fields.filter(({ name, value }) => (values[name] ?? value) !== value);
  if (changed.length === 0) return "";
  const positional = fields.filter(({ name }) => /^\d+$/.test(name));
  const moved = changed.some(({ name }) => /^\d+$/.test(name));
  const told = moved ? [...positional, ...changed.filter((field) => !positional.includes(field))] : changed;
  return quoteParams(told.map(({ name, value }) => ({ name, value: values[name] ?? value })));
}

/** Why a value cannot be taken; "" when it can. */
export function problemOf(field: ParamField, value: string): string {
  if (value === "") return field.required ? "is needed" : "";
  // A default that refers to something is only known when the run begins.
  if (value === field.value) return "";
  const { type, minimum, maximum, pattern } = field;
  if (type === "integer" && !/^[+-]?\d+$/.test(value)) return "is a whole number";
  if (type === "number" && Number.isNaN(Number(value))) return "is a number";
  if (type === "json" && !isJson(value)) return "is JSON";
  if (minimum !== undefined && Number(value) < minimum) return `is at least ${minimum}`;
  if (maximum !== undefined && Number(value) > maximum) return `is at most ${maximum}`;
  if (pattern !== undefined && !matches(pattern, value)) return `looks like ${pattern}`;
  return "";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}
