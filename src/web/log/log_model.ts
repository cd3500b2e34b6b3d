/**
 * A log of any length: its end first, then whatever part is looked at, and what is added while it grows. No line
 * that is added is lost: where a piece does not fit to what is known, the lines are read again.
 */
import { type CachedLine, LEAD, LineCache, WINDOW } from "./line_cache.ts";
import type { LogPart, LogPiece, LogSource } from "./log_source.ts";

/** Lines that are asked for first. */
const FIRST = 400;
/** Most lines of one answer that close a gap; a larger gap is left to be read when it is looked at. */
const MAX_GAP = 5000;
/** Pause between two questions whether the lines are counted, in milliseconds. */
const COUNT_PAUSE_MS = 400;
/** Pause between two looks at an end whose lines may change their places. */
const READ_PAUSE_MS = 200;
/** Moments of which is known when their lines came. */
const MAX_TIMES = 20_000;

export interface ModelOptions {
  readonly source: LogSource;
  /** Called when something shown may have changed. */
  readonly onChange: () => void;
  readonly onTrouble: (error: unknown) => void;
  /** Told of each line that was added while the log grew. */
  readonly onAdded?: (line: number, text: string) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Lines near to the end may still change their places: they are read again when something is added. */
  readonly reorders?: boolean;
}

export class LogModel {
  readonly #options: ModelOptions;
  readonly #cache = new LineCache();
  readonly #asked = new Set<number>();
  /** From which line on it is known when they came, in order. */
  readonly #times: { readonly line: number; readonly at: number }[] = [];
  #pieces: LogPiece[] = [];
  #size = 0;
  #open = false;
  #known = false;
  #busy = false;
  #closed = false;
  #again = false;

  /** Lines of the log; a guess while `estimated`. */
  total = 0;
  estimated = false;
  /** Nothing will be added. */
  ended = false;

  constructor(options: ModelOptions) {
    this.#options = options;
  }

  /** Bytes of the log. */
  get size(): number {
    return this.#size;
  }

  /** False until the first answer. */
  get known(): boolean {
    return this.#known;
  }

