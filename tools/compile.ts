/**
 * Compiles the bundle into one program, `dist/dagu`. Further arguments go to `deno compile` (`--target …`).
 * `DENORT_BIN` may name the runtime to embed; without it Deno fetches its own.
 *
 * The bundle starts faster than the sources (docs/performance.md). The code cache stays off: it would be a file
 * of a guessable name in the shared folder for temporary files, read back without question.
 */
import { build } from "./build.ts";
import { deno, ROOT, tool } from "./deno_command.ts";

/**
 * A run is short: functions are optimised later than V8 would, and no threads are made to collect garbage. A start
 * takes a tenth less time and a sixth less memory; long work is as fast as ever.
 */
const V8_FLAGS = [
  "--single-threaded-gc",
  "--invocation-count-for-maglev=3000",
  "--baseline-batch-compilation-threshold=65536",
].join(",");

/** Code of confined executors: loaded by name when a step needs it, so that nothing in the bundle refers to it. */
async function workers(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(`${ROOT}src/executors`)) {
    const path = `src/executors/${name}/worker.ts`;
    if (await Deno.stat(ROOT + path).then((info) => info.isFile, () => false)) found.push(path);
  }
  return found.sort();
}

export async function compile(more: readonly string[]): Promise<void> {
  await build();
  const flags = [
    "--quiet",
    "--allow-all",
    "--no-prompt",
    "--no-check",
    "--no-code-cache",
    `--v8-flags=${V8_FLAGS}`,
  ];
  const included = (await workers()).flatMap((path) => ["--include", path]);
  await deno(["compile", ...flags, ...included, ...more, "--output", "dist/dagu", "dist/dagu.js"]);
}

if (import.meta.main) await tool(() => compile(Deno.args));
