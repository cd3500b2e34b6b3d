/** Warns of runs of which an answer tells nothing, or little, because their files are damaged. */
import type { Call } from "../command.ts";
import type { FlagSpec } from "../flags/flags.ts";
import { logRecord } from "../text/log.ts";

/** @returns what takes the folder of an attempt that cannot be read. */
export function damageReporter(
  { console, flags }: Pick<Call<readonly FlagSpec[]>, "console" | "flags">,
): (dir: string) => void {
  return (dir) => {
    if (flags.quiet) return;
    const message = "The record of a run is damaged";
    console.err(logRecord("text", console.now(), "WARN", message, { folder: dir }));
  };
}
