/** A log file that is put aside when it is long: `x.log`, then `x.log.1` and so on, the oldest with the greatest number. */
import { ensureDirSync, removeIfExistsSync, statIfExistsSync } from "../files/files.ts";
import { dirname } from "../files/path.ts";

export interface RotatingLogOptions {
  readonly path: string;
  /** A file that is longer is put aside. */
  readonly maxBytes: number;
  /** Files that were put aside and stay. */
  readonly keep: number;
}

export class RotatingLog {
  readonly #options: RotatingLogOptions;
  readonly #encoder = new TextEncoder();
  #file: Deno.FsFile | null = null;
  #size = 0;

  constructor(options: RotatingLogOptions) {
    this.#options = options;
  }

  /** Adds a text, whole lines. What the disk does not take is dropped: a service does not end because of its log. */
  write(text: string): void {
    const bytes = this.#encoder.encode(text);
    try {
      if (this.#size + bytes.length > this.#options.maxBytes) this.#rotate();
      this.#size += (this.#file ??= this.#open()).writeSync(bytes);
    } catch {
      this.close();
    }
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  #open(): Deno.FsFile {
    const { path } = this.#options;
    ensureDirSync(dirname(path));
    const file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
    this.#size = file.statSync().size;
    return file;
  }

  #rotate(): void {
    const { path, keep } = this.#options;
    this.close();
    // Another process may have put it aside already.
    if ((statIfExistsSync(path)?.size ?? 0) * 2 < this.#options.maxBytes) return;
    removeIfExistsSync(`${path}.${keep}`);
    for (let n = keep - 1; n >= 0; n--) {
      const from = n === 0 ? path : `${path}.${n}`;
      if (statIfExistsSync(from)) Deno.renameSync(from, `${path}.${n + 1}`);
    }
    this.#size = 0;
  }
}
