/** Definitions as texts in the folder of definitions: read, saved, renamed, removed, suspended. */
import { DaguError } from "../../../core/errors.ts";
import { checkDagName } from "../../../core/names.ts";
import {
  createFileSync,
  durableReplace,
  ensureDirSync,
  isMissing,
  readRegularIfExistsSync,
  removeIfExistsSync,
  statIfExistsSync,
  syncDir,
} from "../../../platform/files/files.ts";
import { dirname, extname } from "../../../platform/files/path.ts";
import { type DagFile, findDagFile, listDagFiles } from "./dag_folder.ts";
import { withLock } from "../locks.ts";
import { namesIn } from "../runs/run_tree.ts";
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
    return entry && statIfExistsSync(entry.path)?.isFile ? readRegularIfExistsSync(entry.path) : null;
  }

  /**
   * Makes a new file.
   * @returns false when there is one of that name
   * @throws DaguError for a name that must not be used
   */
  async create(fileName: string, text: string): Promise<boolean> {
    const path = newPath(this.#roots.dagsDir, fileName, ".yaml");
    return await this.#alone(async () => {
      if (this.find(fileName) || isTaken(path)) return false;
      // One that a removal which was interrupted may have left.
      await this.suspend(fileName, false);
      ensureDirSync(this.#roots.dagsDir);
      await durableReplace(path, text);
      return true;
    });
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
    return await this.#alone(async () => {
      if (this.find(to) || isTaken(path)) return false;
      // Under each of its names, at any instant, its schedules do what they did.
      await this.suspend(to, this.isSuspended(from.fileName));
      Deno.renameSync(from.path, path);
      await syncDir(dirname(path));
      await this.suspend(from.fileName, false);
      return true;
    });
  }

  /** Removes a definition and its suspension: a new one of the same name begins anew. */
  async remove(entry: DagFile): Promise<void> {
    removeIfExistsSync(entry.path);
    await syncDir(dirname(entry.path));
    await this.suspend(entry.fileName, false);
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

  async suspend(fileName: string, suspended: boolean): Promise<void> {
    const { suspendFlagsDir } = this.#roots;
    const flag = suspendFlag(suspendFlagsDir, fileName);
    if (!suspended) {
      if (!removeIfExistsSync(flag)) return;
    } else {
      ensureDirSync(suspendFlagsDir);
      createFileSync(flag, "");
    }
    await syncDir(suspendFlagsDir);
  }

  /** A name is not given twice: a rename replaces what is there. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    return withLock(`${this.#roots.suspendFlagsDir}/.lock`, work);
  }
}

/** @throws DaguError for a name that must not be used */
function newPath(folder: string, name: string, ending: string): string {
  const problem = checkDagName(name);
  if (problem !== "") throw new DaguError(problem);
  return `${folder}/${name}${ending}`;
}

/** Also by what is no definition: a folder, a link that leads nowhere. */
function isTaken(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
