/** Folders that are made on the way to a place. */
import { dirname } from "../../platform/files/path.ts";

/** Makes a folder and those above it from `outermost` on. */
export async function makeFolders(folder: string, outermost: string, umask: number): Promise<void> {
  if (await exists(folder)) return;
  if (folder.length > outermost.length) await makeFolders(dirname(folder), outermost, umask);
  await Deno.mkdir(folder);
  await Deno.chmod(folder, 0o777 & ~umask);
}

export async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
