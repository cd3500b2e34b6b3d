/** Who may do what with a file or folder. */
import { statIfExistsSync } from "./files.ts";

export interface FileRights {
  /** The lower nine bits. */
  readonly mode: number;
  readonly owner: number;
  /** Whether it belongs to the user of this process. */
  readonly own: boolean;
  readonly folder: boolean;
  /** Unix milliseconds of the last change, 0 when unknown. */
  readonly changedAt: number;
}

/** null when there is nothing. */
export function fileRights(path: string): FileRights | null {
  const info = statIfExistsSync(path);
  if (!info) return null;
  return {
    mode: (info.mode ?? 0) & 0o777,
    owner: info.uid ?? -1,
    own: info.uid === Deno.uid(),
    folder: info.isDirectory,
    changedAt: info.mtime?.getTime() ?? 0,
  };
}

/** Takes rights away, gives none. @throws when that is refused */
export function narrowMode(path: string, most: number): void {
  const rights = fileRights(path);
  if (rights) Deno.chmodSync(path, rights.mode & most);
}
