/** The lines of a log that are seen, in a scroll area as long as the log. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { after } from "../timers.ts";
import { type Folds, isFoldEnd } from "./folds.ts";
import { LineText } from "./log_line.tsx";
import type { LogModel } from "./log_model.ts";
import { ScrollRange } from "./scroll_range.ts";

const ROW = 18;
/** Rows that are drawn beyond what is seen. */
const SPARE = 8;
const SETTLE_MS = 200;

export interface LogRowsProps {
  readonly model: LogModel;
  readonly folds: Folds;
  /** Grows with each change of model or folds. */
  readonly version: number;
  readonly wrap: boolean;
  readonly times: boolean;
  /** What is marked; has the flag `g`. */
  readonly mark: RegExp | null;
  /** The line of the address; 0 for none. */
  readonly line: number;
  readonly onLine: (line: number) => void;
  readonly onFold: (first: number) => void;
  /** Set to be scrolled by others. */
  readonly control: { current: RowsControl | null };
  readonly onFollow: (following: boolean) => void;
}

export interface RowsControl {
  readonly toLine: (line: number) => void;
  readonly toEnd: () => void;
  readonly toBegin: () => void;
  /** First line that is seen. */
  readonly topLine: () => number;
}

export function LogRows(props: LogRowsProps) {
  const { model, folds, wrap, line, control, onFollow } = props;
  const area = useRef<HTMLDivElement>(null);
  const [range] = useState(() => new ScrollRange(ROW));
  const follows = useRef(line === 0);
  const [, draw] = useState(0);
  const drawing = useRef(0);
  const redraw = () => {
    cancelAnimationFrame(drawing.current);
    drawing.current = requestAnimationFrame(() => draw((n) => n + 1));
  };
  // Where there is room to scroll to is known when the area has its new height.
  const target = useRef<number | null>(null);
  const scrollTo = (at: number) => {
    target.current = at;
    redraw();
  };
  useLayoutEffect(() => {
    const at = target.current;
    target.current = null;
    if (at !== null && Math.abs(area.current!.scrollTop - at) >= 0.5) area.current!.scrollTop = at;
  });
  const setFollows = (following: boolean) => {
    if (follows.current !== following) onFollow(following);
    follows.current = following;
  };
  const measure = () => {
    const rows = folds.rows(model.total);
    const at = range.resize(rows, area.current?.clientHeight ?? 0);
    scrollTo(follows.current ? range.goToEnd() : at);
  };
  useLayoutEffect(measure, [props.version, wrap]);
  useEffect(() => {
    const watch = new ResizeObserver(measure);
    watch.observe(area.current!);
    return () => watch.disconnect();
  }, []);
  control.current = {
    toLine: (wanted) => {
      setFollows(false);
      folds.show(wanted);
      range.resize(folds.rows(model.total), area.current?.clientHeight ?? 0);
      scrollTo(range.reveal(folds.rowOf(wanted)));
    },
    toEnd: () => {
      setFollows(true);
      scrollTo(range.goToEnd());
    },
    toBegin: () => {
      setFollows(false);
      scrollTo(range.goTo(0));
    },
    topLine: () => folds.lineAt(Math.floor(range.top)),
  };
  useEffect(() => {
    if (line > 0 && model.known && !model.estimated) control.current!.toLine(line);
  }, [line, model.known && !model.estimated]);
  const settling = useRef(() => {});
  const onScroll = () => {
    const at = range.scrolled(area.current!.scrollTop);
    setFollows(range.atEnd);
    scrollTo(at);
    settling.current();
    settling.current = after(SETTLE_MS, () => scrollTo(range.settle()));
  };
  const first = Math.max(0, Math.floor(range.top) - (wrap ? 0 : SPARE));
  const count = Math.min(range.seen + (wrap ? 0 : 2 * SPARE), folds.rows(model.total) - first);
  const offset = (target.current ?? area.current?.scrollTop ?? 0) - (range.top - first) * ROW;
  return (
    <div
      ref={area}
      class={wrap ? "log-body log-wrap" : "log-body"}
      role="region"
      aria-label="Lines of the log"
      tabIndex={0}
      onScroll={onScroll}
    >
      <div class="log-reach" style={{ height: `${range.height}px` }}>
        <div
          class={wrap && range.atEnd ? "log-rows log-rows-end" : "log-rows"}
          style={wrap
            ? { height: `${area.current?.clientHeight ?? 0}px` }
            : { transform: `translateY(${offset}px)` }}
        >
          {Array.from(
            { length: Math.max(0, count) },
            (_, i) => <Row key={folds.lineAt(first + i)} number={folds.lineAt(first + i)} {...props} />,
          )}
        </div>
      </div>
    </div>
  );
}

function Row(
  { number, model, folds, times, mark, line, onLine, onFold }: LogRowsProps & { readonly number: number },
) {
  const [whole, setWhole] = useState(false);
  const found = model.line(number);
  const fold = folds.fold(number);
  const at = times ? model.timeOf(number) : 0;
  return (
    <div
      class={`log-line${found?.stream === "stderr" ? " log-err" : ""}${number === line ? " log-chosen" : ""}${
        isGroupEnd(found?.text) ? " log-fold-end" : ""
      }`}
    >
      <button
        type="button"
        class="log-number"
        tabIndex={-1}
        aria-label={`Link to line ${number}`}
        onClick={() => onLine(number)}
      >
        {model.estimated ? "·" : number}
      </button>
      {times && <span class="log-time">{at > 0 ? timeText(at) : ""}</span>}
      {fold && fold.last !== 0 && (
        <button
          type="button"
          class="log-fold"
          aria-expanded={!folds.isFolded(number)}
          onClick={() => onFold(number)}
        >
          <Icon name={folds.isFolded(number) ? "right" : "down"} />
          {fold.title || "Group"}
          <span class="quiet">{fold.last - fold.first - 1} lines</span>
        </button>
      )}
      {fold && fold.last === 0 && <span class="log-text log-fold-open">{fold.title || "Group"}</span>}
      {!fold && found && <LineText {...found} mark={mark} whole={whole} onWhole={() => setWhole(true)} />}
    </div>
  );
}

function isGroupEnd(text: string | undefined): boolean {
  return text !== undefined && isFoldEnd(text);
}

function timeText(at: number): string {
  const date = new Date(at);
  const pad = (value: number, width = 2) => String(value).padStart(width, "0");
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${
    pad(Math.floor(date.getMilliseconds() / 100), 1)
  }`;
}
