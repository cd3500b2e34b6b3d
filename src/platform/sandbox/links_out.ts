/** Links by which a granted folder leads to places that are not granted. */
import { covers } from "../../core/permissions.ts";
import { isMissing } from "../files/files.ts";
import { dirname, isAbsolute, join } from "../files/path.ts";

export interface LinkOut {
  readonly link: string;
  readonly target: string;
}

/**
 * The first link inside of the granted folders that leads to a place which no grant covers. Permissions follow links,
 * so such a place would be granted too.
 * @param grants resolved absolute paths; what is no folder is passed over
 */
export async function linkOut(grants: readonly string[]): Promise<LinkOut | null> {
  const granted = (path: string) => grants.some((grant) => covers("read", grant, path));
  const folders = grants.filter((grant) => grant !== "/" && isFolder(grant));
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of Deno.readDir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory) folders.push(path);
      if (!entry.isSymlink) continue;
      const target = await realTarget(path);
      if (target !== null && !granted(target)) return { link: path, target };
    }
  }
  return null;
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Where a link leads, also when nothing is there yet; null when it leads in a circle. */
async function realTarget(link: string): Promise<string | null> {
  try {
    return await Deno.realPath(link);
  } catch (error) {
    if (!isMissing(error)) return null;
    const target = await Deno.readLink(link);
    return isAbsolute(target) ? target : join(dirname(link), target);
  }
}
