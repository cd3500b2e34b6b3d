/** Turns a step into the texts that the remote side gets. */
import type { Command, Shell } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { quoteWord } from "../../core/text/quote_word.ts";
import { baseName, type Dialect, dialectOf } from "../../eval/dialect.ts";
import type { PreparedText } from "../../eval/prepared_text.ts";
import { prepareShellText } from "../../eval/shell_text.ts";
import { expandWords } from "../../eval/words.ts";
import { SystemCommands } from "../../platform/process/commands.ts";
import type { CommandRequest } from "../../ports/commands.ts";
import type { StepTask, Variables } from "../../ports/executor.ts";
import { interpreterName, shebang } from "../shell/shebang.ts";
import type { RemoteProgram } from "./request.ts";

/** Longest command that is sent as such: a server hands it to the login shell as one argument. */
const MAX_COMMAND = 64 * 1024;
/** A larger value stays a variable of the shell itself: no process can be given it. */
const MAX_EXPORT = 100 * 1024;

type Values = readonly (readonly [name: string, value: string])[];

/**
 * The programs of a step, one a command, or the one that runs the script.
 * @param shell what runs them there; null sends single commands as words
 * @throws DaguError when a command between backticks fails.
 */
export async function remotePrograms(task: StepTask, shell: Shell | null): Promise<RemoteProgram[]> {
  const { step } = task;
  const variables = remoteVariables(task.variables);
  const own: Values = step.env.map(({ name }) => [name, task.variables.get(name) ?? ""]);
  const words = (command: Command) => commandWords(command, task, variables);
  if (step.script !== "") {
    const command = step.commands[0];
    if (command) return [await scriptOf(await words(command), step.script, variables, own)];
    const named = step.shell?.program ? null : shebang(step.script);
    return [script(step.script, named, shell, variables, own)];
  }
  const programs: RemoteProgram[] = [];
  for (const command of step.commands) {
    programs.push(
      shell && command.args === null
        ? shellProgram(shell, command.text.trim(), variables, own)
        : wordProgram(await words(command), own),
    );
  }
  return programs;
}

/** What the run knows, without what holds for this machine only: `${PWD}` is the folder over there. */
function remoteVariables(variables: Variables & { splices?(name: string): boolean }) {
  return {
    get: (name: string) => name === "PWD" ? undefined : variables.get(name),
    path: (name: string, path: string) => variables.path(name, path),
    splices: (name: string) => name !== "PWD" && (variables.splices?.(name) ?? true),
  };
}

async function commandWords(command: Command, task: StepTask, variables: Variables): Promise<string[]> {
  if (command.args !== null) return [command.text, ...command.args];
  const { env, workingDir } = task;
  const system = new SystemCommands();
  const commands = {
    run: (request: CommandRequest) => system.run({ ...request, env: { ...env, ...request.env } }),
  };
  return await expandWords(command.text.trim(), variables, { commands, cwd: workingDir });
}

/** @param named what the first line says */
function script(
  text: string,
  named: ReturnType<typeof shebang>,
  shell: Shell | null,
  variables: Variables,
  own: Values,
): RemoteProgram {
  if (!named) return shellProgram(shell ?? { program: "sh", args: ["-e"] }, text, variables, own);
  const interpreter = interpreterName(named.program, named.args);
  if (dialectOf(interpreter) !== "other") return shellProgram(named, text, variables, own);
  return scriptOf([named.program, ...named.args, "-"], text, variables, own);
}

/** The script is what the command reads. */
function scriptOf(words: readonly string[], text: string, variables: Variables, own: Values): RemoteProgram {
  // The same care as with a shell of our own: a value must not become a part of what bash is told to do.
  const dialect = words.filter((word) => word !== "").map(dialectOf).find((one) => one !== "other") ??
    "other";
  const { text: ready, values } = withValues(prepareShellText(text, variables, dialect), variables, own);
  const command = words.map(quoteWord).join(" ");
  if (dialect !== "other" || values.length === 0) {
    return { command, stdin: prefix(dialect, values) + ready, mark: words.join(" "), traced: false };
  }
  // The first line sets the variables, escaped so that it is one line; the rest is left for the command.
  const line = prefix("posix", values).replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  const code = 'IFS= read -r v; eval "$(printf %b "$v")"; unset v; exec "$@"';
  return {
    command: `sh -c ${quoteWord(code)} sh ${command}`,
    stdin: `${line}\n${ready}`,
    mark: words.join(" "),
    traced: false,
  };
}

