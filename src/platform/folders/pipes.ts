/**
 * Named pipes in folders that are watched. The system's watcher opens what it tells of, and at a pipe it waits for a
 * writer: deaf to everything else, and whoever begins or ends a watch waits with it. A pipe that somebody holds open
 * for writing does no harm.
 */
import { isMissing } from "../files/files.ts";

/** Pipes that this process holds open, to its end. */
const held = /* @__PURE__ */ new Map<string, Deno.FsFile>();

/** A folder that changed so recently may change again without its time showing it. */
const SETTLED_MS = 2000;

/** A folder as it was when it was looked through. */
interface Looked {
  /** Time of its last change; 0 when that may not have been the last one. */
  readonly changed: number;
  readonly folders: readonly string[];
}

const looked = /* @__PURE__ */ new Map<string, Looked>();

/** Opens the pipes in a folder, with `recursive` those below it too, so that nobody waits at them. */
export function keepPipesOpen(folder: string, recursive: boolean): void {
  try {
    const changed = Deno.statSync(folder).mtime?.getTime() ?? 0;
    const before = looked.get(folder);
    const { folders } = before && before.changed === changed && changed > 0 ? before : look(folder, changed);
    if (recursive) { for (const below of folders) keepPipesOpen(below, recursive); }
  } catch {
    looked.delete(folder); // What cannot be read is not watched either.
  }
}

function look(folder: string, changed: number): Looked {
  const settled = changed < Date.now() - SETTLED_MS;
  const folders: string[] = [];
  for (const { name, isFile, isDirectory, isSymlink } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) folders.push(path);
    else if (!isFile && !isSymlink) keepOpen(path);
  }
  const now = { changed: settled ? changed : 0, folders };
  looked.set(folder, now);
  return now;
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
