import { isMissing } from "./files.ts";

/**
 * Removes a named pipe. In a folder that is watched it does harm as long as it stands there: the system's watcher
 * opens what it tells of, and waits for a writer then, deaf to everything else.
 * @returns false for anything that is no pipe.
 */
export function removePipe(path: string): boolean {
  try {
    if (!Deno.lstatSync(path).isFifo) return false;
    // Whoever waits for a writer goes on; opened for both, nobody waits here.
    const pipe = Deno.openSync(path, { read: true, write: true });
    Deno.removeSync(path);
    pipe.close();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
