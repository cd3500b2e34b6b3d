/** When one step waited and ran, as bars; and the times above all of them. */
import type { Tone } from "../parts/tone.ts";
import { durationText } from "../text/duration.ts";
import { type Gantt, type GanttRow, ticks } from "./gantt.ts";

const MOST_TICKS = 4;

export function GanttBar({ gantt, row, tone }: {
  readonly gantt: Gantt;
  readonly row: GanttRow | undefined;
  readonly tone: Tone;
}) {
  if (!row || row.from === 0) return <span class="gantt" />;
  const length = Math.max(1, gantt.to - gantt.from);
  const at = (time: number) =>
    `${Math.max(0, Math.min(100, (time - gantt.from) / length * 100)).toFixed(2)}%`;
  const width = (from: number, to: number) => `${Math.max(0, (to - from) / length * 100).toFixed(2)}%`;
  const waited = row.from - row.ready;
  return (
    <span class="gantt">
      {waited > 0 && (
        <i
          class="gantt-wait"
          style={{ left: at(row.ready), width: width(row.ready, row.from) }}
          title={`Waited ${durationText(waited)} for a free place`}
        />
      )}
      <i
        class={`gantt-bar tone-${tone}${row.critical ? " gantt-critical" : ""}`}
        style={{ left: at(row.from), width: width(row.from, row.to) }}
        title={row.critical ? "On the longest chain: it decides how long the run takes" : undefined}
      />
    </span>
  );
}

/** Times above the bars; before them how long the run stood in line. */
export function GanttAxis({ gantt }: { readonly gantt: Gantt }) {
  const length = gantt.to - gantt.from;
  const lead = gantt.begun - gantt.from;
  return (
    <span class="gantt gantt-axis" aria-hidden="true">
      {lead > 0 && (
        <i
          class="gantt-queued"
          style={{ left: 0, width: `${lead / length * 100}%` }}
          title={`${durationText(lead)} in line`}
        />
      )}
      {ticks(length - lead, MOST_TICKS).map((tick) => {
        const place = (lead + tick) / length * 100;
        return place > 94 ? null : <b key={tick} style={{ left: `${place}%` }}>{durationText(tick)}</b>;
      })}
    </span>
  );
}
