/** The files of definitions below a folder, sub-folders and links included; what begins with a dot is left out, and packages. */
import { messageOf } from "../../../core/errors.ts";
import {
  definitionPaths,
  isDefinitionFile,
  isModule,
  makesDefinition,
  withoutEnding,
} from "../../../core/definition_file.ts";
import { isMissing, readRegularIfExistsSync, statIfExistsSync } from "../../../platform/files/files.ts";
import { MAX_MODULE, moduleFiles } from "../../../platform/sandbox/module_files.ts";
import { crc32 } from "../sealed_line.ts";

export interface DagFile {
  /** Path below the folder without ending: `etl`, `team/etl`. */
  readonly fileName: string;
  /** Absolute. */
  readonly path: string;
  /** Changes when the file does; that of a module also when code does that it imports. */
  readonly stamp: string;
  /** When its content was written, Unix milliseconds by the clock of its file system; 0 when that is not known. */
  readonly writtenAt: number;
}

const MAX_DEPTH = 16;

/**
 * By file name. Of several endings for one name one counts (`core/definition_file.ts`).
 * @param onProblem told of folders that cannot be read
 */
export function listDagFiles(
  dir: string,
  onProblem: (path: string, message: string) => void = () => {},
): DagFile[] {
  const found = new Map<string, DagFile>();
  walk(dir, [], (path, info) => {
    const name = withoutEnding(path);
    const other = found.get(name);
    if (other && comesFirst(other.path, path)) return;
    const file = dagFile(dir, path, info);
    if (file) found.set(name, file);
  }, onProblem);
  return [...found.values()].sort((a, b) => a.fileName < b.fileName ? -1 : 1);
}

function comesFirst(one: string, other: string): boolean {
  const paths = definitionPaths(withoutEnding(one));
  return paths.indexOf(one) < paths.indexOf(other);
}

/** The definition at a path; null when there is none of that name, or none that can be seen. */
export function dagFileAt(dir: string, path: string): DagFile | null {
  const info = isDagPath(dir, path) ? visible(path) : null;
  if (!info || info.isDirectory) return null;
  const others = definitionPaths(withoutEnding(path));
  return others.slice(0, others.indexOf(path)).some((other) => dagFileAt(dir, other))
    ? null
    : dagFile(dir, path, info);
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
  for (const path of definitionPaths(`${dir}/${fileName}`)) {
    const file = dagFileAt(dir, path);
    if (file) return file;
  }
  return null;
}

/** Whether a file of that path may be a definition. */
export function isDagPath(dir: string, path: string): boolean {
  return path.startsWith(`${dir}/`) && isDefinitionFile(path) &&
    !/\/(?:\.|node_modules\/)/.test(path.slice(dir.length));
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

/** null for a module that is no definition. */
function dagFile(dir: string, path: string, info: Deno.FileInfo): DagFile | null {
  const stamp = isModule(path) ? moduleStamp(path, info) : stampOf(info);
  if (stamp === "") return null;
  const fileName = withoutEnding(path.slice(dir.length + 1));
  return { fileName, path, stamp, writtenAt: info.mtime?.getTime() ?? 0 };
}

/** "" for a module that is no definition, or cannot be read. */
function moduleStamp(path: string, info: Deno.FileInfo): string {
  try {
    if (!makesDefinition(readRegularIfExistsSync(path, MAX_MODULE) ?? "")) return "";
    const [, ...imported] = moduleFiles(path).values();
    return `${stampOf(info)}:${crc32(imported.join("\0"))}`;
  } catch {
    return "";
  }
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
    if (name.startsWith(".") || name === "node_modules") continue;
    if (!isDefinitionFile(path) && !isDirectory && !isSymlink) continue;
    const info = isDirectory ? null : visible(path);
    if (info && !info.isDirectory) {
      if (isDefinitionFile(path)) onFile(path, info);
    } else if ((isDirectory || info) && here.length < MAX_DEPTH && !(isSymlink && leadsUp(path, here))) {
      walk(path, here, onFile, onProblem);
    }
  }
}

function leadsUp(link: string, above: readonly string[]): boolean {
  return above.includes(Deno.realPathSync(link));
}
