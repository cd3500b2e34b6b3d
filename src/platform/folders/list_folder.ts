import { isMissing, statIfExistsSync } from "../files/files.ts";
import { nativeNames } from "./native_names.ts";

/** Bytes of a folder from which on the C library is worth loading: some 400 runs on ext4, 1,600 on tmpfs. */
const LARGE = 32 * 1024;

/** Names of what a folder holds, unsorted; none when there is no such folder. */
export function listFolderSync(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map((entry) => entry.name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** As {@link listFolderSync}, for a folder that may hold thousands; a small one takes a little longer. */
export function listLargeFolderSync(path: string): string[] {
  const size = statIfExistsSync(path)?.size ?? 0;
  return size >= LARGE && nativeNames(path) || listFolderSync(path);
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
