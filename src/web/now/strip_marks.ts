/** Runs on a line of time, so that short ones are still seen and near ones do not cover each other. */
import type { RunSummary } from "../api/types.ts";
import { runTone, type Tone } from "../parts/tone.ts";
import { instant } from "../text/moment.ts";

export interface StripMark {
  /** Parts of the line, 0 to 1. */
  readonly from: number;
  readonly to: number;
  readonly tone: Tone;
  /** The runs that it stands for, oldest first. */
  readonly runs: readonly RunSummary[];
}

export interface Span {
  /** Unix milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** What is shown of several runs: what somebody has to know first. */
const WORST: readonly Tone[] = ["bad", "wait", "stop", "live", "part", "line", "ok", "skip", "none"];

/** @param places how many marks fit side by side */
export function stripMarks(
  runs: readonly RunSummary[],
  span: Span,
  now: number,
  places: number,
): StripMark[] {
  const marks: StripMark[] = [];
  const width = 1 / places;
  for (const run of [...runs].reverse()) {
    const start = instant(run.startedAt) || instant(run.queuedAt) || instant(run.createdAt);
    const end = instant(run.finishedAt) || now;
    if (start >= span.to || end < span.from) continue;
    const from = Math.floor(part(start, span) * places) * width;
    const to = Math.max(from + width, part(end, span));
    const last = marks.at(-1);
    if (!last || from >= last.to - 1e-9) marks.push({ from, to, tone: runTone(run.status), runs: [run] });
    else marks[marks.length - 1] = joined(last, run, to);
  }
  return marks;
}

function joined(mark: StripMark, run: RunSummary, to: number): StripMark {
  const tone = runTone(run.status);
  return {
    from: mark.from,
    to: Math.max(mark.to, to),
    tone: WORST.indexOf(tone) < WORST.indexOf(mark.tone) ? tone : mark.tone,
    runs: [...mark.runs, run],
  };
}

function part(at: number, { from, to }: Span): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}
