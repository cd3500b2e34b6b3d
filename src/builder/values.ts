/** The values that a definition in TypeScript is made of. */

/** A number with a fraction, even one of zero: made by `float`. */
export interface Float {
  /** The number. */
  readonly float: number;
}

/** A whole number or a fraction. */
export type Numeric = number | Float;

/** A text, number or boolean. `bigint` is for numbers beyond 2^53. */
export type Scalar = string | number | bigint | boolean | Float;

/** Whatever may stand in a definition where its language does not say more. */
export type Value = Scalar | null | readonly Value[] | ValueMap | ReadonlyMap<string, Value>;

/** Values by name. */
export interface ValueMap {
  /** Any name. */
  readonly [name: string]: Value | undefined;
}

/** Values by name. A `Map` keeps an order in which names that are numbers do not come first. */
export type MapOf<V> = { readonly [name: string]: V } | ReadonlyMap<string, V>;

/** The forms of `params`. P are names in a list, Q those in a map, T texts such as `DAY=today 2`. */
export type Params<P extends string, Q extends string, T extends string> =
  | `${T}`
  | readonly (`${T}` | number | bigint | boolean | Float | ParamMap<P> | ReadonlyMap<string, Value>)[]
  | ParamMap<Q>
  | ReadonlyMap<string, Value>;

/** Parameters and their defaults by name. */
export type ParamMap<P extends string> = { readonly [K in P]?: Value };

/**
 * A name that a step without one gets: for commands and scripts, what it is and its place among the steps. Steps of
 * other kinds need a name to be depended on.
 */
export type MadeUpName = `cmd_${number}` | `script_${number}`;
