/** Definitions as texts in the folder of definitions: read, saved, renamed, removed, suspended. */
import { DaguError } from "../../core/errors.ts";
import { checkDagName, safeName } from "../../core/names.ts";
import {
  createFileSync,
  durableReplace,
  ensureDirSync,
  readTextIfExistsSync,
  removeIfExistsSync,
  statIfExistsSync,
  syncDir,
} from "../../platform/files.ts";
import { type DagFileEntry, fileStamp, listDagFiles } from "./dag_texts.ts";
import { suspendFlag } from "./layout.ts";
import { namesIn } from "./run_tree.ts";

export interface DagFilesRoots {
  readonly dagsDir: string;
  readonly suspendFlagsDir: string;
}

export class DagFiles {
  readonly #roots: DagFilesRoots;

  constructor(roots: DagFilesRoots) {
    this.#roots = roots;
  }

  /** Paths are only made of names that the folder holds, whatever was asked for. */
  find(fileName: string): DagFileEntry | null {
    if (/[/\0]/.test(fileName)) return null;
    for (const ending of [".yaml", ".yml"]) {
      const path = `${this.#roots.dagsDir}/${fileName}${ending}`;
      const stamp = fileName.startsWith(".") ? "" : fileStamp(path);
      if (stamp !== "") return { fileName, path, stamp };
    }
    return null;
  }

  list(): DagFileEntry[] {
    return listDagFiles(this.#roots.dagsDir);
  }

  /** null when there is no such definition. */
  text(fileName: string): string | null {
    const entry = this.find(fileName);
    return entry && readTextIfExistsSync(entry.path);
  }

  /**
   * Makes a new file.
   * @returns false when there is one of that name
   * @throws DaguError for a name that must not be used
   */
  async create(fileName: string, text: string): Promise<boolean> {
    const path = this.#newPath(fileName);
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
   * Gives a definition another name; its suspension goes with it.
   * @returns false when there is one of that name already
   * @throws DaguError for a name that must not be used
   */
  async rename(from: DagFileEntry, to: string): Promise<boolean> {
    const path = this.#newPath(to);
    if (this.find(to)) return false;
    // A link never replaces what is there, as a rename would.
    try {
      Deno.linkSync(from.path, path);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    }
    Deno.removeSync(from.path);
    await syncDir(this.#roots.dagsDir);
    if (this.isSuspended(from.fileName)) this.suspend(to, true);
    this.suspend(from.fileName, false);
    return true;
  }

  /** Removes a definition and its suspension: a new one of the same name begins anew. */
  async remove(entry: DagFileEntry): Promise<void> {
    removeIfExistsSync(entry.path);
    this.suspend(entry.fileName, false);
    await syncDir(this.#roots.dagsDir);
  }

  isSuspended(fileName: string): boolean {
    return fileStamp(suspendFlag(this.#roots.suspendFlagsDir, fileName)) !== "";
  }

  /** Which of many definitions are suspended: a function that reads nothing more. */
  suspended(): (fileName: string) => boolean {
    const flags = new Set(namesIn(this.#roots.suspendFlagsDir));
    return (fileName) => flags.has(`${safeName(fileName)}.suspend`);
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

  #newPath(fileName: string): string {
    const problem = checkDagName(fileName);
    if (problem !== "") throw new DaguError(problem);
    return `${this.#roots.dagsDir}/${fileName}.yaml`;
  }
}
