/** How this program is started again. */
import { isBundled } from "../../bundle/bundled.ts";

/** Program and first arguments; the subcommand follows. */
export function ownProgram(): [string, ...string[]] {
  const program = Deno.execPath();
  if (Deno.build.standalone) return [program];
  const flags = ["--quiet", "--no-prompt", "--allow-all", "--unstable-worker-options"];
  return [program, "run", ...flags, Deno.mainModule];
}

export interface PartProgram {
  readonly program: string;
  readonly args: readonly string[];
  /** This program itself: it takes no options of Deno. */
  readonly compiled: boolean;
}

/**
 * How a part of this program is started as a process of its own: the compiled program by its hidden command, else a
 * module of the sources by the Deno that runs this.
 * @param command hidden command
 * @param module below `src`, does the same when it is run
 * @param flags options of `deno run`
 */
export function partProgram(command: string, module: string, flags: readonly string[]): PartProgram {
  const program = Deno.execPath();
  if (Deno.build.standalone) {
    return { program, args: [command], compiled: true };
  }
  const path = new URL(`${isBundled() ? "../src/" : "../../../"}${module}`, import.meta.url).href;
  return { program, args: ["run", ...flags, path], compiled: false };
}
