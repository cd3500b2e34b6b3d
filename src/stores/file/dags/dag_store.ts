/** Definitions in files: finds them by path or name and loads them over the base configuration. */
import type { StepKind } from "../../../core/executor_manifest.ts";
import type { Dag } from "../../../core/dag.ts";
import { definitionPaths, isModule } from "../../../core/definition_file.ts";
import { DaguError, messageOf, SpecError } from "../../../core/errors.ts";
import { safeName } from "../../../core/names.ts";
import { readRegularIfExistsSync, statIfExistsSync } from "../../../platform/files/files.ts";
import { basename, extname, resolve } from "../../../platform/files/path.ts";
import { TextCache } from "../../../platform/files/text_cache.ts";
import type { DagStore, LoadOptions } from "../../../ports/dag_store.ts";
import type * as Loader from "../../../spec/load.ts";
import type { SpecText } from "../../../spec/load.ts";
import type { Evaluate } from "./module_texts.ts";
import { crc32 } from "../sealed_line.ts";

export interface FileDagStoreOptions {
  readonly dagsDir: string;
  /** File that every definition inherits from; it may be missing. */
  readonly baseConfig: string;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Home folder of the user, for `~/`; "" when there is none. */
  readonly userHome: string;
  /** Kinds of steps besides those of the language; none unless given. */
  readonly executors?: readonly StepKind[];
  /** Folder in which loaded definitions are kept; "" keeps none. */
  readonly cacheDir: string;
  /** The YAML text that a definition in TypeScript stands for; without it there are none. */
  readonly evaluate?: Evaluate;
}

export interface DagText {
  readonly file: string;
  readonly text: string;
  /** The file is a module, and the text what came of it. */
  readonly typeScript: boolean;
}

/**
 * @param glance a look is enough, and need not find every mistake
 * @throws DaguError
 */
export type DefinitionReader<T> = (file: string, glance: boolean) => Promise<T | Dag>;

/** A larger file is refused before it is read; the exact limit, in characters, is the loader's. */
const MAX_BYTES = 4 * 1024 * 1024;

export class FileDagStore implements DagStore {
  readonly #options: FileDagStoreOptions;
  readonly #cache: TextCache | null;
  #loader: Promise<typeof Loader> | null = null;

  constructor(options: FileDagStoreOptions) {
    this.#options = options;
    this.#cache = options.cacheDir === "" ? null : new TextCache(options.cacheDir);
  }

  async load(nameOrPath: string, options: LoadOptions = {}): Promise<Dag> {
    const file = await this.#find(nameOrPath, options.folders);
    const base = this.#readBase();
    const isSubDag = options.asSubDag ?? false;
    const found = await this.#textIn(file);
    const { text } = found;
    const entry = `dag-${safeName(basename(file))}-${crc32(file)}${isSubDag ? "-sub" : ""}.json`;
    const kept = this.#cache?.read(entry, [file, text, base]);
    if (kept !== undefined) return kept as Dag;
    const dag = await this.#parseOf(found, base, isSubDag);
    this.#cache?.write(entry, [file, text, base], dag);
    return dag;
  }

  /**
   * Reads many definitions by their absolute paths, over the base configuration as it is when the first one is read.
   * Nothing is kept of them: most are not run soon.
   * @param look what to see in a text before it is loaded, if that is all that is wanted of it
   */
  reader<T>(look: (base: string | null) => (text: SpecText) => T | null): DefinitionReader<T> {
    let base: { readonly text: string | null; readonly see: (text: SpecText) => T | null } | null = null;
    return async (file, glance) => {
      if (!base) {
        const text = this.#readBase();
        base = { text, see: look(text) };
      }
      const found = await this.#textIn(file);
      return (glance ? base.see(found) : null) ?? await this.#parseOf(found, base.text, false);
    };
  }

