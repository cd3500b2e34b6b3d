/** Where in the code of a step an error came up. */
import type { CodePlace } from "./job.ts";

/** null when no frame of the error stands in the code. @param url that of the code itself */
export function codePlace(error: unknown, url: string, file: string): CodePlace | null {
  if (!(error instanceof Error) || !error.stack) return null;
  // deno-lint-ignore no-control-regex
  const lines = error.stack.replaceAll(/\x1b\[[\d;]*m/g, "").split("\n");
  for (const line of lines) {
    const [, place, row, column] = /\(?((?:blob|file):[^\s()]+):(\d+):(\d+)\)?$/.exec(line) ?? [];
    if (place === url) return { file, line: Number(row), column: Number(column) };
  }
  return null;
}
