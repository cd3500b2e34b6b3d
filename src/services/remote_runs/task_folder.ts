/** The folder of a task on a worker without the coordinator's: the files of the definition, and the history meanwhile. */
import { DaguError } from "../../core/errors.ts";
import { createFileSync, ensureDirSync, removeIfExistsSync } from "../../platform/files/files.ts";
import { dirname } from "../../platform/files/path.ts";
import type { TaskFile } from "../../ports/task.ts";

/** Below the folder of the task. */
export const DEFINITION_FOLDER = "files";

/** @throws DaguError when a path leads out of the folder */
export function makeTaskFolder(folder: string, files: readonly TaskFile[]): void {
  removeTaskFolder(folder);
  ensureDirSync(`${folder}/${DEFINITION_FOLDER}`);
  for (const { path, content, executable } of files) {
    if (path === "" || path.startsWith("/") || path.split("/").some((part) => part === ".." || part === "")) {
      throw new DaguError(`Cannot take the file "${path}" of a task: its path leads elsewhere`);
    }
    const place = `${folder}/${DEFINITION_FOLDER}/${path}`;
    ensureDirSync(dirname(place));
    createFileSync(place, content, executable ? 0o700 : 0o600);
  }
}

export function removeTaskFolder(folder: string): void {
  removeIfExistsSync(folder, { recursive: true });
}
