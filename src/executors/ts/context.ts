/** What the code of a TypeScript step is given. */

/** Whatever can stand in a YAML file or in JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * `ctx` of an inline script, and the argument of the default function of a module:
 *
 * ```ts
 * import type { StepContext } from "@x/dagu";
 *
 * export default function (ctx: StepContext<{ DAY: string }>) {
 *   ctx.output(`report of ${ctx.params.DAY}`);
 * }
 * ```
 *
 * The parameters of the type name the members: parameters of the run, variables that were granted, outputs of other
 * steps, and outputs that this one may set by name.
 */
export interface StepContext<
  Params extends object = Readonly<Record<string, string>>,
  Env extends object = Readonly<Record<string, string>>,
  // deno-lint-ignore no-explicit-any
  Inputs extends object = Readonly<Record<string, any>>,
  Outputs extends string = string,
> {
  /** Name of the step. */
  readonly step: string;
  /** Parameters of the run, as texts; positional ones under "1", "2", … */
  readonly params: Params;
  /** Variables that `permissions: {env: [...]}` names. */
  readonly env: Env;
  /** Outputs of steps that ran before, by variable: what was a JSON list or object is one here, the rest is text. */
  readonly inputs: Inputs;
  /**
   * Aborted when the step is to end, because of a stop or of its time limit. Code that looked at it has until
   * `maxCleanUpTimeSec` for what must be done; other code ends at once.
   */
  readonly signal: AbortSignal;
  /** Sets the variable that the step's `output:` names. What is no text becomes JSON. */
  output(value: Json): void;
  /** Sets a variable that `config: {outputs: [...]}` names, for later steps. */
  output(name: Outputs, value: Json): void;
  /** Writes a line to the error log of the step, so that stdout stays what the step yields. */
  log(...values: readonly unknown[]): void;
}
