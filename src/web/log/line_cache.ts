/** Lines of a log in windows. The windows that were looked at last are kept, however long the log is. */
import type { LogPart, LogStream } from "./log_source.ts";
import { PLAIN, type Style, styleAfter } from "./sgr.ts";

/** Lines of a window. */
export const WINDOW = 200;
/** Lines before a window that are read with it, so that it begins with the right colours. */
export const LEAD = 40;
const MAX_WINDOWS = 60;

interface Window {
  readonly lines: string[];
  /** As in {@link LogPart}; empty where it is not known. */
  readonly times: readonly number[];
  readonly streams: readonly LogStream[];
  /** With which style each line begins, as far as it was asked for. */
  readonly styles: Style[];
}

export interface CachedLine {
  readonly text: string;
  /** With what the line begins. */
  readonly style: Style;
  /** Unix milliseconds; 0 when it is not known. */
  readonly at: number;
  /** null when all lines are of one stream. */
  readonly stream: LogStream | null;
}

export type CachedPart = Pick<LogPart, "lines" | "times" | "streams">;

export class LineCache {
  readonly #windows = new Map<number, Window>();

  /** The window that holds a line. @param line counts from 1 */
  static windowOf(line: number): number {
    return Math.floor((line - 1) / WINDOW);
  }

  /** @param line counts from 1 */
  line(line: number): CachedLine | undefined {
    const index = LineCache.windowOf(line);
    const window = this.#windows.get(index);
    const at = line - 1 - index * WINDOW;
    if (!window || at >= window.lines.length) return undefined;
    return {
      text: window.lines[at],
      style: styleAt(window, at),
      at: window.times[at] ?? 0,
      stream: window.streams[at] ?? null,
    };
  }

  /** Keeps a window as one that is in use. */
  touch(index: number): void {
    const window = this.#windows.get(index);
    if (!window) return;
    this.#windows.delete(index);
    this.#windows.set(index, window);
  }

  /** @param first number of the first line; what stands before a window only gives it its colours */
  put(first: number, { lines, times = [], streams = [] }: CachedPart): void {
    const last = first + lines.length - 1;
    for (let index = LineCache.windowOf(first); index <= LineCache.windowOf(last); index++) {
      const begin = index * WINDOW + 1;
      if (begin < first) continue;
      const [from, to] = [begin - first, begin - first + WINDOW];
      const lead = lines.slice(Math.max(0, begin - first - LEAD), begin - first);
      const before = this.#endStyle(index - 1);
      this.#set(index, {
        lines: lines.slice(from, to),
        times: times.slice(from, to),
        streams: streams.slice(from, to),
        styles: [before ?? styleAfter(lead)],
      });
    }
  }

  /** Adds lines to the end of a log of `total` lines. @param open the last line goes on with the first one */
  append(total: number, open: boolean, lines: readonly string[]): void {
    let line = total + 1;
    for (const [i, text] of lines.entries()) {
      const goesOn = i === 0 && open && total > 0;
      if (goesOn) line = total;
      const index = LineCache.windowOf(line);
      const at = line - 1 - index * WINDOW;
      const window = this.#windows.get(index) ?? (at === 0 ? this.#begin(index) : undefined);
      if (window) {
        if (goesOn && at < window.lines.length) window.lines[at] += text;
        else if (!goesOn && at === window.lines.length) window.lines.push(text);
        else this.#windows.delete(index);
      }
      line++;
    }
  }

  /** Forgets the window that holds a line: it may say something else by now. */
  drop(line: number): void {
    this.#windows.delete(LineCache.windowOf(line));
  }

  /** Forgets all windows from the one that holds a line on. */
  dropFrom(line: number): void {
    for (const index of this.#windows.keys()) {
      if (index >= LineCache.windowOf(line)) this.#windows.delete(index);
    }
  }

  clear(): void {
    this.#windows.clear();
  }

  #begin(index: number): Window {
    return this.#set(index, {
      lines: [],
      times: [],
      streams: [],
      styles: [this.#endStyle(index - 1) ?? PLAIN],
    });
  }

  #set(index: number, window: Window): Window {
    this.#windows.delete(index);
    this.#windows.set(index, window);
    if (this.#windows.size > MAX_WINDOWS) this.#windows.delete(this.#windows.keys().next().value!);
    return window;
  }

  /** The style behind the last line of a window that is whole. */
  #endStyle(index: number): Style | undefined {
    const window = this.#windows.get(index);
    if (!window || window.lines.length < WINDOW) return undefined;
    return styleAfter([window.lines[WINDOW - 1]], styleAt(window, WINDOW - 1));
  }
}

function styleAt({ lines, styles }: Window, at: number): Style {
  for (let i = styles.length; i <= at; i++) styles.push(styleAfter([lines[i - 1]], styles[i - 1]));
  return styles[at];
}
