/** The files that a module is made of: itself, and all code that it imports by a relative path, however far. */
import { DaguError } from "../../core/errors.ts";
import { isMissing, statIfExistsSync } from "../files/files.ts";
import { dirname, join } from "../files/path.ts";

const MAX_FILES = 1000;
/** Larger code is left out, in bytes. */
export const MAX_MODULE = 4 * 1024 * 1024;
/** Only code is read: an import of anything else would be a way to other files. */
const IMPORTS = /\b(?:from|import)\s*\(?\s*(["'])(\.{1,2}\/[^"'\n]+\.(?:ts|mts|js|mjs))\1/g;

/**
 * Texts by path, all links followed, the module itself first. Imports of what is not there are left out.
 * @throws DaguError when there is no such file, or there are too many
 */
export function moduleFiles(file: string): Map<string, string> {
  const first = readCode(file);
  if (first === null) throw new DaguError(`There is no file "${file}" of at most ${MAX_MODULE} bytes`);
  const found = new Map([first]);
  for (const [path, text] of found) {
    if (found.size > MAX_FILES) throw new DaguError(`"${file}" imports over ${MAX_FILES} files`);
    for (const [, , specifier] of text.matchAll(IMPORTS)) {
      const code = readCode(join(dirname(path), specifier!));
      if (code !== null && !found.has(code[0])) found.set(...code);
    }
  }
  return found;
}

/** null for what is no regular file, or too large for code. */
function readCode(path: string): [path: string, text: string] | null {
  try {
    const real = Deno.realPathSync(path);
    const info = statIfExistsSync(real);
    return info?.isFile && info.size <= MAX_MODULE ? [real, Deno.readTextFileSync(real)] : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
