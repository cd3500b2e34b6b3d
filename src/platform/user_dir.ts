/** Folders that belong to the user's work, not to the engine. */
import { dirname } from "./path.ts";

/**
 * Makes a folder of the user (0750 as far as the umask allows) with its parents, when it does not exist.
 * @throws Deno.errors.NotADirectory when a file is in the way.
 */
export function ensureUserDir(path: string): void {
  try {
    if (Deno.statSync(path).isDirectory) return;
    throw new Deno.errors.NotADirectory(`Cannot use "${path}" as working folder: it is a file`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (dirname(path) !== path) ensureUserDir(dirname(path));
  try {
    Deno.mkdirSync(path, { mode: 0o750 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}
