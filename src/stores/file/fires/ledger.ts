/** A log of sealed lines in files of bounded size and number. */
import { ensureDir, removeIfExistsSync, statIfExistsSync } from "../../../platform/files/files.ts";
import { Journal } from "../../../platform/files/journal.ts";
import { soundText } from "../../../platform/files/sound_text.ts";
import { utcStamp } from "../layout.ts";
import { namesIn } from "../runs/run_tree.ts";
import { openLine, sealLine } from "../sealed_line.ts";

const SEGMENT_BYTES = 8 << 20;
const MAX_SEGMENTS = 16;
const LOOK_EVERY = 500;

export class Ledger {
  readonly #dir: string;
  #journal: Journal | null = null;
  #path = "";
  #untilLook = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Appends a line; {@link flush} brings it to the disk. @param at names a new file, Unix milliseconds */
  async append(member: object, at: number): Promise<void> {
    const journal = await this.#open(at);
    journal.append(sealLine(JSON.stringify(member)));
  }

  async flush(): Promise<void> {
    await this.#journal?.flush();
  }

  /** What was appended, newest first, an empty object for a line that is not sound; files are read one by one. */
  async *newestFirst(): AsyncGenerator<Record<string, unknown>> {
    for (const name of this.#segments().reverse()) {
      const lines = soundText(`${this.#dir}/${name}`).split("\n");
      for (const line of lines.reverse()) {
        const { crc: _, ...member } = openLine(line) ?? {};
        yield member;
      }
    }
  }

  /** Removes files that nothing was added to since a time. */
  removeBefore(before: number): void {
    for (const name of this.#segments()) {
      const path = `${this.#dir}/${name}`;
      const changed = statIfExistsSync(path)?.mtime?.getTime() ?? before;
      if (changed < before && path !== this.#path) removeIfExistsSync(path);
    }
  }

  async close(): Promise<void> {
    await this.#journal?.close();
    this.#journal = null;
  }

  /** The file that is written now. Several processes may append to one: lines are whole. */
  async #open(at: number): Promise<Journal> {
    if (this.#journal && this.#untilLook-- > 0) return this.#journal;
    this.#untilLook = LOOK_EVERY;
    const newest = this.#segments().at(-1);
    const size = newest ? statIfExistsSync(`${this.#dir}/${newest}`)?.size ?? 0 : SEGMENT_BYTES;
    const path = `${this.#dir}/${size < SEGMENT_BYTES ? newest : `${utcStamp(at)}.jsonl`}`;
    if (this.#journal && path === this.#path && statIfExistsSync(path)) return this.#journal;
    await ensureDir(this.#dir, { durable: true });
    const old = this.#journal;
    this.#journal = Journal.open(path);
    this.#path = path;
    await old?.close();
    for (const name of this.#segments().slice(0, -MAX_SEGMENTS)) removeIfExistsSync(`${this.#dir}/${name}`);
    return this.#journal;
  }

  /** Names of the files, oldest first. */
  #segments(): string[] {
    return namesIn(this.#dir).filter((name) => /^\d{8}_\d{6}\.jsonl$/.test(name)).sort();
  }
}
