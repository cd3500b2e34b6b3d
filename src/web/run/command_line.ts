/** What on a command line does the same as a page. */
import type { RunSummary } from "../api/types.ts";

/** Starts a run like this one. */
export function commandLine({ name, params = "" }: Pick<RunSummary, "name" | "params">): string {
  return `dagu start ${word(name)}${params === "" ? "" : ` --params ${word(params)}`}`;
}

/** As one word of a shell. */
export function word(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
