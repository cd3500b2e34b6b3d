/** What one key of the configuration is. */
import type { LabelRules } from "../core/label_rules.ts";
import type { RemoteNode } from "../core/remote_node.ts";
import type { Layout } from "./layout.ts";

/** Limit of concurrent runs of a queue that several DAGs share. */
export interface QueueConfig {
  readonly name: string;
  /** At least 1. */
  readonly maxConcurrency: number;
}

/** Type of a key's value, by the word that the table of keys uses for it. Durations are milliseconds. */
export interface KeyTypes {
  readonly bool: boolean;
  readonly int: number;
  readonly port: number;
  readonly duration: number;
  readonly text: string;
  /** Absolute after resolution, "" when not given. */
  readonly path: string;
  /** Path of a URL: "" or `/x/y`. */
  readonly urlPath: string;
  readonly zone: string;
  readonly list: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly labelRules: LabelRules;
  readonly queues: readonly QueueConfig[];
  readonly nodes: readonly RemoteNode[];
}
export type KeyType = keyof KeyTypes;

/** Which commands need the key: a value out of range disturbs only those. */
export type Scope = "core" | "server" | "scheduler" | "distributed";

/** What the default of a key may depend on. */
export interface DefaultInput {
  readonly layout: Layout;
  /** Value of a text key that stands earlier in the table. */
  text(key: string): string;
}

/** A default that depends on folders or on other keys. */
export type ComputedDefault = (input: DefaultInput) => string | boolean;

/** What only some keys have. */
export interface KeyDetails {
  /** Environment variables, the first one that is set wins. */
  readonly env?: readonly string[];
  /** Older names in the file. */
  readonly legacy?: readonly string[];
  /** The only values allowed; empty allows every one. */
  readonly values?: readonly string[];
  /** Least number or duration. */
  readonly min?: number;
}

export interface KeySpec extends Required<KeyDetails> {
  readonly scope: Scope;
  /** Dotted path in the configuration file, and in the resolved object. */
  readonly key: string;
  readonly type: KeyType;
  /** The value when nothing gives one. */
  readonly fallback: KeyTypes[KeyType] | ComputedDefault;
  readonly doc: string;
}
