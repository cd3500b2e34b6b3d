/** The resolved configuration: one object, every value present. */
import type { ExecutorManifest } from "../core/executor_manifest.ts";
import type { KeyTypes } from "./key_spec.ts";
import type { KEYS } from "./keys.ts";
import type { Layout } from "./layout.ts";

type Row = { readonly key: string; readonly type: keyof KeyTypes };

type Head<K> = K extends `${infer H}.${string}` ? H : K;
type Below<R, H extends string> = R extends
  { readonly key: `${H}.${infer K}`; readonly type: infer T extends keyof KeyTypes } ? { key: K; type: T }
  : never;

/** Rows with dotted keys as an object of objects. */
type Tree<R extends Row> = {
  readonly [H in Head<R["key"]> & string]: Extract<R, { readonly key: H }> extends never ? Tree<Below<R, H>>
    : KeyTypes[Extract<R, { readonly key: H }>["type"]];
};

/**
 * Values of the table in keys.ts by their dotted names, e.g. `config.paths.dagsDir`, and what was found out on the
 * way. Durations are milliseconds.
 */
export type Config = Tree<(typeof KEYS)[number]> & {
  readonly layout: Layout;
  /** Configuration files that were read. */
  readonly files: readonly string[];
  /** What a person should know: deprecated names and places. */
  readonly warnings: readonly string[];
  /** Kinds of steps that an embedding program brings along. */
  readonly executors: readonly ExecutorManifest[];
};
