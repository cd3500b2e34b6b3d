/** The parameters that a run gets: defaults of the definition, and what was given from outside. */
import type { Param, ParamDecl } from "../core/dag.ts";
import { DaguError } from "../core/errors.ts";
import { isJsonObject } from "../core/text/json_text.ts";
import { isLoaderVariable } from "../core/loader_variables.ts";
import { parseJsonParams } from "../core/text/params_text.ts";
import type { Variables } from "../ports/executor.ts";
import { checkRoom } from "./room.ts";
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
  const params = await evaluateDefaults(decl.defaults, context);
  for (const { name, value } of override ?? []) {
    if (value.includes("\0")) {
      throw new DaguError(`Cannot use the parameter "${name}": its value holds a NUL byte`);
    }
    // Of defaults with one name (the base configuration's and the DAG's own) the last one counts.
    const at = params.findLastIndex((param) => param.name === name);
    if (at < 0) params.push({ name, value });
    else params[at] = { name, value };
  }
  const schema = decl.schema === "" ? null : await context.loadSchema(decl.schema);
  for (const { name } of override ?? []) checkDeclared(name, decl, schema);
  if (decl.schema !== "") {
    const { applySchema } = await import("./param_schema.ts");
    const values = new Map(params.map((param) => [param.name, param.value]));
    await applySchema(values, schema, decl.schema);
    params.splice(0, params.length, ...[...values].map(([name, value]) => ({ name, value })));
  }
  const given = context.given !== undefined && parseJsonParams(context.given) ? context.given : null;
  return { params, json: given ?? paramsJson(params) };
}

/** The name may come out of data, such as an item of a parallel step: the value would not stay data. */
function checkDeclared(name: string, { defaults }: ParamDecl, schema: unknown): void {
  if (!isLoaderVariable(name) || defaults.some((param) => param.name === name)) return;
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
  if (Object.hasOwn(properties, name)) return;
  throw new DaguError(
    `Cannot use the parameter "${name}": programs run what it says, so the definition has to declare it`,
  );
}

async function evaluateDefaults(
  defaults: readonly Param[],
  context: ParamContext,
): Promise<Param[]> {
  const { variables, options } = context;
  const params: Param[] = [];
  const values = new Map<string, string>();
  const own = new Scope({ params: values });
  const known: Variables = {
    get: (name) => own.get(name) ?? variables.get(name),
    path: (name, path) => own.path(name, path) ?? variables.path(name, path),
  };
  let length = 0;
  for (const { name, value } of defaults) {
    const evaluated = await expandText(value, known, options);
    checkRoom(length += evaluated.length, value);
    values.set(name, evaluated);
    params.push({ name, value: evaluated });
  }
  return params;
}

/** An object of strings; "" without parameters. */
export function paramsJson(params: readonly Param[]): string {
  if (params.length === 0) return "";
  // Written by hand because an object would put names that are numbers first, in numeric order.
  const sorted = [...new Map(params.map((p) => [p.name, p])).values()].sort((a, b) =>
    a.name < b.name ? -1 : 1
  );
  return `{${sorted.map(({ name, value }) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
}
