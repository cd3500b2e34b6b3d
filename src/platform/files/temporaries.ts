/** Temporary files of replacements whose process was killed before it gave them their name. */
import { removeIfExistsSync, statIfExistsSync } from "./files.ts";
import { isFolder, readableNames } from "../folders/list_folder.ts";

/** No replacement takes so long, on whatever machine it runs. */
const OLD_MS = 24 * 3600 * 1000;

/**
 * Removes those that are a day old, as the file system's clock says, from a folder and so many levels below it.
 * Folders named in `except` are left out. What cannot be removed stays.
 */
export function removeOldTemporaries(
  folder: string,
  now: number,
  { levels = 0, except = [] as readonly string[] } = {},
): void {
  for (const name of readableNames(folder)) {
    const path = `${folder}/${name}`;
    if (/^\..+\.\d+(-\d+)?\.tmp$/.test(name)) removeOld(path, now);
    else if (levels > 0 && !except.includes(name) && isFolder(path)) {
      removeOldTemporaries(path, now, { levels: levels - 1, except });
    }
  }
}

function removeOld(path: string, now: number): void {
  try {
    const writtenAt = statIfExistsSync(path)?.mtime?.getTime() ?? now;
    if (now - writtenAt > OLD_MS) removeIfExistsSync(path);
  } catch {
    // Somebody else's.
  }
}
