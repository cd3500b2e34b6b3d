/** Finds lines of a log at the server, page by page, from the first one on. */
import type { LogHit, LogSource } from "./log_source.ts";

const PAGE = 1000;
/** Most lines that are found. */
export const MAX_HITS = 10_000;

export interface Found {
  /** What is looked for; "" for nothing. */
  readonly text: string;
  readonly hits: readonly LogHit[];
  /** Everything was looked at, or as many lines were found as are shown. */
  readonly done: boolean;
  /** There are more lines than are shown. */
  readonly more: boolean;
  readonly error: string;
}

export const NOTHING: Found = { text: "", hits: [], done: true, more: false, error: "" };

/** What a person types, as a regular expression. @param regex it is one already */
export function patternOf(text: string, regex: boolean): string {
  return regex ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Tells what was found so far with each answer. */
export async function findLines(
  source: LogSource,
  pattern: string,
  text: string,
  signal: AbortSignal,
  tell: (found: Found) => void,
): Promise<void> {
  const hits: LogHit[] = [];
  try {
    for (let from = 1; from > 0 && hits.length < MAX_HITS && !signal.aborted;) {
      const page = await source.search(pattern, from, PAGE);
      if (signal.aborted) return;
      hits.push(...page.hits);
      from = page.next;
      tell({ text, hits: [...hits], done: from === 0 || hits.length >= MAX_HITS, more: from > 0, error: "" });
    }
  } catch (error) {
    if (!signal.aborted) {
      tell({
        text,
        hits,
        done: true,
        more: false,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

/** Index of the hit after a line, or before it; around the end. */
export function nextHit(hits: readonly LogHit[], line: number, back: boolean): number {
  if (hits.length === 0) return -1;
  const at = back ? hits.findLastIndex((hit) => hit.line < line) : hits.findIndex((hit) => hit.line > line);
  return at >= 0 ? at : back ? hits.length - 1 : 0;
}
