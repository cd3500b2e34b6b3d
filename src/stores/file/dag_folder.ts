/** The files of definitions below a folder, sub-folders and links included; what begins with a dot is left out. */
import { messageOf } from "../../core/errors.ts";
import { isMissing, statIfExistsSync } from "../../platform/files.ts";

export interface DagFile {
  /** Path below the folder without ending: `etl`, `team/etl`. */
  readonly fileName: string;
  /** Absolute. */
  readonly path: string;
  /** Changes when the file does. */
  readonly stamp: string;
  /** When its content was written, Unix milliseconds by the clock of its file system; 0 when that is not known. */
  readonly writtenAt: number;
}

const MAX_DEPTH = 16;
/** Ending that counts before the other one. */
const FIRST = ".yaml";

/**
 * By file name. Of two endings for one name `.yaml` counts.
 * @param onProblem told of folders that cannot be read
 */
export function listDagFiles(
  dir: string,
  onProblem: (path: string, message: string) => void = () => {},
): DagFile[] {
  const found = new Map<string, DagFile>();
  walk(dir, [], (path, info) => {
    const file = dagFile(dir, path, info);
    if (path.endsWith(FIRST) || !found.has(file.fileName)) found.set(file.fileName, file);
  }, onProblem);
  return [...found.values()].sort((a, b) => a.fileName < b.fileName ? -1 : 1);
}

/** The definition at a path; null when there is none of that name, or none that can be seen. */
export function dagFileAt(dir: string, path: string): DagFile | null {
  const info = isDagPath(dir, path) ? visible(path) : null;
  if (!info || info.isDirectory) return null;
  return !path.endsWith(FIRST) && pathKind(otherEnding(path)) === "file" ? null : dagFile(dir, path, info);
}

/** The definition of a name; null when there is none. No path is made of what could lead out of the folder. */
export function findDagFile(dir: string, fileName: string): DagFile | null {
  const parts = fileName.split("/");
  if (
    parts.length > MAX_DEPTH ||
    parts.some((part) => part === "" || part.startsWith(".") || part.includes("\0"))
  ) {
    return null;
  }
  return dagFileAt(dir, `${dir}/${fileName}${FIRST}`) ?? dagFileAt(dir, `${dir}/${fileName}.yml`);
}

/** Path that a definition of the same name may have. */
export function otherEnding(path: string): string {
  return path.endsWith(FIRST) ? path.replace(/\.yaml$/, ".yml") : path.replace(/\.yml$/, FIRST);
}

/** Whether a file of that path would be a definition. */
export function isDagPath(dir: string, path: string): boolean {
  return path.startsWith(`${dir}/`) && /\.ya?ml$/.test(path) && !path.slice(dir.length).includes("/.");
}

/** Changes when a file does; "" when there is none, or none that can be seen. */
export function fileStamp(path: string): string {
  const info = visible(path);
  return info ? stampOf(info) : "";
}

/** What stands at a path. */
export function pathKind(path: string): "file" | "folder" | "nothing" {
  const info = visible(path);
  return info === null ? "nothing" : info.isDirectory ? "folder" : "file";
}

/** A folder on the way may be closed to us: the walk over all files tells of it. */
function visible(path: string): Deno.FileInfo | null {
  try {
    return statIfExistsSync(path);
  } catch {
    return null;
  }
}

function dagFile(dir: string, path: string, info: Deno.FileInfo): DagFile {
  const fileName = path.slice(dir.length + 1).replace(/\.ya?ml$/, "");
  return { fileName, path, stamp: stampOf(info), writtenAt: info.mtime?.getTime() ?? 0 };
}

function stampOf({ mtime, size, ino }: Deno.FileInfo): string {
  return `${mtime?.getTime() ?? 0}:${size}:${ino ?? 0}`;
}

/** @param above real paths of the folders that lead here: a link to one of them is not followed */
function walk(
  dir: string,
  above: readonly string[],
  onFile: (path: string, info: Deno.FileInfo) => void,
  onProblem: (path: string, message: string) => void,
): void {
  let entries: Deno.DirEntry[];
  let here: readonly string[];
  try {
    entries = [...Deno.readDirSync(dir)];
    here = [...above, Deno.realPathSync(dir)];
  } catch (error) {
    if (!isMissing(error)) onProblem(dir, messageOf(error));
    return;
  }
  for (const { name, isDirectory, isSymlink } of entries) {
    const path = `${dir}/${name}`;
    if (name.startsWith(".")) continue;
    if (!/\.ya?ml$/.test(name) && !isDirectory && !isSymlink) continue;
    const info = isDirectory ? null : visible(path);
    if (info && !info.isDirectory) {
      if (/\.ya?ml$/.test(name)) onFile(path, info);
    } else if ((isDirectory || info) && here.length < MAX_DEPTH && !(isSymlink && leadsUp(path, here))) {
      walk(path, here, onFile, onProblem);
    }
  }
}

function leadsUp(link: string, above: readonly string[]): boolean {
  return above.includes(Deno.realPathSync(link));
}
