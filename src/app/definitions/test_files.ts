/** Finds the files that hold tests of workflows. */
import { readTextIfExistsSync, statIfExistsSync } from "../../platform/files/files.ts";
import { isFolder, listFolderSync } from "../../platform/folders/list_folder.ts";
import { join } from "../../platform/files/path.ts";

const MODULE = /[._]test\.m?ts$/;
const DEFINITION = /\.ya?ml$/;
/** Definitions are small: a larger file is none. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * What is named, and all files with tests in the folders that are named, by name. In folders, modules that do not
 * import the builder are tests of something else.
 */
export function testFiles(given: readonly string[]): string[] {
  return given.flatMap((path) => isFolder(path) ? inFolder(path) : [path]);
}

function inFolder(folder: string): string[] {
  return listFolderSync(folder).sort().flatMap((name) => {
    if (name.startsWith(".") || name === "node_modules") return [];
    const path = join(folder, name);
    if (isFolder(path)) return inFolder(path);
    return holdsTests(path) ? [path] : [];
  });
}

function holdsTests(path: string): boolean {
  const module = MODULE.test(path);
  if (!module && !DEFINITION.test(path)) return false;
  const info = statIfExistsSync(path);
  if (!info?.isFile || info.size > MAX_BYTES) return false;
  const text = readTextIfExistsSync(path) ?? "";
  return module ? text.includes("@x/dagu/dag") : /^tests[ \t]*:/m.test(text);
}
