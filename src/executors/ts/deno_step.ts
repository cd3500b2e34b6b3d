/** The process of a step that imports packages, which need a Deno program also where this one is compiled. */
import { denoProgram } from "../../platform/process/program/deno_program.ts";
import { type PartProgram, partProgram } from "../../platform/process/program/own_program.ts";
import { join } from "../../platform/files/path.ts";
import { unpack } from "../../platform/bundle/unpacked.ts";

/** As they refer to each other. */
const BUNDLES = { "step_main.js": "step_main.js", "workers/ts.js": "ts.js" };

/**
 * @param flags options of `deno run`
 * @param cacheDir where the compiled program puts what Deno is to run
 */
export async function denoStep(
  os: Readonly<Record<string, string>>,
  flags: readonly string[],
  cacheDir: string,
): Promise<PartProgram> {
  const part = partProgram("step-exec", "executors/ts/step_main.ts", flags);
  if (!part.compiled) return part;
  const folder = join(cacheDir, "ts");
  await unpack(folder, BUNDLES);
  return {
    program: denoProgram(os),
    args: ["run", ...flags, join(folder, "step_main.js")],
    compiled: false,
  };
}
