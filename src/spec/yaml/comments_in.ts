/** Finds the comments of a YAML text. */
import { EVENT_ID } from "js-yaml";
import { readEvents } from "./yaml_events.ts";
import type { Source } from "./yaml_source.ts";

export interface FoundComment {
  /** Offset of its mark in the text. */
  readonly at: number;
  /** What stands behind the mark. */
  readonly text: string;
}

/** In their order; none of a text that is no YAML. */
export function commentsIn(source: Source): FoundComment[] {
  const parsed = readEvents(source);
  if ("message" in parsed) return [];
  // Marks outside of texts, at the begin of a line or behind a blank.
  const texts = parsed.events.flatMap((event) =>
    event.type === EVENT_ID.SCALAR && event.valueStart >= 0
      ? [[parsed.original(event.valueStart), parsed.original(event.valueEnd)] as const]
      : []
  );
  const found: FoundComment[] = [];
  const mark = /(?<=^|[ \t])#/gm;
  let next = 0;
  for (let match = mark.exec(source.text); match; match = mark.exec(source.text)) {
    const at = match.index;
    while (next < texts.length && texts[next]![1] <= at) next++;
    if (next < texts.length && texts[next]![0] <= at) {
      mark.lastIndex = texts[next]![1];
      continue;
    }
    const [text = ""] = /^[^\r\n]*/.exec(source.text.slice(at + 1)) ?? [];
    found.push({ at, text: text.trimEnd() });
    mark.lastIndex = at + 1 + text.length;
  }
  return found;
}
