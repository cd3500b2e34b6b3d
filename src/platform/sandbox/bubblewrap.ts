/** Bubblewrap: starts a program in namespaces of its own, where it sees what it is shown and nothing else. */
import { DaguError } from "../../core/errors.ts";
import { osEnv } from "../os_env.ts";
import { findProgram } from "../process/program/programs.ts";

const HOW = 'install it (package "bubblewrap"), or leave the permissions of the step out';

/**
 * Signals go to the whole group of the step, but bubblewrap has to outlive them: its end would be that of the program
 * at once. So it is started with these ignored, and inside they are made what they were.
 */
const SIGNALS = "HUP,INT,QUIT,ABRT,USR1,USR2,PIPE,ALRM,TERM,VTALRM,PROF,IO,PWR";

/** Where the program that gives the signals back stands inside. */
const INNER_ENV = "/dev/dagu/env";

/** Namespaces of everything, no capability even for root, and an end with whoever started it. */
const ISOLATION = ["--unshare-all", "--unshare-user", "--cap-drop", "ALL", "--die-with-parent"];

/** Own devices, own processes and an own folder for temporary files. */
export const OWN_FOLDERS = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"];

export interface WrapTools {
  readonly bwrap: string;
  /** GNU's `env`, links not followed. */
  readonly env: string;
}

/** @throws DaguError when one of them is not installed. */
export function wrapTools(): WrapTools {
  const find = (name: string) => {
    try {
      // Not where the step's own PATH leads to.
      return findProgram(name, osEnv(), "/");
    } catch (cause) {
      throw new DaguError(
        `The permissions of commands are enforced by "${name}", which this machine does not have: ${HOW}`,
        { cause },
      );
    }
  };
  return { bwrap: find("bwrap"), env: find("env") };
}

/**
 * The command line that starts `command` inside.
 * @param options what is shown, and whatever else bubblewrap is to do
 */
export function wrap(
  tools: WrapTools,
  options: readonly string[],
  command: readonly string[],
): [program: string, ...args: string[]] {
  const tail = ["--ro-bind", tools.env, INNER_ENV, "--remount-ro", "/proc"];
  return [
    ...[tools.env, `--ignore-signal=${SIGNALS}`, tools.bwrap, ...ISOLATION] as const,
    ...[...options, ...tail, "--", INNER_ENV, `--default-signal=${SIGNALS}`, ...command],
  ] as [string, ...string[]];
}

/** What went wrong when a program could not be started inside, in words. */
export function wrapFailure(stderr: string): DaguError {
  return new DaguError(
    `The permissions of commands are enforced by bubblewrap, which does not work on this machine: ${
      stderr.trim().split("\n").at(-1) || "it says nothing"
    }. It needs user namespaces, GNU's env, and in a container the right to mount /proc`,
  );
}
