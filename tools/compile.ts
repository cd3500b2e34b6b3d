/**
 * Compiles the bundle into one program, `dist/dagu`. Further arguments go to `deno compile` (`--target …`).
 * `DENORT_BIN` may name the runtime to embed; without it Deno fetches its own.
 *
 * The bundle starts faster than the sources (docs/performance.md). The code cache stays off: it would be a file
 * of a guessable name in the shared folder for temporary files, read back without question.
 */
import { build } from "./build.ts";
import { deno, tool } from "./deno_command.ts";

export async function compile(more: readonly string[]): Promise<void> {
  await build();
  const flags = ["--quiet", "--allow-all", "--no-prompt", "--no-check", "--no-code-cache"];
  await deno(["compile", ...flags, ...more, "--output", "dist/dagu", "dist/dagu.js"]);
}

if (import.meta.main) await tool(() => compile(Deno.args));
