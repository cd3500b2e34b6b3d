/** What a further kind of steps says of itself. Programs that embed this one bring such kinds along. */
import type { PermissionSet } from "./permissions.ts";

/** Types of config values and what the code gets for them. Each may be written as a text with variables, too. */
export interface ConfigTypes {
  /** A text. */
  readonly text: string;
  /** A number. */
  readonly number: number;
  /** Yes or no. */
  readonly flag: boolean;
  /** One text or a list of them. */
  readonly texts: readonly string[];
  /** Texts by name. */
  readonly map: Readonly<Record<string, string>>;
}

/** One key of `config`. */
export interface ConfigKey {
  /** What its values look like. */
  readonly type: keyof ConfigTypes;
  /** One sentence, for the JSON Schema. */
  readonly doc: string;
  /** Whether each step has to give it; false unless given. */
  readonly required?: boolean;
  /** What the code gets when the step does not give the key; "", 0, false, [] and {} unless given. */
  readonly default?: ConfigTypes[keyof ConfigTypes];
}

/** What the language has to know of a kind of steps. */
export interface StepKind {
  /** Names for `type:`; the others are aliases of the first. */
  readonly types: readonly [string, ...string[]];
  /** Which of these fields such a step has; none unless given. */
  readonly takes?: readonly ("command" | "script")[];
  /** Keys of `config`, in camelCase. Any other key is an error of the definition. */
  readonly config: Readonly<Record<string, ConfigKey>>;
}

/** A step with all its texts evaluated. */
export interface PreparedStep {
  /** Of the step. */
  readonly name: string;
  /** "" when it has none. */
  readonly command: string;
  /** "" when it has none. */
  readonly script: string;
  /** Every key of the kind, given or not. */
  readonly config: Readonly<Record<string, ConfigTypes[keyof ConfigTypes]>>;
  /** Absolute; exists. */
  readonly workingDir: string;
}

/** A kind of steps with its code. */
export interface ExecutorManifest extends StepKind {
  /**
   * The exact permissions that the code needs for this step, with absolute paths.
   * @throws Error when the step cannot be done as it is written; its message fails the step.
   */
  permissions(step: PreparedStep): PermissionSet;
  /** Address of the module that does the work, in a worker with those permissions: see `@x/dagu/worker`. */
  readonly worker: string | URL;
  /** Steps that one worker does at the same time; 1 unless given, more for code that waits. */
  readonly stepsPerWorker?: number;
}
