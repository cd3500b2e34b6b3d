/**
 * The YAML texts that definitions in TypeScript stand for. A module is evaluated once for each change of its files:
 * who asks again gets what is kept in memory, and texts of working modules from the disk as well.
 */
import { DaguError } from "../../../core/errors.ts";
import { safeName } from "../../../core/names.ts";
import { moduleFiles } from "../../../platform/sandbox/module_files.ts";
import { basename } from "../../../platform/files/path.ts";
import { TextCache } from "../../../platform/files/text_cache.ts";
import { crc32 } from "../sealed_line.ts";

/** @throws DaguError when the module cannot be evaluated */
export type Evaluate = (file: string) => Promise<string>;

interface Kept {
  readonly files: readonly string[];
  readonly text: Promise<string>;
}

export class ModuleTexts {
  readonly #evaluate: Evaluate;
  readonly #cache: TextCache | null;
  readonly #kept = new Map<string, Kept>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param cacheDir folder in which texts are kept; "" keeps them in memory only */
  constructor(evaluate: Evaluate, cacheDir: string) {
    this.#evaluate = evaluate;
    this.#cache = cacheDir === "" ? null : new TextCache(cacheDir);
  }

  /** @throws DaguError when the module cannot be evaluated */
  async read(file: string): Promise<string> {
    const files = filesOf(file);
    const before = this.#kept.get(file);
    if (before && sameTexts(before.files, files)) return await before.text;
    const text = this.#textOf(file, files);
    this.#kept.set(file, { files, text });
    // Nobody may ask again.
    text.catch(() => {});
    return await text;
  }

  /** One after the other: each takes a process of its own. */
  #textOf(file: string, files: readonly string[]): Promise<string> {
    const entry = `module-${safeName(basename(file))}-${crc32(file)}.json`;
    const kept = this.#cache?.read(entry, files);
    if (typeof kept === "string") return Promise.resolve(kept);
    const text = this.#last.then(() => this.#evaluate(file)).then((text) => {
      // It may have changed while it was evaluated.
      if (sameTexts(files, filesOf(file))) this.#cache?.write(entry, files, text);
      return text;
    });
    this.#last = text.catch(() => {});
    return text;
  }
}

/** What tells whether a module has changed: paths and texts of its files. */
function filesOf(file: string): string[] {
  try {
    return [...moduleFiles(file)].flat();
  } catch (error) {
    if (error instanceof DaguError) throw new DaguError(`Cannot evaluate "${file}": ${error.message}`);
    throw error;
  }
}

function sameTexts(before: readonly string[], now: readonly string[]): boolean {
  return before.length === now.length && before.every((text, i) => text === now[i]);
}
