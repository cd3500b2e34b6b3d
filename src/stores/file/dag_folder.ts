/** The files of definitions below a folder, sub-folders and links included; what begins with a dot is left out. */
import { messageOf } from "../../core/errors.ts";
import { isMissing, statIfExistsSync } from "../../platform/files.ts";

export interface DagFile {
  /** Path below the folder without extension: `etl`, `team/etl`. */
  readonly job: string;
  /** Absolute. */
  readonly path: string;
  /** Changes when the file does. */
  readonly stamp: string;
  /** When its content was written, Unix milliseconds by the clock of its file system; 0 when that is not known. */
  readonly writtenAt: number;
}

const MAX_DEPTH = 16;

/** @param onProblem told of folders that cannot be read */
export function listDagFiles(dir: string, onProblem: (path: string, message: string) => void): DagFile[] {
  const found: DagFile[] = [];
  walk(dir, [], (path, info) => found.push(dagFile(dir, path, info)), onProblem);
  return found;
}

/** The definition at a path; null when there is none of that name, or none that can be seen. */
export function dagFileAt(dir: string, path: string): DagFile | null {
  const info = isDagPath(dir, path) ? visible(path) : null;
  return info && !info.isDirectory ? dagFile(dir, path, info) : null;
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
  const job = path.slice(dir.length + 1).replace(/\.ya?ml$/, "");
  return { job, path, stamp: stampOf(info), writtenAt: info.mtime?.getTime() ?? 0 };
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
