/** Files that are read and never touched. */
import { DaguError, messageOf } from "../../core/errors.ts";
import { readTextIfExistsSync, statIfExistsSync } from "../../platform/files/files.ts";
import { listFolderSync } from "../../platform/folders/list_folder.ts";

const MAX_BYTES = 1 << 20;

/** The file itself, or the files of a folder whose names are wanted, in order. @throws DaguError when there is nothing */
export function filesIn(path: string, wanted: (name: string) => boolean): string[] {
  const info = statIfExistsSync(path);
  if (!info) throw new DaguError(`Cannot import "${path}": no such file or folder`);
  if (!info.isDirectory) return [path];
  const folder = path.replace(/\/+$/, "");
  return listFolderSync(path).filter(wanted).sort().map((name) => `${folder}/${name}`)
    .filter((file) => statIfExistsSync(file)?.isFile === true);
}

/** @throws DaguError */
export function readSource(path: string): string {
  try {
    const size = statIfExistsSync(path)?.size ?? 0;
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, expected at most ${MAX_BYTES}`);
    return readTextIfExistsSync(path) ?? "";
  } catch (error) {
    throw new DaguError(`Cannot import "${path}": ${messageOf(error)}`, { cause: error });
  }
}
