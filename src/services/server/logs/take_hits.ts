/** Takes what a search finds, in turn with whatever else there is to do. */
import type { LineFound } from "../../../platform/logs/line_window.ts";
import { nextTurn } from "../find/text_search.ts";

export interface LogHit {
  readonly line: number;
  readonly text: string;
}

export interface Hits {
  readonly hits: readonly LogHit[];
  /** Line to go on from when the search was given up; 0 when everything was looked at. */
  readonly next: number;
}

/** A search gives its turn to others after this many milliseconds, and up after so many. */
const SLICE_MS = 8;
const SEARCH_MS = 20_000;

export async function takeHits(
  search: Iterable<LineFound>,
  limit: number,
  gone: AbortSignal,
): Promise<Hits> {
  const start = performance.now();
  let slice = start;
  const hits: LogHit[] = [];
  for (const { line, text } of search) {
    if (text !== null) {
      hits.push({ line, text });
      if (hits.length >= limit) return { hits, next: line + 1 };
      continue;
    }
    if (performance.now() - start > SEARCH_MS || gone.aborted) return { hits, next: line };
    if (performance.now() - slice < SLICE_MS) continue;
    await nextTurn();
    slice = performance.now();
  }
  return { hits, next: 0 };
}
