/** Paths with all links followed: what is granted to a worker must be what is used. */
import { DaguError } from "../../core/errors.ts";
import { isMissing } from "./files.ts";
import { basename, dirname, join } from "./path.ts";

/**
 * The place of a regular file.
 * @throws DaguError when there is none, or something else.
 */
export async function realFile(path: string): Promise<string> {
  const real = await realPath(path);
  if (real === null) throw new DaguError(`There is no file "${path}"`);
  if (!(await Deno.stat(real)).isFile) throw new DaguError(`"${path}" is not a regular file`);
  return real;
}

/** null when nothing is there. */
export async function realPath(path: string): Promise<string | null> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Where something that need not exist is or will be: the links of the folders that exist are followed. */
export async function futurePath(path: string): Promise<string> {
  const real = await realPath(path);
  if (real !== null) return real;
  const parent = dirname(path);
  return parent === path ? path : join(await futurePath(parent), basename(path));
}

/** The outermost part of a path that does not exist; the path itself when only that is missing, or nothing. */
export async function outermostNew(path: string): Promise<string> {
  const parent = dirname(path);
  return parent === path || await realPath(parent) !== null ? path : await outermostNew(parent);
}

/** Makes a symbolic link. */
export async function makeLink(target: string, path: string): Promise<void> {
  await Deno.symlink(target, path);
}

/** What a symbolic link says; null when the path is none. */
export function linkTarget(path: string): string | null {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return null;
  }
}
