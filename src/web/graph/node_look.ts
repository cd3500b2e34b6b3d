/** How a node of a graph looks in a state. */
import { nodeTone, nodeWord, type Tone } from "../parts/tone.ts";
import { durationText } from "../text/duration.ts";

export interface NodeLook {
  readonly tone: Tone;
  readonly word: string;
  /** Beside the name, such as a duration. */
  readonly note?: string;
}

/** @param durationMs absent for what has not begun */
export function nodeLook(status: number, durationMs: number | undefined): NodeLook {
  const note = durationMs === undefined ? {} : { note: durationText(durationMs) };
  return { tone: nodeTone(status), word: nodeWord(status), ...note };
}