/** Words mean what they are, whatever they hold. */
function wordProgram(words: readonly string[], own: Values): RemoteProgram {
  const command = words.map(plainWord).join(" ");
  if (own.length === 0 && command.length <= MAX_COMMAND) {
    return { command, stdin: "", mark: words.join(" "), traced: false };
  }
  return {
    ...readAndRun("sh", [], "posix", `${prefix("posix", own)}exec ${command}`),
    traced: false,
    mark: words.join(" "),
  };
}

function shellProgram(shell: Shell, text: string, variables: Variables, own: Values): RemoteProgram {
  const { program } = shell;
  const args = shell.args.at(-1) === "-c" ? shell.args.slice(0, -1) : shell.args;
  const dialect = dialectOf(program);
  const prepared = withValues(prepareShellText(text, variables, dialect), variables, own);
  switch (dialect) {
    case "posix":
    case "fish": {
      return readAndRun(program, args, dialect, prefix(dialect, prepared.values) + prepared.text);
    }
    case "powershell": {
      const code = prefix(dialect, prepared.values) + prepared.text;
      const encoded = ["-NoProfile", "-NonInteractive", "-EncodedCommand", base64Utf16(code)];
      return {
        command: [program, ...args, ...encoded].map(plainWord).join(" "),
        stdin: "",
        mark: "",
        traced: false,
      };
    }
    default:
      return wordProgram([program, ...args, dialect === "cmd" ? "/c" : "-c", prepared.text], own);
  }
}

/**
 * A shell that reads all of its program before it begins: what it starts finds an empty stdin, and no value stands in
 * the arguments, which every user over there can see. A remark in them tells it from others.
 */
function readAndRun(
  program: string,
  args: readonly string[],
  dialect: Dialect,
  stdin: string,
): RemoteProgram {
  const mark = `dagu ${crypto.randomUUID()}`;
  const code = dialect === "fish" ? "eval (cat | string collect)" : 'eval "$(cat)"';
  const words = [program, ...args, baseName(program) === "nix-shell" ? "--run" : "-c", `${code} # ${mark}`];
  // Not every login shell makes way for its last command, and one that stays dies of signals meant for that.
  return { command: `exec ${words.map(plainWord).join(" ")}`, stdin, mark, traced: true };
}

/** Quoted only where there is need: not everything that takes commands is a POSIX shell, or is a shell at all. */
function plainWord(word: string, index: number): string {
  return /^[\w@%+:,./-]+$/.test(word) || (index > 0 && /^[\w@%+:,./=-]+$/.test(word))
    ? word
    : quoteWord(word);
}

/** The variables that a text needs beside itself: those it refers to, and the step's own. */
function withValues(
  prepared: PreparedText,
  variables: Variables,
  own: Values,
): { readonly text: string; readonly values: Values } {
  const values = new Map(own);
  for (const name of prepared.uses) {
    const value = prepared.env[name] ?? variables.get(name);
    if (value !== undefined) values.set(name, value);
  }
  for (const [name, value] of Object.entries(prepared.env)) values.set(name, value);
  return { text: prepared.text, values: [...values] };
}

/** Code that sets the variables. */
function prefix(dialect: Dialect, values: Values): string {
  return values.map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new DaguError(`Cannot send the variable "${name}" to a shell`);
    const clean = value.replaceAll("\0", "");
    switch (dialect) {
      case "fish":
        return `set -gx ${name} '${clean.replace(/[\\']/g, "\\$&")}'; `;
      case "powershell":
        return `$env:${name} = '${clean.replaceAll("'", "''")}'; `;
      default: {
        const exports = clean.length * 3 > MAX_EXPORT && utf8Length(clean) > MAX_EXPORT ? "" : "export ";
        return `${exports}${name}=${quoteWord(clean)}; `;
      }
    }
  }).join("");
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What `-EncodedCommand` takes: no shell on the way can misread it. */
function base64Utf16(text: string): string {
  let bytes = "";
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    bytes += String.fromCharCode(unit & 0xff, unit >> 8);
  }
  return btoa(bytes);
}
