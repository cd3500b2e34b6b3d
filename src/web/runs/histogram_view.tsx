/** The histogram; dragging over it chooses a range of time. */
import { useMemo, useRef, useState } from "preact/hooks";
import type { RunSummary } from "../api/types.ts";
import { momentText } from "../text/moment.ts";
import { type Column, histogram } from "./histogram.ts";

export interface HistogramViewProps {
  readonly runs: readonly RunSummary[];
  readonly onRange: (from: number, until: number) => void;
}

const HEIGHT = 44;

export function HistogramView({ runs, onRange }: HistogramViewProps) {
  const now = useMemo(() => Date.now(), [runs]);
  const columns = useMemo(() => histogram(runs, now), [runs]);
  const box = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const most = Math.max(1, ...columns.map((one) => one.ok + one.bad + one.other));
  const columnAt = (event: PointerEvent) => {
    const { left, width } = box.current!.getBoundingClientRect();
    return Math.max(
      0,
      Math.min(columns.length - 1, Math.floor((event.clientX - left) / width * columns.length)),
    );
  };
  const finish = () => {
    if (!drag) return;
    const [a, b] = [Math.min(...drag), Math.max(...drag)];
    setDrag(null);
    onRange(columns[a]!.from, columns[b]!.to);
  };
  const bad = columns.reduce((sum, one) => sum + one.bad, 0);
  return (
    <figure class="histogram">
      <svg
        ref={box}
        role="img"
        aria-label={`${runs.length} runs since ${momentText(columns[0]!.from, now)}, ${bad} of them failed`}
        viewBox={`0 0 ${columns.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        onPointerDown={(event) => {
          box.current!.setPointerCapture(event.pointerId);
          setDrag([columnAt(event), columnAt(event)]);
        }}
        onPointerMove={(event) => drag && setDrag([drag[0], columnAt(event)])}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(null)}
      >
        {drag && (
          <rect
            class="histogram-drag"
            x={Math.min(...drag)}
            y="0"
            width={Math.abs(drag[1] - drag[0]) + 1}
            height={HEIGHT}
          />
        )}
        {columns.map((column, i) => (
          <Bars key={column.from} column={column} x={i} scale={HEIGHT / most} now={now} />
        ))}
      </svg>
      <figcaption>
        <span>{momentText(columns[0]!.from, now)}</span>
        <span>{runs.length > 0 ? "drag to choose a time" : ""}</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

function Bars(
  { column, x, scale, now }: {
    readonly column: Column;
    readonly x: number;
    readonly scale: number;
    readonly now: number;
  },
) {
  const { ok, bad, other } = column;
  if (ok + bad + other === 0) return null;
  // One of many is still seen.
  const height = (count: number) => count === 0 ? 0 : Math.max(2, count * scale);
  const part = (tone: string, count: number, below: number) =>
    count > 0 && (
      <rect
        class={`tone-${tone}`}
        x={x + 0.12}
        width="0.76"
        y={HEIGHT - below - height(count)}
        height={height(count)}
      />
    );
  return (
    <g>
      <title>
        {`${momentText(column.from, now)}: ${ok + bad + other} runs${bad > 0 ? `, ${bad} failed` : ""}`}
      </title>
      {part("bad", bad, 0)}
      {part("ok", ok, height(bad))}
      {part("live", other, height(bad) + height(ok))}
    </g>
  );
}
