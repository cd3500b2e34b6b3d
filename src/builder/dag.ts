/**
 * Definitions in TypeScript: the same language as in YAML, with types.
 *
 * ```ts
 * import { dag } from "@x/dagu/dag";
 *
 * export default dag({
 *   params: { DAY: "2026-01-31" },
 *   steps: [
 *     { name: "fetch", command: "curl -sf https://example.com/$DAY", output: "DATA" },
 *     { name: "load", command: "load-it", depends: "fetch" },
 *   ],
 * });
 * ```
 *
 * This file stands alone: it is also what definitions get that are evaluated in their sandbox.
 *
 * @module
 */
import type { DagSpec, StepList, StepMap, TestSpec } from "./language.ts";
import type { DataNode } from "./data_node.ts";
import type { Float, MadeUpName, Value } from "./values.ts";

export type * from "./language.ts";
export type * from "./values.ts";

/** A definition. N are names and ids of its steps, O its outputs, P its parameters. */
export interface Definition<
  N extends string = string,
  O extends string = string,
  P extends string = string,
> {
  /** What is known of it beyond its values; exists for the compiler only. */
  readonly "~names"?: { readonly steps: N; readonly outputs: O; readonly params: P };
}

/** Names of parameters; any where a text holds some of them, or a schema. */
export type ParamNames<P extends string, Q extends string, T extends string> = [T] extends [never]
  ? string extends Q ? P : "schema" extends Q ? string : P | Q
  : string;

/**
 * A definition. Names of steps, outputs and parameters are found out by the compiler, so that `depends` can only name
 * steps that there are.
 */
export function dag<
  const N extends string = never,
  const O extends string = never,
  const P extends string = never,
  const Q extends string = never,
  const T extends string = never,
>(definition: DagSpec<O, P, Q, T, StepList<N, O>>): Definition<N, O, ParamNames<P, Q, T>> {
  return definition as Definition<N, O, ParamNames<P, Q, T>>;
}

/** A definition whose `steps` are a map: see {@link dag}. */
export function dagByName<
  const N extends string = never,
  const O extends string = never,
  const P extends string = never,
  const Q extends string = never,
  const T extends string = never,
>(definition: DagSpec<O, P, Q, T, StepMap<N, O>>): Definition<N, O, ParamNames<P, Q, T>> {
  return definition as Definition<N, O, ParamNames<P, Q, T>>;
}

/** Names by which tests speak of handlers. */
export type HandlerStepName = "onInit" | "onSuccess" | "onFailure" | "onCancel" | "onExit" | "onWait";

/**
 * A definition with tests, as a module of tests exports it by default for `dagu test`:
 *
 * ```ts
 * import { dag, tests } from "@x/dagu/dag";
 *
 * const flow = dag({ steps: [{ name: "fetch", command: "fetch", output: "DATA" }] });
 *
 * export default tests(flow, [
 *   { name: "data", steps: { fetch: "42" }, expect: { outputs: { DATA: "42" } } },
 *   { name: "no data", steps: { fetch: { exitCode: 1 } }, expect: { status: "failed" } },
 * ]);
 * ```
 *
 * @param definition the tests are those of the first one of a list
 */
export function tests<N extends string, O extends string, P extends string>(
  definition: Definition<N, O, P> | readonly [Definition<N, O, P>, ...Definition[]],
  list: readonly TestSpec<NoInfer<N> | MadeUpName | HandlerStepName, NoInfer<O>, NoInfer<P>>[],
): Definition<N, O, P> | readonly [Definition<N, O, P>, ...Definition[]] {
  const [first, ...others] = Array.isArray(definition) ? definition : [definition];
  const own = (first as DagSpec).tests ?? [];
  const tested = { ...first, tests: [...own, ...list] } as Definition<N, O, P>;
  return others.length > 0 ? [tested, ...others] : tested;
}

/** A definition that the compiler does not look at: what is wrong with it is told when it is loaded. */
export function untyped(definition: Value): Definition {
  return definition as unknown as Definition;
}

class FloatNumber implements Float {
  constructor(readonly float: number) {}
}

/** A number with a fraction, even one of zero: YAML tells `1.0e+06` from `1000000`. */
export function float(value: number): Float {
  return new FloatNumber(value);
}

/** Parts of a definition that give names to values. */
export interface RefSource {
  /** As in a definition. */
  readonly params?: unknown;
  /** As in a definition. */
  readonly env?: unknown;
  /** As in a definition. */
  readonly secrets?: readonly { readonly name: string }[];
  /** As in a definition. */
  readonly steps?: readonly unknown[];
}

/** Keys of a map, of the maps in a list, and what stands before `=` in texts. */
export type NamesIn<V> = V extends readonly (infer I)[] ? NamesIn<I>
  : V extends `${infer K}=${string}` ? K
  : V extends string | number | bigint | boolean | null | undefined ? never
  : V extends ReadonlyMap<infer K extends string, unknown> ? K
  : keyof V & string;

