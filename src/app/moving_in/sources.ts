/** Files that are read and never touched. */
import { DaguError, messageOf } from "../../core/errors.ts";
import {
  readRegularIfExistsSync,
  readTextIfExistsSync,
  statIfExistsSync,
} from "../../platform/files/files.ts";
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

/** Text of a regular file, "" for none. @throws DaguError, also for a pipe, which might never end */
export function readSource(path: string): string {
  return readBy(path, (path) => readRegularIfExistsSync(path, MAX_BYTES));
}

/** Text of a file that a person named: it may be the pipe of a command. @throws DaguError */
export function readNamed(path: string): string {
  return readBy(path, readTextIfExistsSync);
}

function readBy(path: string, read: (path: string) => string | null): string {
  try {
    const size = statIfExistsSync(path)?.size ?? 0;
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, expected at most ${MAX_BYTES}`);
    return read(path) ?? "";
  } catch (error) {
    throw new DaguError(`Cannot import "${path}": ${messageOf(error)}`, { cause: error });
  }
}
