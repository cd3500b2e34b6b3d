/** Files beside a definition that its text names: what a worker without the folder needs. */
import { DaguError } from "../../core/errors.ts";
import { statIfExistsSync } from "../../platform/files/files.ts";
import { readRange } from "../../platform/logs/log_files.ts";
import { realPath } from "../../platform/files/real_path.ts";
import type { TaskFile } from "../../ports/task.ts";

/** All together: a message to a worker has 4 MB at most, and the definition is in it too. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_FILES = 200;
const CALLED = /\b(?:call|run|dag)\s*:\s*["']?([\w./-]+)/g;

/**
 * @param folder of the definition
 * @throws DaguError when they are too large
 */
export async function taskFiles(folder: string, definition: string): Promise<TaskFile[]> {
  const found = new Map<string, TaskFile>();
  const texts = [definition];
  let bytes = 0;
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const path of namesIn(text)) {
      if (found.has(path)) continue;
      const file = await read(folder, path);
      if (!file) continue;
      found.set(path, file);
      bytes += file.content.length;
      if (bytes > MAX_BYTES || found.size > MAX_FILES) throw tooLarge(folder);
      // A definition of a sub-DAG may name further ones.
      if (/\.ya?ml$/.test(path)) texts.push(new TextDecoder().decode(file.content));
    }
  }
  return [...found.values()];
}

/** Words that could be paths below the folder. */
function namesIn(text: string): Set<string> {
  const names = new Set<string>();
  for (const word of text.split(/[\s"'`,;:=(){}[\]<>|&]+/)) {
    const path = word.replace(/^(?:\.\/)+/, "");
    if (/^[\w.][\w./@+-]*$/.test(path) && !path.split("/").includes("..")) names.add(path);
  }
  for (const [, name] of text.matchAll(CALLED)) names.add(`${name}.yaml`).add(`${name}.yml`);
  return names;
}

/** null for what is no file, or stands elsewhere by way of a link. */
async function read(folder: string, path: string): Promise<TaskFile | null> {
  const info = statIfExistsSync(`${folder}/${path}`);
  if (!info?.isFile) return null;
  if (!(await realPath(`${folder}/${path}`))?.startsWith(`${await realPath(folder)}/`)) return null;
  if (info.size > MAX_BYTES) throw tooLarge(folder);
  const content = readRange(`${folder}/${path}`, 0, info.size);
  return { path, content, executable: ((info.mode ?? 0) & 0o111) !== 0 };
}

function tooLarge(folder: string): DaguError {
  return new DaguError(
    `Cannot send the files that the definition names in "${folder}" to a worker: they are more than ${MAX_FILES}, or ` +
      `have more than ${MAX_BYTES} bytes; give the worker the folder (worker.storage: shared)`,
  );
}
