/** Which shell a step is run by. */
import type { Shell, Step } from "../core/dag.ts";
import { isPosixShell } from "../eval/dialect.ts";
import { expandText, type TextOptions } from "../eval/text.ts";
import type { Variables } from "../ports/executor.ts";

/** Whether a word of the shell has to be evaluated before it can be started. */
export function isTemplate(shell: Shell): boolean {
  return [shell.program, ...shell.args].some((word) => /[$`]|^~/.test(word));
}

/** The shell with its words evaluated, each for itself. */
export async function expandShell(shell: Shell, variables: Variables, options: TextOptions): Promise<Shell> {
  const [program = "", ...args] = await Promise.all(
    [shell.program, ...shell.args].map((word) => expandText(word, variables, options)),
  );
  return { program, args };
}

/** The DAG's shell, or the default one where it names none. */
export function shellOf(dagShell: Shell | null, defaultShell: Shell): Shell {
  return dagShell !== null && dagShell.program !== "" ? dagShell : defaultShell;
}

/**
 * The shell of a step. Shells that nobody chose for this very step stop at the first failing command (`-e`); a
 * shell that the step names itself gets just the arguments that it names.
 */
export function stepShell(step: Step, dagShell: Shell | null, defaultShell: Shell): Shell {
  if (step.shell !== null && step.shell.program !== "") return step.shell;
  const shell = shellOf(dagShell, defaultShell);
  if (!isPosixShell(shell.program) || shell.args.includes("-e")) return shell;
  return { program: shell.program, args: [...shell.args, "-e"] };
}