  /** Reads the end; goes on until the lines are counted. */
  async open(): Promise<void> {
    await this.#try(async () => {
      this.#takeTail(await this.#options.source.tail(FIRST));
      while (this.estimated && !this.#closed) {
        await this.#options.wait(COUNT_PAUSE_MS);
        if (this.estimated && !this.#closed) this.#takeTail(await this.#options.source.tail(FIRST));
      }
    });
  }

  close(): void {
    this.#closed = true;
  }

  /** @param line counts from 1; one that is not there is asked for, and `onChange` tells when it came */
  line(line: number): CachedLine | undefined {
    const found = this.#cache.line(line);
    if (found) this.#cache.touch(LineCache.windowOf(line));
    else if (line >= 1 && line <= this.total && !this.estimated) this.#ask(LineCache.windowOf(line));
    return found;
  }

  /** When a line came, in Unix milliseconds; 0 when that is not known. */
  timeOf(line: number): number {
    const told = this.#cache.line(line)?.at ?? 0;
    if (told > 0) return told;
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle].line <= line) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : this.#times[low - 1].at;
  }

  /** Takes in what was added. */
  append(piece: LogPiece): void {
    if (this.#options.reorders) {
      this.catchUp();
      return;
    }
    if (!this.#known || this.#busy) {
      this.#pieces.push(piece);
      return;
    }
    if (this.estimated || piece.size <= this.#size) return;
    if (piece.skipped || piece.offset !== this.#size) {
      this.catchUp();
      return;
    }
    this.#size = piece.size;
    this.#add(piece.text);
    this.#options.onChange();
  }

  /** Reads what was added while nobody told of it. */
  async catchUp(): Promise<void> {
    if (this.#busy) this.#again = true;
    if (!this.#known || this.#busy || this.estimated) return;
    if (this.#options.reorders) return await this.#readEnd();
    this.#busy = true;
    await this.#try(async () => {
      const from = Math.max(1, this.#open ? this.total : this.total + 1);
      const part = await this.#options.source.lines(from, MAX_GAP);
      if (part.total >= from + part.lines.length) this.#takeTail(await this.#options.source.tail(FIRST));
      else this.#replaceEnd(from, part);
    });
    this.#busy = false;
    this.#takePieces();
  }

  /** Reads the end again, at most so often, as long as something is added. */
  async #readEnd(): Promise<void> {
    this.#busy = true;
    do {
      this.#again = false;
      await this.#try(async () => {
        const part = await this.#options.source.tail(FIRST);
        this.#cache.dropFrom(Math.max(1, part.first));
        this.#takeTail(part);
      });
      await this.#options.wait(READ_PAUSE_MS);
    } while (this.#again && !this.#closed);
    this.#busy = false;
  }

  /** Forgets all lines: they are asked for again when they are looked at. */
  forget(): void {
    if (this.estimated) return;
    this.#cache.clear();
    this.#options.onChange();
  }

  /** The step has ended: what is still to come is read once more. */
  async finish(): Promise<void> {
    await this.catchUp();
    if (this.#closed) return;
    this.ended = true;
    this.#options.onChange();
  }

  #takeTail(part: LogPart): void {
    if (part.first === 0 || this.estimated) this.#cache.clear();
    else if (this.#open) this.#cache.drop(this.total);
    this.estimated = part.first === 0;
    this.total = Math.max(part.total, part.lines.length);
    if (this.estimated) this.#putUncounted(this.total - part.lines.length + 1, part.lines);
    else this.#cache.put(part.first, part);
    this.#settle(part);
  }

  /** A window that begins before what is there holds what is there all the same. */
  #putUncounted(first: number, lines: readonly string[]): void {
    const begin = LineCache.windowOf(first) * WINDOW + 1;
    this.#cache.put(begin, { lines: [...new Array<string>(first - begin).fill(""), ...lines] });
  }

  #replaceEnd(from: number, part: LogPart): void {
    if (part.lines.length > 0) {
      const fresh = this.#open ? part.lines.slice(1) : part.lines;
      const goesOn = this.#open && part.lines.length > 0;
      if (goesOn) this.#replaceLast(from, part.lines[0]);
      this.#cache.append(this.total, false, fresh);
      this.#tellAdded(this.total, fresh);
      this.#note(this.total + (goesOn ? 0 : 1));
      this.total = Math.max(this.total, from + part.lines.length - 1);
    }
    this.#settle(part);
  }

  #replaceLast(line: number, text: string): void {
    const known = this.#cache.line(line);
    if (known && text.startsWith(known.text)) this.#cache.append(line, true, [text.slice(known.text.length)]);
  }

  #settle(part: LogPart): void {
    this.#size = part.size;
    this.#open = part.open;
    this.ended = part.ended;
    this.#known = true;
    this.#takePieces();
    this.#options.onChange();
  }

  #takePieces(): void {
    if (this.#busy) return;
    const pieces = this.#pieces;
    this.#pieces = [];
    for (const piece of pieces) this.append(piece);
  }

  #add(text: string): void {
    const lines = text.split("\n");
    const open = lines.at(-1) !== "";
    if (!open) lines.pop();
    if (lines.length === 0) return;
    const goesOn = this.#open && this.total > 0;
    this.#note(this.total + (goesOn ? 0 : 1));
    this.#cache.append(this.total, goesOn, lines);
    this.#tellAdded(this.total, goesOn ? lines.slice(1) : lines);
    this.total += lines.length - (goesOn ? 1 : 0);
    this.#open = open;
  }

  /** @param total lines before them */
  #tellAdded(total: number, lines: readonly string[]): void {
    const { onAdded } = this.#options;
    if (onAdded) lines.forEach((text, i) => onAdded(total + 1 + i, text));
  }

  #note(line: number): void {
    const last = this.#times.at(-1);
    if (last && last.line >= line) return;
    this.#times.push({ line, at: this.#options.now() });
    if (this.#times.length > MAX_TIMES) this.#times.shift();
  }

  async #ask(index: number): Promise<void> {
    if (this.#asked.has(index) || this.#closed) return;
    this.#asked.add(index);
    await this.#try(async () => {
      const first = Math.max(1, index * WINDOW + 1 - LEAD);
      const wanted = index * WINDOW + WINDOW - first + 1;
      const part = await this.#options.source.lines(first, wanted);
      // What was added meanwhile is told by pieces; a line that grows must not hold a part of them already.
      const settled = part.size === this.#size ? part.total : Math.min(part.total, this.total) - 1;
      this.#cache.put(first, { ...part, lines: part.lines.slice(0, Math.max(0, settled - first + 1)) });
    });
    this.#asked.delete(index);
    this.#options.onChange();
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!this.#closed) this.#options.onTrouble(error);
    }
  }
}
