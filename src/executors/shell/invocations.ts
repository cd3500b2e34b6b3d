/** Turns a step into the programs to start, one after the other. */
import type { Command, Shell } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { type Dialect, dialectOf } from "../../eval/dialect.ts";
import type { StepTask } from "../../ports/executor.ts";
import type { CommandRequest } from "../../ports/commands.ts";
import { type RunnableText, TextPreparer } from "./prepared_text.ts";
import { type ScriptFile, writeScript } from "./script_file.ts";
import { interpreterName, shebang } from "./shebang.ts";
import { fileArguments, scriptEnding, scriptHead, shellKind, textArguments } from "./shell_forms.ts";

export interface Invocation {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Programs that it takes by itself: the step's shell, the interpreter of its script. */
  readonly implied: readonly string[];
  /** Variables that its text refers to. */
  readonly uses: readonly string[];
  /** Files that were made for it. */
  readonly files: readonly string[];
}

/** One argument of a program may have 128 KiB; longer texts are run from a file. */
const MAX_ARGUMENT = 120 * 1024;

/** Makes the invocations of one execution; owns the files that they need. */
export class Invocations {
  readonly #task: StepTask;
  readonly #texts: TextPreparer;
  readonly #scripts: ScriptFile[] = [];

  constructor(task: StepTask) {
    this.#task = task;
    this.#texts = new TextPreparer(task);
  }

  /** How many programs there are: the commands, or the one that runs the script. */
  get count(): number {
    return this.#task.step.script !== "" ? 1 : this.#task.step.commands.length;
  }

  /**
   * The program to start as number `index`.
   * @throws DaguError when the step cannot be run in this way.
   */
  at(index: number): Invocation | Promise<Invocation> {
    const { step, shell } = this.#task;
    if (step.script !== "") return this.#script(step.script.trim());
    const command = step.commands[index];
    if (command.args !== null) return this.#invocation([command.text, ...command.args]);
    if (shellKind(shell.program) === "direct") {
      return this.#words(command).then((words) => this.#invocation(words));
    }
    return this.#text(command.text.trim());
  }

  #text(text: string): Invocation {
    const { shell, step } = this.#task;
    const prepared = this.#texts.prepare(text, dialectOf(shell.program));
    const ready = prepared.text;
    const options = { packages: step.shellPackages, keep: prepared.uses };
    const program = shell.program || "sh";
    if (ready.length * 3 <= MAX_ARGUMENT || new TextEncoder().encode(ready).length <= MAX_ARGUMENT) {
      return invocation(program, textArguments(shell, ready, options), prepared, [program]);
    }
    const file = this.#file(ready, scriptEnding(shellKind(shell.program)));
    return invocation(program, fileArguments(shell, file, options), prepared, [program], file);
  }

  #script(script: string): Invocation | Promise<Invocation> {
    const { step, shell } = this.#task;
    const command = step.commands[0];
    if (command) return this.#scriptOf(command, script);
    const named = shebang(script);
    const stepShell = step.shell !== null && step.shell.program !== "" ? shellKind(shell.program) : null;
    if (named && (stepShell === null || stepShell === "direct")) {
      const interpreter = interpreterName(named.program, named.args);
      const prepared = this.#texts.prepare(script, dialectOf(interpreter));
      const file = this.#file(prepared.text, ".sh");
      return invocation(named.program, [...named.args, file], prepared, [named.program, interpreter], file);
    }
    if (shellKind(shell.program) === "direct") {
      throw new DaguError(
        `Cannot run the script of step "${step.name}" without a shell: with "shell: direct" it must begin with a ` +
          "line such as #!/bin/sh, or come with a command that runs it",
      );
    }
    return this.#shellScript(shell, script);
  }

  #shellScript(shell: Shell, script: string): Invocation {
    const kind = shellKind(shell.program);
    const prepared = this.#texts.prepare(script, dialectOf(shell.program));
    const file = this.#file(scriptHead(kind) + prepared.text, scriptEnding(kind));
    const options = { packages: this.#task.step.shellPackages, keep: prepared.uses };
    const program = shell.program || "sh";
    return invocation(program, fileArguments(shell, file, options), prepared, [program], file);
  }

  /** The command names the program that gets the script. */
  async #scriptOf(command: Command, script: string): Promise<Invocation> {
    const words = command.args ? [command.text, ...command.args] : await this.#words(command);
    const prepared = this.#texts.prepare(script, dialectOfWords(words));
    const file = this.#file(prepared.text, scriptEnding(shellKind(words[0] ?? "")));
    const [program = "", ...args] = words;
    return invocation(program, [...args, file], prepared, [], file);
  }

  async #words(command: Command): Promise<string[]> {
    const [{ expandWords }, { SystemCommands }] = await Promise.all([
      import("../../eval/words.ts"),
      import("../../platform/process/commands.ts"),
    ]);
    const { env, variables, workingDir } = this.#task;
    const system = new SystemCommands();
    // Backticks see what the step itself sees; names that only the environment knows are not replaced.
    const commands = {
      run: (request: CommandRequest) => system.run({ ...request, env: { ...env, ...request.env } }),
    };
    return await expandWords(command.text.trim(), variables, { commands, cwd: workingDir });
  }

  #invocation(words: readonly string[]): Invocation {
    const [program = "", ...args] = words;
    return { program, args, env: this.#task.env, implied: [], uses: [], files: [] };
  }

  #file(text: string, ending: string): string {
    const { workingDir, scratchDir } = this.#task;
    const file = writeScript(text, ending, workingDir, scratchDir);
    this.#scripts.push(file);
    return file.path;
  }

  /** Removes every file that was made. */
  close(): void {
    for (const script of this.#scripts) script.remove();
    this.#texts.close();
  }
}

/** Values that are loaded from files are loaded by `cat`. */
function invocation(
  program: string,
  args: readonly string[],
  { env, uses, files }: RunnableText,
  implied: readonly string[],
  script?: string,
): Invocation {
  return {
    program,
    args,
    env,
    implied: files.length > 0 ? [...implied, "cat"] : implied,
    uses,
    files: script === undefined ? files : [...files, script],
  };
}

/** `sudo bash` and `env sh -x` read shell text just as `bash` does: a value must not become a part of it. */
function dialectOfWords(words: readonly string[]): Dialect {
  for (const word of words) {
    if (word === "" || word.startsWith("-")) continue;
    const dialect = dialectOf(word);
    if (dialect !== "other") return dialect;
  }
  return "other";
}
