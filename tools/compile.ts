/**
 * Compiles the bundle into one program, `dist/dagu`, or `dist/dagu-TARGET` for another machine (`--target …`).
 * Further arguments go to `deno compile`. `DENORT_BIN` may name the runtime to embed, which has to be that of the
 * target; without it Deno fetches its own.
 *
 * The bundle starts faster than the sources (docs/performance.md). The code cache stays off: it would be a file
 * of a guessable name in the shared folder for temporary files, read back without question.
 */
import { bundleWeb } from "../src/platform/bundle/web_files.ts";
import { build } from "./build.ts";
import { deno, tool } from "./deno_command.ts";

/**
 * A run is short: functions are optimised later than V8 would, garbage is collected later and without threads of
 * its own. A start takes a tenth less time and a sixth less memory; long work is as fast as ever. A service that
 * has nothing to do does not collect garbage for the sake of a smaller heap either, which halves what it costs then.
 * The space for what is young stays small, and what is old is collected when it has doubled: a server under load needs
 * a third less memory, and nothing gets slower.
 */
const V8_FLAGS = [
  "--single-threaded-gc",
  "--invocation-count-for-maglev=3000",
  "--baseline-batch-compilation-threshold=65536",
  "--min-semi-space-size=4",
  "--max-semi-space-size=4",
  "--heap-growing-percent=100",
  "--no-memory-reducer",
].join(",");

export async function compile(more: readonly string[]): Promise<void> {
  await build();
  await bundleWeb();
  const flags = [
    "--quiet",
    "--allow-all",
    "--no-prompt",
    "--no-check",
    "--no-code-cache",
    `--v8-flags=${V8_FLAGS}`,
  ];
  // Nothing in the bundle refers to the workers and the web page: they are read by name when they are needed.
  await deno([
    "compile",
    ...flags,
    "--include",
    "dist/workers",
    "--include",
    "dist/web",
    ...more,
    "--output",
    outputFor(more),
    "dist/dagu.js",
  ]);
}

/** The program of another machine must not take the place of one's own. */
function outputFor(flags: readonly string[]): string {
  const at = flags.indexOf("--target");
  const target = at < 0 ? "" : flags[at + 1] ?? "";
  if (target === "" || target === Deno.build.target) return "dist/dagu";
  return `dist/dagu-${target}${target.includes("windows") ? ".exe" : ""}`;
}

if (import.meta.main) await tool(() => compile(Deno.args));
