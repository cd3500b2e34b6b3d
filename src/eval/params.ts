/** The parameters that a run gets: defaults of the definition, and what was given from outside. */
import type { Param, ParamDecl } from "../core/dag.ts";
import { DaguError } from "../core/errors.ts";
import { parseJsonParams, parseParams } from "../core/params_text.ts";
import type { Variables } from "../ports/executor.ts";
import { Scope } from "./scope.ts";
import { expandText, type TextOptions } from "./text.ts";

export interface ParamContext {
  /** What defaults may refer to, beside earlier defaults. */
  readonly variables: Variables;
  readonly options: TextOptions;
  /** The parsed JSON Schema at a file or URL. @throws DaguError when it cannot be had. */
  loadSchema(ref: string): Promise<unknown>;
  /** The text that the override was given as: kept for `DAGU_PARAMS_JSON` when it is JSON. */
  readonly given?: string;
}

export interface ResolvedParams {
  readonly params: Param[];
  /** Value of `DAGU_PARAMS_JSON`: an object of strings, or the JSON that was given; "" without parameters. */
  readonly json: string;
}

/**
 * Evaluates the defaults in order and puts the override over them: by name, positional ones by position; what is new
 * is appended. Values of the override are data and never evaluated.
 * @throws DaguError when a default cannot be evaluated or the result does not satisfy the schema.
 */
export async function resolveParams(
  decl: ParamDecl,
  override: readonly Param[] | null,
  context: ParamContext,
): Promise<ResolvedParams> {
  const values = await evaluateDefaults(decl.defaults, context);
  for (const { name, value } of override ?? []) {
    if (value.includes("\0")) {
      throw new DaguError(`Cannot use the parameter "${name}": its value holds a NUL byte`);
    }
    values.set(name, value);
  }
  if (decl.schema !== "") {
    const { applySchema } = await import("./param_schema.ts");
    await applySchema(values, await context.loadSchema(decl.schema), decl.schema);
  }
  const params = [...values].map(([name, value]) => ({ name, value }));
  const given = context.given !== undefined && parseJsonParams(context.given) ? context.given : null;
  return { params, json: given ?? paramsJson(params) };
}

async function evaluateDefaults(
  defaults: readonly Param[],
  context: ParamContext,
): Promise<Map<string, string>> {
  const { variables, options } = context;
  const values = new Map<string, string>();
  const own = new Scope({ params: values });
  const known: Variables = {
    get: (name) => own.get(name) ?? variables.get(name),
    path: (name, path) => own.path(name, path) ?? variables.path(name, path),
  };
  for (const { name, value } of defaults) values.set(name, await expandText(value, known, options));
  return values;
}

/**
 * The parameters of a sub-DAG call: the text is split first, then references are replaced inside each value, so that
 * a value stays one parameter whatever it holds.
 */
export async function expandParams(
  text: string,
  variables: Variables,
  options: TextOptions,
): Promise<Param[]> {
  const params: Param[] = [];
  for (const { name, value } of parseParams(text)) {
    params.push({ name, value: await expandText(value, variables, options) });
  }
  return params;
}

/** Written by hand because an object would put names that are numbers first, in numeric order. */
function paramsJson(params: readonly Param[]): string {
  if (params.length === 0) return "";
  const sorted = [...params].sort((a, b) => a.name < b.name ? -1 : 1);
  return `{${sorted.map(({ name, value }) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
}
