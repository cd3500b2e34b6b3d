/** Reads a command line by a table of flags. */
import { parseBool } from "../../core/text/bool_text.ts";
import { DaguError } from "../../core/errors.ts";

export interface FlagSpec {
  /** Long name without dashes. */
  readonly name: string;
  /** One letter; "" or absent when there is none. */
  readonly short?: string;
  readonly kind: "bool" | "text" | "list";
  /** What the value is called in help texts, e.g. `dir`. */
  readonly value?: string;
  readonly doc: string;
  /** Value when the flag is not given, shown in the help text. Only for `text`. */
  readonly default?: string;
  readonly required?: boolean;
  /** Accepted, but not shown. */
  readonly hidden?: boolean;
  /** Values that a shell may offer. */
  readonly choices?: readonly string[];
}

type FlagValue<K extends FlagSpec["kind"]> = K extends "bool" ? boolean
  : K extends "list" ? readonly string[]
  : string;

/** Value of each flag by its long name: false, "" and [] when it was not given and has no default. */
export type FlagValues<F extends readonly FlagSpec[]> = {
  readonly [S in F[number] as S["name"]]: FlagValue<S["kind"]>;
};

export interface ParsedLine<F extends readonly FlagSpec[]> {
  readonly flags: FlagValues<F>;
  /** Names of the flags that were given. */
  readonly given: ReadonlySet<string>;
  readonly positionals: readonly string[];
  /** What stands after `--`; null when there is no `--`. */
  readonly rest: readonly string[] | null;
}

/** A flag that the table does not have. Who reports it may look for the one that was meant. */
export class UnknownFlag extends DaguError {
  constructor(shown: string, readonly word: string, readonly candidates: readonly string[]) {
    super(`Unknown flag ${shown}`);
  }
}

/**
 * Splits arguments into flags, positionals and what follows `--`. Flags and positionals may be mixed; names are
 * not abbreviated; `-5` is a positional unless a flag has that letter.
 * @throws DaguError for an unknown flag, a missing or wrong value.
 */
export function parseFlags<const F extends readonly FlagSpec[]>(
  specs: F,
  args: readonly string[],
  options: {
    /** With a boolean flag `help` given, required flags may be missing. */
    readonly helpFirst?: boolean;
  } = {},
): ParsedLine<F> {
  const values: Record<string, boolean | string | string[]> = {};
  for (const spec of specs) {
    values[spec.name] = spec.kind === "bool" ? false : spec.kind === "list" ? [] : spec.default ?? "";
  }
  const given = new Set<string>();
  const positionals: string[] = [];
  let rest: readonly string[] | null = null;

  const set = (spec: FlagSpec, shown: string, value: string) => {
    given.add(spec.name);
    if (spec.kind === "list") (values[spec.name] as string[]).push(value);
    else if (spec.kind === "text") values[spec.name] = value;
    else {
      const bool = parseBool(value);
      if (bool === undefined) {
        throw new DaguError(`Invalid value "${value}" of flag ${shown}: expected true or false`);
      }
      values[spec.name] = bool;
    }
  };

  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      rest = args.slice(i + 1);
      break;
    }
    const next = (shown: string): string => {
      i++;
      if (i >= args.length) throw new DaguError(`Flag ${shown} needs a value`);
      return args[i]!;
    };
    if (arg.startsWith("--")) {
      const equals = arg.indexOf("=");
      const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
      const spec = specs.find((one) => one.name === name);
      if (!spec) throw unknownFlag(specs, `--${name}`, name);
      if (equals >= 0) set(spec, `--${name}`, arg.slice(equals + 1));
      else set(spec, `--${name}`, spec.kind === "bool" ? "true" : next(`--${name}`));
    } else if (arg.startsWith("-") && arg.length > 1) {
      if (/^-\.?\d/.test(arg) && !specs.some((one) => one.short === arg[1])) positionals.push(arg);
      else readShorts(specs, arg, set, next);
    } else positionals.push(arg);
  }
  const excused = options.helpFirst === true && given.has("help");
  for (const spec of excused ? [] : specs) {
    if (spec.required && values[spec.name] === "") throw new DaguError(`Flag --${spec.name} is required`);
  }
  return { flags: values as FlagValues<F>, given, positionals, rest };
}

/** `-q`, `-qy`, `-rID`, `-r=ID`, `-r ID`: the first letter that takes a value takes the rest. */
function readShorts(
  specs: readonly FlagSpec[],
  arg: string,
  set: (spec: FlagSpec, shown: string, value: string) => void,
  next: (shown: string) => string,
): void {
  for (let at = 1; at < arg.length; at++) {
    const letter = arg[at]!;
    const shown = `-${letter}`;
    const spec = specs.find((one) => one.short === letter);
    if (!spec) throw unknownFlag(specs, arg, at === 1 ? arg.slice(1) : letter);
    const tail = arg.slice(at + 1);
    if (spec.kind === "bool" && !tail.startsWith("=")) {
      set(spec, shown, "true");
      continue;
    }
    if (tail.startsWith("=")) set(spec, shown, tail.slice(1));
    else set(spec, shown, tail === "" ? next(shown) : tail);
    return;
  }
}

function unknownFlag(specs: readonly FlagSpec[], shown: string, word: string): UnknownFlag {
  return new UnknownFlag(shown, word, specs.filter((one) => !one.hidden).map((one) => one.name));
}
