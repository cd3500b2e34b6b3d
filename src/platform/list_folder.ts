import { isMissing, statIfExistsSync } from "./files.ts";

/** Names of what a folder holds, unsorted; none when there is no such folder. */
export function listFolderSync(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map((entry) => entry.name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** As {@link listFolderSync}, but a folder that must not be read counts as empty: it does not hide what others hold. */
export function readableNames(folder: string): string[] {
  try {
    return listFolderSync(folder);
  } catch {
    return [];
  }
}

/** Whether there is a folder of that name, links followed; not when that cannot be told. */
export function isFolder(path: string): boolean {
  try {
    return statIfExistsSync(path)?.isDirectory === true;
  } catch {
    return false;
  }
}
