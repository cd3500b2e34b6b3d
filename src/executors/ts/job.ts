/** What the process of a TypeScript step is told, and what it tells. */
import type { PermissionKind, PermissionSet } from "../../core/permissions.ts";

/** A variable that nobody has: looking at it marks the place in the record of an audit. */
export const AUDIT_BEGINS = "DAGU_AUDIT_BEGINS";

/** What the code may see. */
export interface TsTask {
  readonly step: string;
  /** TypeScript; "" when `file` is given. */
  readonly code: string;
  /** Absolute, with all links followed; "" when `code` is given. */
  readonly file: string;
  readonly params: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The step has an `output:`. */
  readonly hasOutput: boolean;
  /** Names of further outputs. */
  readonly outputs: readonly string[];
  /** What the code holds. */
  readonly permissions: PermissionSet;
  /** Tell what of it is used. */
  readonly audit: boolean;
  /** Modules that the code may import by a name: their addresses, which begin with `data:`. */
  readonly modules: Readonly<Record<string, string>>;
}

export interface TsJob {
  readonly task: Omit<TsTask, "env">;
  /** Names of the variables in `env` of the task: their values, which may be secret, come by the environment. */
  readonly env: readonly string[];
  readonly memoryMiB: number;
  /** Longest output, in bytes. */
  readonly maxOutput: number;
  /** Empty file for the report, as JSON. */
  readonly report: string;
}

/** Where an error came up; lines and columns count from 1. */
export interface CodePlace {
  /** Path of the module; "" for the inline script. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface CodeError {
  readonly message: string;
  readonly place: CodePlace | null;
}

/** What the process leaves behind. */
export interface TsReport {
  /** By name; "" is the output that the step itself names. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly error: CodeError | null;
  /** In an audit: what the runtime does not record. */
  readonly used: PermissionSet;
}

/** What the worker tells. */
export type FromCode =
  | { readonly kind: "ready" }
  /** The code wants to hear of a stop. */
  | { readonly kind: "listens" }
  /** Something that it may was used. */
  | { readonly kind: "uses"; readonly permission: PermissionKind; readonly entry: string }
  | { readonly kind: "output"; readonly name: string; readonly value: string }
  | { readonly kind: "done" }
  | { readonly kind: "error"; readonly error: CodeError };

export type ToCode =
  | { readonly kind: "run"; readonly task: TsTask }
  | { readonly kind: "stop"; readonly signal: string };
