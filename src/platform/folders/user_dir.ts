/** Folders that belong to the user's work, not to the engine. */
import { DaguError, messageOf } from "../../core/errors.ts";
import { dirname } from "../files/path.ts";

/**
 * Makes a working folder of the user (0750 as far as the umask allows) with its parents, when it does not exist.
 * @throws DaguError when it cannot be made or a file is in the way.
 */
export function ensureUserDir(path: string): void {
  try {
    ensure(path);
  } catch (error) {
    throw new DaguError(`Cannot use "${path}" as working folder: ${messageOf(error)}`, { cause: error });
  }
}

function ensure(path: string): void {
  try {
    if (Deno.statSync(path).isDirectory) return;
    throw new Deno.errors.NotADirectory(`"${path}" is a file`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (dirname(path) !== path) ensure(dirname(path));
  try {
    Deno.mkdirSync(path, { mode: 0o750 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}
