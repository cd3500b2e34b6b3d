/** Finds the program that a name stands for, so that a missing one is told in words and not by a shell's 127. */
import { DaguError } from "../../../core/errors.ts";
import { isMissing, statIfExistsSync } from "../../files/files.ts";
import { resolve } from "../../files/path.ts";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const found = new Map<string, string>();

/** Exit codes that shells use for programs that cannot be started. */
const NOT_FOUND_CODE = 127;
export const NOT_EXECUTABLE_CODE = 126;

/**
 * Absolute path of a program. A name without a slash is looked for in `env.PATH`, one with a slash is relative to
 * `cwd`.
 * @throws DaguError with exit code 127 (missing) or 126 (no permission to run it).
 */
export function findProgram(name: string, env: Readonly<Record<string, string>>, cwd: string): string {
  if (name === "") throw cannotStart(name, "the command is empty", NOT_FOUND_CODE);
  if (name.includes("/")) {
    const path = resolve(cwd || Deno.cwd(), name);
    const state = look(path);
    if (state === "missing") throw cannotStart(name, "no such file or directory", NOT_FOUND_CODE);
    if (state === "unusable") throw cannotStart(name, "permission denied", NOT_EXECUTABLE_CODE);
    return path;
  }
  const search = env.PATH ?? DEFAULT_PATH;
  const key = `${search}\n${name}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  let unusable = false;
  for (const folder of search.split(":")) {
    const path = resolve(cwd || Deno.cwd(), folder, name);
    const state = look(path);
    unusable ||= state === "unusable";
    if (state !== "usable") continue;
    if (folder.startsWith("/")) found.set(key, path);
    return path;
  }
  if (unusable) throw cannotStart(name, "permission denied", NOT_EXECUTABLE_CODE);
  throw cannotStart(name, "executable file not found in PATH", NOT_FOUND_CODE);
}

function look(path: string): "usable" | "unusable" | "missing" {
  let info: Deno.FileInfo | null;
  try {
    info = statIfExistsSync(path);
  } catch (error) {
    if (isMissing(error)) return "missing";
    return "unusable";
  }
  if (!info) return "missing";
  return info.isFile && (info.mode === null || (info.mode & 0o111) !== 0) ? "usable" : "unusable";
}

function cannotStart(name: string, why: string, exitCode: number): DaguError {
  return new DaguError(`Cannot start "${name}": ${why}`, { exitCode });
}
