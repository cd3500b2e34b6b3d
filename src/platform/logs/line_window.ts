/** Parts of a file by the numbers of their lines. Memory is bounded, whatever the file holds. */
import { BLOCK, type LineIndex } from "./line_index.ts";
import { readRange } from "./log_files.ts";

export interface LineWindow {
  /** Without their ends. */
  readonly lines: readonly string[];
  /** Number of the first one; counts from 1. */
  readonly first: number;
}

interface Line {
  /** Counts from 1. */
  readonly line: number;
  readonly text: string;
}

/** Most bytes of a window: what does not fit is left out at its end. */
const MAX_BYTES = 4 * 1024 * 1024;
/** A longer line is cut off, so that one without end does not fill a window. */
const MAX_LINE = 64 * 1024;

/** @param first number of the first line; counts from 1 */
export function readWindow(index: LineIndex, first: number, count: number): LineWindow {
  const lines: string[] = [];
  let bytes = 0;
  for (const { line, text } of linesFrom(index, first)) {
    if (line >= first + count) break;
    bytes += text.length;
    if (bytes > MAX_BYTES) break;
    lines.push(text);
  }
  return { lines, first };
}

/** Longest work without a place to rest, but for one line. */
const REST_MS = 8;

/** A line that was found; without a text, a place where the search may rest. */
export interface LineFound {
  readonly line: number;
  readonly text: string | null;
}

/**
 * Lines of which `test` holds, from a line on. After each block of the file there is a place to rest, and sooner where
 * the test takes long.
 */
export function* findLines(
  index: LineIndex,
  first: number,
  test: (text: string) => boolean,
): Generator<LineFound> {
  let bytes = 0;
  let rested = performance.now();
  for (const found of linesFrom(index, first)) {
    if (test(found.text)) yield found;
    bytes += found.text.length + 1;
    if (bytes < BLOCK && performance.now() - rested < REST_MS) continue;
    bytes = 0;
    yield { line: found.line + 1, text: null };
    rested = performance.now();
  }
}

/** The last lines of a file, found from its end: how many there are before them does not matter. */
export function readLast(path: string, size: number, count: number): string[] {
  let from = size;
  let ends = 0;
  const blocks: Uint8Array[] = [];
  let total = 0;
  while (from > 0 && ends <= count && total < MAX_BYTES) {
    const length = Math.min(BLOCK / 4, from);
    from -= length;
    const bytes = readRange(path, from, length);
    for (const byte of bytes) if (byte === 10) ends++;
    blocks.unshift(bytes);
    total += bytes.length;
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const block of blocks) {
    bytes.set(block, at);
    at += block.length;
  }
  const lines = splitLines(new TextDecoder().decode(bytes));
  // The first one may be cut off.
  if (from > 0) lines.shift();
  return lines.slice(-count).map(cut);
}

function* linesFrom(index: LineIndex, first: number): Generator<Line> {
  const place = index.locate(first);
  let line = place.before + 1;
  const decoder = new TextDecoder();
  let rest = "";
  for (let at = place.offset; at < index.size; at += BLOCK) {
    const bytes = readRange(index.path, at, Math.min(BLOCK, index.size - at));
    if (bytes.length === 0) break;
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    // No more is kept of a line that does not end than is shown of it.
    rest = cut(parts.pop()!);
    for (const text of parts) {
      if (line >= first) yield { line, text: cut(text) };
      line++;
    }
  }
  if (rest !== "" && line >= first) yield { line, text: rest };
}

function splitLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function cut(line: string): string {
  return line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line;
}
