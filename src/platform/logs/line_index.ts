/**
 * Where the lines of a large file begin, sparsely: the number of lines before every block of the file. Any line is
 * found by one look into this table and one block that is read. The table follows a file that grows, and is kept
 * beside the file, so that it is made once.
 */
import { readTailSync, replaceFileSync, statIfExistsSync } from "../files/files.ts";
import { readRange } from "./log_files.ts";
import { pause } from "../time/timer.ts";

/** Bytes of a block. */
export const BLOCK = 64 * 1024;
/** A table of a smaller file is made again faster than it is read. */
const WORTH_KEEPING = 64 * BLOCK;
/** Longest piece of work in one go, in milliseconds. */
const SLICE_MS = 8;

const ENDING = ".lines";
const MARK = 0x64_6c_69_31;
const NEWLINE = 10;

export interface LinePlace {
  /** Where a block begins that holds the line, or the end of the line before it. */
  readonly offset: number;
  /** Number of line ends before that block. */
  readonly before: number;
}

export class LineIndex {
  readonly path: string;
  #inode = 0;
  /** Line ends before block `i`. */
  #before: number[] = [0];
  /** Size of the file when it was looked at last. */
  #size = 0;
  /** Line ends in the last block, which is not full. */
  #tailEnds = 0;
  #endsWithNewline = true;
  #keptBlocks = 0;
  #updating: Promise<void> | null = null;

  constructor(path: string) {
    this.path = path;
    this.#load();
  }

  /** Bytes that are known. */
  get size(): number {
    return this.#size;
  }

  /** Lines that are known; one without an end counts. */
  get lines(): number {
    return this.#before.at(-1)! + this.#tailEnds + (this.#endsWithNewline ? 0 : 1);
  }

  /** Whether the last line that is known has no end yet. */
  get open(): boolean {
    return !this.#endsWithNewline;
  }

  /** Whether nothing was added since the last {@link update}. */
  isCurrent(): boolean {
    const info = statIfExistsSync(this.path);
    return (info?.size ?? 0) === this.#size && (info?.ino ?? 0) === this.#inode;
  }

  /** Takes in what was added to the file. Large files take a while; others get their turn meanwhile. */
  update(): Promise<void> {
    return this.#updating ??= this.#update().finally(() => this.#updating = null);
  }

  /** The block in which a line begins. @param line counts from 1 */
  locate(line: number): LinePlace {
    // The line begins behind the end of the one before it.
    const ends = line - 1;
    let low = 0;
    let high = this.#before.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#before[middle] < ends || ends === 0 && middle === 0) low = middle;
      else high = middle - 1;
    }
    return { offset: low * BLOCK, before: this.#before[low] };
  }

  /** Number of line ends before an offset; of the file as it was at the last {@link update}. */
  endsBefore(offset: number): number {
    const end = Math.min(offset, this.#size);
    const block = Math.floor(end / BLOCK);
    const rest = end - block * BLOCK;
    const inside = rest === 0 ? 0 : countEnds(readRange(this.path, block * BLOCK, rest));
    return this.#before[block]! + inside;
  }

  async #update(): Promise<void> {
    const info = statIfExistsSync(this.path);
    const size = info?.isFile ? info.size : 0;
    if ((info?.ino ?? 0) !== this.#inode || size < this.#size) this.#forget(info?.ino ?? 0);
    let start = performance.now();
    for (let at = (this.#before.length - 1) * BLOCK; at < size; at += BLOCK) {
      const bytes = readRange(this.path, at, Math.min(BLOCK, size - at));
      const ends = countEnds(bytes);
      if (bytes.length === BLOCK) {
        this.#before.push(this.#before.at(-1)! + ends);
        this.#tailEnds = 0;
      } else this.#tailEnds = ends;
      this.#size = at + bytes.length;
      if (bytes.length > 0) this.#endsWithNewline = bytes[bytes.length - 1] === NEWLINE;
      if (performance.now() - start < SLICE_MS) continue;
      await pause(0);
      start = performance.now();
    }
    this.#keep();
  }

  #forget(inode: number): void {
    this.#inode = inode;
    this.#before = [0];
    this.#size = 0;
    this.#tailEnds = 0;
    this.#endsWithNewline = true;
    this.#keptBlocks = 0;
  }

  #keep(): void {
    const blocks = this.#before.length;
    if (this.#size < WORTH_KEEPING || blocks < this.#keptBlocks * 1.2) return;
    const table = new Float64Array([MARK, this.#inode, ...this.#before]);
    try {
      replaceFileSync(this.path + ENDING, new Uint8Array(table.buffer));
      this.#keptBlocks = blocks;
    } catch {
      // A folder that may not be written: it is made again next time.
    }
  }

  #load(): void {
    const bytes = readTailSync(this.path + ENDING, 64 * 1024 * 1024);
    if (bytes.length < 24 || bytes.length % 8 !== 0) return;
    const [mark, inode, ...before] = new Float64Array(bytes.slice().buffer);
    if (mark !== MARK || before[0] !== 0 || before.some((ends, i) => i > 0 && !(ends >= before[i - 1]))) {
      return;
    }
    this.#inode = inode;
    this.#before = before;
    this.#size = (before.length - 1) * BLOCK;
    this.#keptBlocks = before.length;
  }
}

function countEnds(bytes: Uint8Array): number {
  let ends = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === NEWLINE) ends++;
  return ends;
}
