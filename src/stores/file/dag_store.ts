/** Definitions in files: finds them by path or name and loads them over the base configuration. */
import type { Dag } from "../../core/dag.ts";
import { DaguError, messageOf } from "../../core/errors.ts";
import { statIfExistsSync } from "../../platform/files.ts";
import { basename, extname, resolve } from "../../platform/path.ts";
import type { DagStore, LoadOptions } from "../../ports/dag_store.ts";
import { loadDag, MAX_TEXT, type SpecText } from "../../spec/load.ts";
import { suggest } from "../../core/suggest.ts";
import { namesIn } from "./run_tree.ts";

export interface FileDagStoreOptions {
  readonly dagsDir: string;
  /** File that every definition inherits from; it may be missing. */
  readonly baseConfig: string;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Home folder of the user, for `~/`; "" when there is none. */
  readonly userHome: string;
}

export class FileDagStore implements DagStore {
  readonly #options: FileDagStoreOptions;

  constructor(options: FileDagStoreOptions) {
    this.#options = options;
  }

  load(nameOrPath: string, options: LoadOptions = {}): Promise<Dag> {
    return Promise.resolve().then(() => {
      const file = this.#find(nameOrPath);
      const base = this.#readBase();
      return loadDag({ text: readText(file), file, base, isSubDag: options.asSubDag });
    });
  }

  async nameOf(nameOrPath: string): Promise<string> {
    try {
      return (await this.load(nameOrPath)).name;
    } catch {
      // Its file may be gone or broken; the history still has its name.
      const name = basename(nameOrPath);
      return isYaml(name) ? name.slice(0, -extname(name).length) : name;
    }
  }

  /** Where a definition may stand, in order. */
  #candidates(given: string): string[] {
    const { dagsDir, cwd, userHome } = this.#options;
    const path = given.startsWith("~/") && userHome !== "" ? userHome + given.slice(1) : given;
    const local = resolve(cwd, path);
    const named = resolve(dagsDir, path);
    if (path.startsWith("/")) return [local];
    return [local, ...isYaml(path) ? [named] : [`${local}.yaml`, `${named}.yaml`, `${named}.yml`]];
  }

  /** @throws DaguError that names the places that were looked at. */
  #find(given: string): string {
    if (given === "" || given.includes("\0")) {
      throw new DaguError(`Cannot load the DAG "${given}": a name or path is needed`);
    }
    const candidates = this.#candidates(given);
    for (const path of candidates) {
      const info = statIfExistsSync(path);
      // A folder beside the file must not hide it.
      if (info && (info.isFile || !info.isDirectory)) return path;
    }
    const folder = candidates.find((path) => statIfExistsSync(path)?.isDirectory);
    if (folder) throw new DaguError(`Cannot load the DAG "${given}": "${folder}" is a folder, not a file`);
    const hint = nearest(basename(given), this.#options.dagsDir);
    throw new DaguError(
      `Cannot load the DAG "${given}": no such file, looked for ${candidates.join(", ")}${
        hint && `; did you mean "${hint}"?`
      }`,
    );
  }

  #readBase(): SpecText | null {
    const file = this.#options.baseConfig;
    if (file === "" || statIfExistsSync(file) === null) return null;
    return { text: readText(file), file };
  }
}

function isYaml(name: string): boolean {
  return name.endsWith(".yaml") || name.endsWith(".yml");
}

/** Only regular files are opened: a pipe or device would hang the program or flood it. */
function readText(path: string): string {
  const info = statIfExistsSync(path);
  if (info === null) throw new DaguError(`Cannot read "${path}": no such file`);
  if (!info.isFile) throw new DaguError(`Cannot read "${path}": it is not a regular file`);
  // One character takes at most four bytes.
  if (info.size > 4 * MAX_TEXT) {
    throw new DaguError(
      `Cannot read "${path}": ${info.size} bytes, at most ${MAX_TEXT} characters are allowed`,
    );
  }
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new DaguError(`Cannot read "${path}": ${messageOf(error)}`, { cause: error });
  }
}

/** The name of a DAG in a folder that the given one was meant to be; "" when none is near. */
function nearest(given: string, dir: string): string {
  const names = namesIn(dir).filter(isYaml).map((name) => name.slice(0, -extname(name).length));
  return suggest(given, names);
}
