/** Definitions as texts in the folder of definitions: read, saved, renamed, removed, suspended. */
import { DaguError } from "../../core/errors.ts";
import { checkDagName } from "../../core/names.ts";
import {
  createFileSync,
  durableReplace,
  ensureDirSync,
  readTextIfExistsSync,
  removeIfExistsSync,
  statIfExistsSync,
  syncDir,
} from "../../platform/files.ts";
import { dirname, extname } from "../../platform/path.ts";
import { type DagFile, findDagFile, listDagFiles } from "./dag_folder.ts";
import { namesIn } from "./run_tree.ts";
import { isSuspended, suspendFlag, suspendFlagName } from "./suspension.ts";

export interface DagFilesRoots {
  readonly dagsDir: string;
  readonly suspendFlagsDir: string;
}

export class DagFiles {
  readonly #roots: DagFilesRoots;

  constructor(roots: DagFilesRoots) {
    this.#roots = roots;
  }

  find(fileName: string): DagFile | null {
    return findDagFile(this.#roots.dagsDir, fileName);
  }

  list(): DagFile[] {
    return listDagFiles(this.#roots.dagsDir);
  }

  /** null when there is no such definition. */
  text(fileName: string): string | null {
    const entry = this.find(fileName);
    // A pipe would make the reader wait.
    return entry && statIfExistsSync(entry.path)?.isFile ? readTextIfExistsSync(entry.path) : null;
  }

  /**
   * Makes a new file.
   * @returns false when there is one of that name
   * @throws DaguError for a name that must not be used
   */
  async create(fileName: string, text: string): Promise<boolean> {
    const path = newPath(this.#roots.dagsDir, fileName, ".yaml");
    if (this.find(fileName)) return false;
    ensureDirSync(this.#roots.dagsDir);
    if (!createFileSync(path, "")) return false;
    await durableReplace(path, text);
    return true;
  }

  /** @returns false when there is no such definition */
  async save(fileName: string, text: string): Promise<boolean> {
    const entry = this.find(fileName);
    if (!entry) return false;
    await durableReplace(entry.path, text);
    return true;
  }

  /**
   * Gives a definition another name, in the folder in which it stands; its suspension goes with it.
   * @param name without folders
   * @returns false when there is one of that name already
   * @throws DaguError for a name that must not be used
   */
  async rename(from: DagFile, name: string): Promise<boolean> {
    const to = from.fileName.replace(/[^/]*$/, name);
    const path = newPath(dirname(from.path), name, extname(from.path));
    if (this.find(to)) return false;
    // A link never replaces what is there, as a rename would.
    try {
      Deno.linkSync(from.path, path);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    }
    Deno.removeSync(from.path);
    await syncDir(dirname(path));
    if (this.isSuspended(from.fileName)) this.suspend(to, true);
    this.suspend(from.fileName, false);
    return true;
  }

  /** Removes a definition and its suspension: a new one of the same name begins anew. */
  async remove(entry: DagFile): Promise<void> {
    removeIfExistsSync(entry.path);
    this.suspend(entry.fileName, false);
    await syncDir(dirname(entry.path));
  }

  isSuspended(fileName: string): boolean {
    return isSuspended(this.#roots.suspendFlagsDir, fileName);
  }

  /** Which of many definitions are suspended: a function that reads nothing more. */
  suspended(): (fileName: string) => boolean {
    const flags = new Set(namesIn(this.#roots.suspendFlagsDir));
    return (fileName) => flags.has(suspendFlagName(fileName));
  }

  /** Changes when a suspension does. */
  suspendedMark(): string {
    return String(statIfExistsSync(this.#roots.suspendFlagsDir)?.mtime?.getTime() ?? 0);
  }

  suspend(fileName: string, suspended: boolean): void {
    const flag = suspendFlag(this.#roots.suspendFlagsDir, fileName);
    if (!suspended) removeIfExistsSync(flag);
    else {
      ensureDirSync(this.#roots.suspendFlagsDir);
      createFileSync(flag, "");
    }
  }
}

/** @throws DaguError for a name that must not be used */
function newPath(folder: string, name: string, ending: string): string {
  const problem = checkDagName(name);
  if (problem !== "") throw new DaguError(problem);
  return `${folder}/${name}${ending}`;
}
