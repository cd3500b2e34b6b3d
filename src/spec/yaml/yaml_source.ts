/** A text and where it came from: turns offsets into lines and columns. */
import type { Position } from "../../core/errors.ts";

export class Source {
  readonly file: string;
  readonly text: string;
  #starts: number[] | null = null;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  /** Offsets at which the lines begin. CR LF, LF and CR end a line. */
  get lineStarts(): readonly number[] {
    return this.#starts ??= lineStarts(this.text);
  }

  positionAt(offset: number): Position {
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: Math.max(0, offset - starts[low]) + 1 };
  }
}

export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 10 && code !== 13) continue;
    if (code === 13 && text.charCodeAt(at + 1) === 10) at++;
    starts.push(at + 1);
  }
  return starts;
}
