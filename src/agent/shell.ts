/** Which shell a step is run by. */
import type { Shell, Step } from "../core/dag.ts";
import { isPosixShell } from "../eval/dialect.ts";

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
