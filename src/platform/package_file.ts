/**
 * Absolute path of a file of an npm package that the program depends on.
 * @param file path inside the package
 * @throws DaguError when the package is not installed
 */
import { DaguError } from "../core/errors.ts";

export async function packageFile(name: string, file: string): Promise<string> {
  const { createRequire } = await import("node:module");
  try {
    return createRequire(import.meta.url).resolve(`${name}/${file}`);
  } catch (error) {
    throw new DaguError(
      `Cannot find the file "${file}" of the package "${name}": install the program's packages, e.g. with "deno install"`,
      { cause: error },
    );
  }
}
