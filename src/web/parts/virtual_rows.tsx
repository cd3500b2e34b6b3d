/** A long list of rows of one height: only those that are seen are in the document. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface VirtualRowsProps {
  readonly count: number;
  /** Pixels. */
  readonly rowHeight: number;
  readonly class: string;
  readonly label: string;
  /** Row that is kept in sight when it changes; -1 for none. */
  readonly shown: number;
  readonly row: (index: number) => ComponentChildren;
  /** Stands above the rows and stays when they are scrolled. */
  readonly head?: ComponentChildren;
}

const SPARE = 6;

export function VirtualRows({ count, rowHeight, class: look, label, shown, row, head }: VirtualRowsProps) {
  const area = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ first: 0, last: 40 });
  const measure = () => {
    if (!area.current) return;
    const { scrollTop, clientHeight } = area.current;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - SPARE);
    const last = Math.ceil((scrollTop + clientHeight) / rowHeight) + SPARE;
    setSeen((old) => old.first === first && old.last === last ? old : { first, last });
  };
  useLayoutEffect(measure, [count]);
  useEffect(() => {
    const watch = new ResizeObserver(measure);
    watch.observe(area.current!);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (shown < 0 || !area.current) return;
    const { scrollTop, clientHeight } = area.current;
    const top = shown * rowHeight;
    if (top < scrollTop || top + 2 * rowHeight > scrollTop + clientHeight) {
      area.current.scrollTop = top - clientHeight / 2;
    }
  }, [shown]);
  const first = Math.min(seen.first, Math.max(0, count - 1));
  const last = Math.min(seen.last, count);
  return (
    <div ref={area} class={look} onScroll={measure} role="group" aria-label={label}>
      {head}
      <div style={{ height: `${count * rowHeight}px`, position: "relative" }}>
        <div style={{ position: "absolute", top: `${first * rowHeight}px`, left: 0, right: 0 }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => row(first + i))}
        </div>
      </div>
    </div>
  );
}