  async #parse(
    text: string,
    file: string,
    base: string | null,
    isSubDag: boolean,
    name?: string,
  ): Promise<Dag> {
    const { loadDag } = await (this.#loader ??= import("../../../spec/load.ts"));
    const baseText = base === null ? null : { text: base, file: this.#options.baseConfig };
    return loadDag({ text, file, name, base: baseText, isSubDag, executors: this.#options.executors });
  }

  /** The text of a definition; for one in TypeScript the YAML that it stands for. */
  async textOf(nameOrPath: string): Promise<DagText> {
    return await this.#textIn(await this.#find(nameOrPath));
  }

  async #textIn(file: string): Promise<DagText> {
    const typeScript = isModule(file);
    return { file, typeScript, text: typeScript ? await this.#evaluate(file) : readText(file) };
  }

  /** Reads a definition once, for who needs its text as well. */
  async loadWithText(nameOrPath: string): Promise<DagText & { readonly dag: Dag }> {
    const found = await this.textOf(nameOrPath);
    return { ...found, dag: await this.#parseOf(found, this.#readBase(), false) };
  }

  /** As {@link load}, for a text that comes from elsewhere. @param name of a definition that says none */
  async read(text: string, name = "", options: LoadOptions = {}): Promise<Dag> {
    return await this.#parse(text, "", this.#readBase(), options.asSubDag ?? false, name);
  }

  async nameOf(nameOrPath: string): Promise<string> {
    try {
      return (await this.load(nameOrPath)).name;
    } catch {
      // Its file may be gone or broken; the history still has its name.
      const name = basename(nameOrPath);
      return isFile(name) ? name.slice(0, -extname(name).length) : name;
    }
  }

  async #parseOf({ file, text, typeScript }: DagText, base: string | null, isSubDag: boolean): Promise<Dag> {
    try {
      return await this.#parse(text, file, base, isSubDag);
    } catch (error) {
      if (typeScript && error instanceof SpecError) {
        const { inWhole } = await import("./dag_texts.ts");
        throw new SpecError(error.issues.map((issue) => inWhole(issue, file)));
      }
      throw error;
    }
  }

  async #evaluate(file: string): Promise<string> {
    const { evaluate } = this.#options;
    if (evaluate) return await evaluate(file);
    throw new DaguError(`Cannot load the DAG "${file}": it is no YAML file`);
  }

  /** Where a definition may stand, in order. */
  #candidates(given: string, folders: readonly string[] | undefined): string[] {
    const { dagsDir, cwd, userHome } = this.#options;
    const path = given.startsWith("~/") && userHome !== "" ? userHome + given.slice(1) : given;
    const local = resolve(cwd, path);
    const named = resolve(dagsDir, path);
    if (path.startsWith("/")) return [local];
    if (folders) {
      const places = [dagsDir, ...folders].map((folder) => resolve(folder, path));
      return [...new Set(isFile(path) ? places : places.flatMap(definitionPaths))];
    }
    if (isFile(path)) return [local, named];
    const here = `${local}.yaml`;
    // A bare name means the same DAG in every folder that has a file of that name.
    return /^\.\.?\//.test(path)
      ? [local, here, ...definitionPaths(named)]
      : [local, ...definitionPaths(named), here];
  }

  /** @throws DaguError that names the places that were looked at. */
  async #find(given: string, folders?: readonly string[]): Promise<string> {
    if (given === "" || given.includes("\0")) {
      throw new DaguError(`Cannot load the DAG "${given}": a name or path is needed`);
    }
    const candidates = this.#candidates(given, folders);
    for (const path of candidates) {
      const info = statIfExistsSync(path);
      // A folder beside the file must not hide it.
      if (info && (info.isFile || !info.isDirectory)) return path;
    }
    const folder = candidates.find((path) => statIfExistsSync(path)?.isDirectory);
    if (folder) throw new DaguError(`Cannot load the DAG "${given}": "${folder}" is a folder, not a file`);
    const hint = await nearest(basename(given), this.#options.dagsDir);
    throw new DaguError(
      `Cannot load the DAG "${given}": no such file, looked for ${candidates.join(", ")}${
        hint && `; did you mean "${hint}"?`
      }`,
    );
  }

  /** Text of the base configuration, null when there is none. */
  #readBase(): string | null {
    const file = this.#options.baseConfig;
    return file === "" || statIfExistsSync(file) === null ? null : readText(file);
  }
}

/** Whether a word is meant as the name of a file. */
function isFile(name: string): boolean {
  return name.endsWith(".yaml") || name.endsWith(".yml") || isModule(name);
}

/** Only regular files are opened: a pipe or device would hang the program or flood it. */
function readText(path: string): string {
  let text: string | null;
  try {
    text = readRegularIfExistsSync(path, MAX_BYTES);
  } catch (error) {
    if (error instanceof DaguError) throw error;
    throw new DaguError(`Cannot read "${path}": ${messageOf(error)}`, { cause: error });
  }
  if (text === null) throw new DaguError(`Cannot read "${path}": no such file`);
  return text;
}

/** The name of a DAG in a folder that the given one was meant to be; "" when none is near. */
async function nearest(given: string, dir: string): Promise<string> {
  const [{ suggest }, { listDagFiles }] = await Promise.all([
    import("../../../core/text/suggest.ts"),
    import("./dag_folder.ts"),
  ]);
  const names = listDagFiles(dir).map((file) => file.fileName);
  return names.find((name) => name.endsWith(`/${given}`)) ?? suggest(given, names);
}
