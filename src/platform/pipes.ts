/**
 * Named pipes in folders that are watched. The system's watcher opens what it tells of, and at a pipe it waits for a
 * writer: deaf to everything else, and whoever begins or ends a watch waits with it. A pipe that somebody holds open
 * for writing does no harm.
 */
import { isMissing } from "./files.ts";

/** Pipes that this process holds open, to its end. */
const held = /* @__PURE__ */ new Map<string, Deno.FsFile>();

/** Opens the pipes in a folder, with `recursive` those below it too, so that nobody waits at them. */
export function keepPipesOpen(folder: string, recursive: boolean): void {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(folder)];
  } catch {
    return; // What cannot be read is not watched either.
  }
  for (const { name, isFile, isDirectory, isSymlink } of entries) {
    const path = `${folder}/${name}`;
    if (isDirectory && recursive) keepPipesOpen(path, recursive);
    else if (!isFile && !isDirectory && !isSymlink) keepOpen(path);
  }
}

function keepOpen(path: string): void {
  if (held.has(path)) return;
  try {
    if (Deno.lstatSync(path).isFifo) held.set(path, Deno.openSync(path, { read: true, write: true }));
  } catch {
    // It has just gone, or is not for us to open.
  }
}

/**
 * Removes a named pipe.
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