/** Name of the output of a step. */
export type OutputsIn<S> = S extends { readonly output: infer V }
  ? V extends string ? V : V extends { readonly name: infer K extends string } ? K : never
  : never;

/** Items of a list. */
export type ItemsOf<V> = V extends readonly (infer I)[] ? I : never;

/** References to the values of a definition: `refs.DAY` is `"${DAY}"`. */
export type Refs<D extends RefSource> =
  & {
    readonly [
      K in
        | NamesIn<D["params"]>
        | NamesIn<D["env"]>
        | ItemsOf<D["secrets"]>["name"]
        | OutputsIn<ItemsOf<D["steps"]>>
    ]: `\${${K}}`;
  }
  & {
    readonly [S in Extract<ItemsOf<D["steps"]>, { readonly id: string }> as S["id"]]: StepRefs<S["id"]>;
  };

/** What a step leaves behind, by its id. */
export interface StepRefs<I extends string> {
  /** Path of the log of stdout. */
  readonly stdout: `\${${I}.stdout}`;
  /** Path of the log of stderr. */
  readonly stderr: `\${${I}.stderr}`;
  /** The exit code. */
  readonly exitCode: `\${${I}.exitCode}`;
}

/**
 * References to parameters, variables, secrets and outputs, so that a mistyped name is found by the compiler:
 *
 * ```ts
 * import { dag, refs } from "@x/dagu/dag";
 *
 * const head = { params: { DAY: "2026-01-31" }, env: { OUT: "/data" } };
 * const $ = refs(head);
 * export default dag({ ...head, steps: [{ command: `tar -cf ${$.OUT}/${$.DAY}.tar .` }] });
 * ```
 *
 * A step has them by its id: `$.fetch.stdout`.
 */
export function refs<const D extends RefSource>(source: D): Refs<D> {
  const found: Record<string, unknown> = {};
  for (const name of [...namesIn(source.params), ...namesIn(source.env)]) found[name] = `\${${name}}`;
  for (const { name } of source.secrets ?? []) found[name] = `\${${name}}`;
  for (const step of (source.steps ?? []) as readonly Partial<Record<"id" | "output", unknown>>[]) {
    const { id, output } = step;
    const name = typeof output === "object" ? (output as { name?: unknown } | null)?.name : output;
    if (name) found[String(name)] = `\${${name}}`;
    if (id) {
      found[String(id)] = {
        stdout: `\${${id}.stdout}`,
        stderr: `\${${id}.stderr}`,
        exitCode: `\${${id}.exitCode}`,
      };
    }
  }
  return found as Refs<D>;
}

function namesIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(namesIn);
  if (part instanceof Map) return [...part.keys()];
  if (typeof part === "string") return part.includes("=") ? [part.slice(0, part.indexOf("="))] : [];
  return typeof part === "object" && part !== null ? Object.keys(part) : [];
}

/**
 * The values of a definition as a tree: for dagu itself.
 * @internal
 * @param path where the value stands, for errors
 * @throws Error for what is no plain value
 */
export function treeOf(value: unknown, path = "The definition", depth = 0): DataNode {
  if (depth > 100) throw new Error(`${path} is nested deeper than 100 levels, or holds itself`);
  if (Array.isArray(value)) {
    return { kind: "list", items: value.map((item, i) => treeOf(item, `${path}[${i}]`, depth + 1)) };
  }
  const entries = entriesOf(value);
  if (entries === null) return scalarOf(value, path);
  return {
    kind: "map",
    entries: entries.filter(([, inner]) => inner !== undefined).map(([key, inner]) => ({
      key: { text: String(key) },
      value: treeOf(inner, depth === 0 ? String(key) : `${path}.${key}`, depth + 1),
    })),
  };
}

function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] | null {
  if (value instanceof Map) return [...value];
  if (typeof value !== "object" || value === null) return null;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype ? Object.entries(value) : null;
}

function scalarOf(value: unknown, path: string): DataNode {
  const scalar = (type: "null" | "bool" | "int" | "float" | "string", text: string): DataNode => ({
    kind: "scalar",
    type,
    text,
  });
  if (value instanceof FloatNumber) return scalar("float", floatText(value.float));
  switch (typeof value) {
    case "string":
      return scalar("string", value);
    case "boolean":
      return scalar("bool", String(value));
    case "bigint":
      return scalar("int", String(value));
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? scalar("int", String(value))
        : scalar("float", floatText(value));
  }
  if (value === null) return scalar("null", "");
  const what = typeof value === "function"
    ? "a function"
    : typeof value === "object"
    ? "an object with a class"
    : typeof value;
  throw new Error(`${path} holds ${what}; a definition is made of plain values`);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return Object.is(value, -0) ? "-0" : String(value);
}
