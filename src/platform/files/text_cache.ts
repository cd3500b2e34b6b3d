/**
 * Keeps what was made from texts: reading it back is cheaper than making it again, and needs none of the code that
 * makes it. An entry counts only for the very texts that it was made from and for one version of the program, so the
 * folder may be deleted at any moment.
 */
import { VERSION } from "../../core/version.ts";
import { ensureDirSync, existsSync, readRegularIfExistsSync, replaceFileSync } from "./files.ts";
import { dirname } from "./path.ts";

/** Larger texts are rare, and cheap in comparison with what is done with them. */
const MAX_CHARACTERS = 256 * 1024;

interface Entry {
  readonly version: string;
  readonly texts: readonly (string | null)[];
  readonly value: unknown;
}

export class TextCache {
  readonly #dir: string;

  /** @param dir folder of the entries */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** What was made from these texts, or undefined. Never throws. @param name file name of the entry */
  read(name: string, texts: readonly (string | null)[]): unknown {
    try {
      const path = `${this.#dir}/${name}`;
      const json = readRegularIfExistsSync(path);
      if (json === null) return undefined;
      const entry = JSON.parse(json) as Entry;
      const same = entry.version === VERSION && entry.texts.length === texts.length &&
        entry.texts.every((text, i) => text === texts[i]);
      return same ? entry.value : undefined;
    } catch {
      return undefined;
    }
  }

  /** Keeps a plain value; where that cannot be done, the next one is made anew. */
  write(name: string, texts: readonly (string | null)[], value: unknown): void {
    if (texts.some((text) => (text?.length ?? 0) > MAX_CHARACTERS)) return;
    // A command that only looks must not make the home folder.
    if (!existsSync(dirname(this.#dir))) return;
    try {
      ensureDirSync(this.#dir);
      replaceFileSync(
        `${this.#dir}/${name}`,
        JSON.stringify({ version: VERSION, texts, value } satisfies Entry),
      );
    } catch {
      // A folder that cannot be written, a full disk: whoever has to write there will say so.
    }
  }
}
