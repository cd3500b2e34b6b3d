/** Entry of the command line: finds the subcommand, reads its flags, runs it, reports errors. */
import type { Config } from "../config/config.ts";
import { DaguError, messageOf, SpecError } from "../core/errors.ts";
import type { App } from "../app/app.ts";
import { type Call, type Command, type Console, GLOBAL_FLAGS } from "./command.ts";
import { COMMANDS, findCommand } from "./commands.ts";
import { type FlagSpec, parseFlags, UnknownFlag } from "./flags/flags.ts";

/** The outside world as the command line sees it; tests put their own in place. */
export interface Surroundings {
  readonly console: Console;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  loadConfig(command: Command, flags: Call<readonly FlagSpec[]>["flags"]): Promise<Config>;
  loadApp(config: Config): Promise<App>;
}

/**
 * Runs one command line.
 * @returns the exit code. Nothing is thrown: errors are reported on standard error.
 */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { console, env } = surroundings;
  const debug = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length).includes("--debug") ||
    /^(1|true|t)$/i.test(env["DAGU_DEBUG"] ?? "");
  try {
    return await dispatch(args, surroundings);
  } catch (error) {
    await report(error, debug, console);
    return error instanceof DaguError ? error.exitCode : 1;
  }
}

async function dispatch(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { console } = surroundings;
  const at = commandIndex(args);
  const name = args[at];
  if (name === undefined) {
    if (args.includes("--version")) return await dispatch(["version"], surroundings);
    parseFlags(GLOBAL_FLAGS, args);
    console.out((await import("./text/help_text.ts")).programHelp(COMMANDS));
    return 0;
  }
  const row = findCommand(name);
  if (!row) throw new DaguError((await import("./text/unknown_command.ts")).unknownCommand(name, COMMANDS));
  const { command } = await row.load();
  const line = parseFlags(
    [...command.flags, ...GLOBAL_FLAGS] as readonly FlagSpec[],
    [...args.slice(0, at), ...args.slice(at + 1)],
    { helpFirst: true },
  );
  const flags = line.flags as Call<readonly FlagSpec[]>["flags"];
  if (flags.help) {
    console.out((await import("./text/help_text.ts")).commandHelp(row, command));
    return 0;
  }
  // Of a command that takes nothing of its own after --, that only ends the flags.
  const [positionals, rest] = command.rest === ""
    ? [[...line.positionals, ...line.rest ?? []], null]
    : [line.positionals, line.rest];
  checkArgs(name, command, positionals);
  let config: Promise<Config> | undefined;
  let app: Promise<App> | undefined;
  const loadConfig = () => config ??= surroundings.loadConfig(command, flags).then(warn);
  const warn = async (config: Config) => {
    if (flags.quiet || config.warnings.length === 0) return config;
    const { logRecord } = await import("./text/log.ts");
    const format = config.logFormat === "json" ? "json" : "text";
    for (const text of config.warnings) console.err(logRecord(format, console.now(), "WARN", text, {}));
    return config;
  };
  return await command.run({
    flags,
    given: line.given,
    args: positionals,
    rest,
    console,
    env: surroundings.env,
    cwd: surroundings.cwd,
    commands: COMMANDS,
    config: loadConfig,
    app: () => app ??= loadConfig().then(surroundings.loadApp),
  });
}

/** Global flags may stand before the command. */
function commandIndex(args: readonly string[]): number {
  let i = 0;
  for (; i < args.length && args[i]!.startsWith("-"); i++) {
    const arg = args[i]!;
    if (arg === "--") return args.length;
    const takesNext = GLOBAL_FLAGS.some((flag) =>
      flag.kind === "text" && (arg === `--${flag.name}` || ("short" in flag && arg === `-${flag.short}`))
    );
    if (takesNext) i++;
  }
  return i;
}

function checkArgs(
  name: string,
  command: Command,
  args: readonly string[],
): void {
  const { min, max, what } = command.args;
  if (args.length < min) {
    throw new DaguError(`Command "${name}" needs ${what}: dagu ${name} ${command.usage}`);
  }
  if (args.length > max) {
    const hint = command.rest === "parameters"
      ? `parameters stand after --, as in: dagu ${name} ${args[0] ?? ""} -- ${args.slice(max).join(" ")}`
      : `usage: dagu ${name} ${command.usage}`;
    throw new DaguError(`Command "${name}" got an unexpected argument "${args[max]}": ${hint.trimEnd()}`);
  }
}

async function report(error: unknown, debug: boolean, console: Console): Promise<void> {
  if (error instanceof UnknownFlag) {
    const near = (await import("../core/text/suggest.ts")).suggest(error.word, error.candidates);
    console.err(`Error: ${error.message}${near === "" ? "" : `: did you mean --${near}?`}\n`);
  } else if (error instanceof SpecError) {
    for (const line of error.message.split("\n")) console.err(`Error: ${line}\n`);
  } else if (error instanceof DaguError) console.err(`Error: ${error.message}\n`);
  else if (/\(os error \d+\)/.test(messageOf(error))) {
    // What the system refuses is no defect of ours, wherever it comes up.
    console.err(`Error: ${messageOf(error)}\n`);
  } else {
    console.err(`Error: internal error: ${messageOf(error)}\n`);
    if (!debug) {
      console.err("This is a defect of the program: run again with --debug to see where it happened\n");
    }
  }
  if (debug && error instanceof Error && error.stack) console.err(`${error.stack}\n`);
}
