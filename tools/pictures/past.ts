/**
 * Runs the command line as of another time: `past.ts MILLISECONDS FACTOR ARGS...` begins so long ago and lets time
 * pass so many times faster. Pictures of a history need one, and nobody waits a week for it.
 */
import { processMain } from "../../src/cli/process_main.ts";

/** Turns the clock of this process back. */
export function turnBack(ms: number, factor: number): void {
  const began = realNow();
  Date.now = () => Math.floor(began - ms + (realNow() - began) * factor);
}

export function run(args: readonly string[]): Promise<number> {
  return processMain(args, Deno.cwd());
}

const realNow = Date.now.bind(Date);

if (import.meta.main) {
  const [ms, factor, ...args] = Deno.args;
  turnBack(Number(ms), Number(factor));
  Deno.exit(await run(args));
}
