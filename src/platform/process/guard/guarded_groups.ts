/**
 * The process groups that a guard is to end, in a file that it reads when its agent is dead: nobody is woken when one
 * comes or goes. A line each, of one width, so that the file grows with what runs at once only.
 */
import { removeIfExistsSync } from "../../files/files.ts";

/** No number of a process has so many digits. */
const WIDTH = 12;

export class GuardedGroups {
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  readonly #lines = new Map<number, number>();
  /** Lines that still name a group that has ended, and empty ones. */
  #ended: number[] = [];
  #empty: number[] = [];

  /** Makes the file, for nobody else. It must not be there. */
  constructor(path: string) {
    this.path = path;
    this.#file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  }

  /** In the file when it returns, so that a kill does not lose it. */
  add(pgid: number): void {
    const line = this.#ended.pop() ?? this.#empty.pop() ?? this.#lines.size;
    this.#write(line, String(pgid));
    this.#lines.set(pgid, line);
    for (const old of this.#ended) this.#write(old, "");
    this.#empty.push(...this.#ended);
    this.#ended = [];
  }

  /** Its line goes together with the coming of the next group. */
  remove(pgid: number): void {
    const line = this.#lines.get(pgid);
    if (line === undefined) return;
    this.#lines.delete(pgid);
    this.#ended.push(line);
  }

  close(): void {
    this.#file.close();
    removeIfExistsSync(this.path);
  }

  #write(line: number, text: string): void {
    try {
      this.#file.seekSync(line * WIDTH, Deno.SeekMode.Start);
      this.#file.writeSync(this.#encoder.encode(`${text.padEnd(WIDTH - 1)}\n`));
    } catch {
      // Steps that cannot be guarded in this way carry their mark, by which they are found as well.
    }
  }
}
