/** What a subcommand is. */
import type { Config } from "../config/config.ts";
import type { Scope } from "../config/key_spec.ts";
import type { App } from "../app/app.ts";
import type { FlagSpec, FlagValues } from "./flags/flags.ts";

/** Effects that a command has, besides those of the application. */
export interface Console {
  /** Writes to standard output. Nothing is added. */
  out(text: string): void;
  err(text: string): void;
  /** One line of standard input; null at its end. */
  ask(): Promise<string | null>;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Width of the terminal behind standard output, 0 when there is none. */
  columns(): number;
  /** Height of that terminal, 0 when there is none. */
  rows(): number;
  /** Whether colours are wanted on standard output. */
  readonly colour: boolean;
  now(): number;
}

/** Flags that every command takes. */
export const GLOBAL_FLAGS = [
  { name: "config", short: "c", kind: "text", value: "file", doc: "Configuration file" },
  { name: "dagu-home", kind: "text", value: "dir", doc: "Home folder, instead of DAGU_HOME" },
  { name: "quiet", short: "q", kind: "bool", doc: "Print neither log records nor the summary" },
  { name: "debug", kind: "bool", doc: "Show stack traces of errors" },
  { name: "cpu-profile", kind: "bool", doc: "Accepted, without effect", hidden: true },
  { name: "help", short: "h", kind: "bool", doc: "Show this help" },
] as const satisfies readonly FlagSpec[];

type AllFlags<F extends readonly FlagSpec[]> = FlagValues<F> & FlagValues<typeof GLOBAL_FLAGS>;

/** One call of a command. */
export interface Call<F extends readonly FlagSpec[]> {
  readonly flags: AllFlags<F>;
  readonly given: ReadonlySet<string>;
  readonly args: readonly string[];
  /** What stood after `--`, null without `--`. */
  readonly rest: readonly string[] | null;
  readonly console: Console;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** All commands that there are. */
  readonly commands: readonly CommandRow[];
  /** Loads the configuration; the same one at every call. */
  config(): Promise<Config>;
  app(): Promise<App>;
}

export interface Command<F extends readonly FlagSpec[] = readonly FlagSpec[]> {
  /** What follows the command's name, e.g. `<dag> [-- parameters]`. */
  readonly usage: string;
  readonly about: string;
  readonly examples: readonly string[];
  readonly flags: F;
  /** Least and greatest number of arguments before `--`, and what they are for the error text. */
  readonly args: { readonly min: number; readonly max: number; readonly what: string };
  /** What may follow `--`; "" when nothing may. */
  readonly rest: "" | "parameters" | "command";
  /** What a shell offers for an argument. */
  readonly completes: "dags" | "commands" | "" | readonly string[];
  /** Sections of the configuration whose values must be right. */
  readonly scopes: readonly Scope[];
  /** Flags that set a key of the configuration: its dotted name by the name of the flag. */
  readonly settings?: Readonly<Record<string, string>>;
  /** @returns the exit code. */
  run(call: Call<F>): Promise<number>;
}

/** A command that is loaded when it is asked for. */
export interface CommandRow {
  readonly name: string;
  readonly summary: string;
  /** Not shown in help texts. */
  readonly hidden?: boolean;
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** Checks a command against its own flags; the result can be held with others. */
export function defineCommand<const F extends readonly FlagSpec[]>(command: Command<F>): Command {
  return command as unknown as Command;
}
