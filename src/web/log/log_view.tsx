/** A log: its lines, and what can be done with them. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useKeys } from "../keys.ts";
import { Empty, Failure, Skeleton } from "../parts/blank.tsx";
import { Icon } from "../parts/icon.tsx";
import { ApiFailure } from "../api/http.ts";
import { bytesText } from "../text/bytes.ts";
import type { LogPlace } from "./api_source.ts";
import { rawAddress } from "./api_source.ts";
import { FindBar, useFind } from "./find_bar.tsx";
import { LogMenu, showsTimes, wraps } from "./log_menu.tsx";
import { LogRows, type RowsControl } from "./log_rows.tsx";
import { useLog } from "./use_log.ts";
import type { ComponentChildren } from "preact";

export interface LogViewProps {
  readonly place: LogPlace;
  /** A later attempt writes another log. */
  readonly attempt: string;
  /** The step may still write. */
  readonly live: boolean;
  /** Line of the address; 0 for none. */
  readonly line: number;
  readonly onLine: (line: number) => void;
  /** What stands at the beginning of the bar. */
  readonly children?: ComponentChildren;
  /** What stands at its end. */
  readonly tail?: ComponentChildren;
  /** What stands between the bar and the lines. */
  readonly about?: ComponentChildren;
}

export function LogView({ place, attempt, live, line, onLine, children, tail, about }: LogViewProps) {
  const { log, version, problem, changed } = useLog(place, attempt, live);
  const { model, folds } = log;
  const control = useRef<RowsControl | null>(null);
  const [follows, setFollows] = useState(line === 0);
  const toLine = (to: number) => {
    onLine(to);
    control.current?.toLine(to);
  };
  const find = useFind(log.source, toLine, () => line || (control.current?.topLine() ?? 0));
  useEffect(() => setFollows(line === 0), [log]);
  useKeys([
    { key: "f", does: "Find in the log", run: find.open },
    { key: "n", does: "Next line found", run: () => find.step(false) },
    { key: "N", does: "Line found before", run: () => find.step(true) },
    { key: "w", does: "Wrap long lines", run: () => wraps.value = !wraps.value },
    { key: "t", does: "Time of each line", run: () => showsTimes.value = !showsTimes.value },
    { key: "g g", does: "Begin of the log", run: () => control.current?.toBegin() },
    { key: "G", does: "End of the log", run: () => control.current?.toEnd() },
  ], [log, find.found]);
  useEffect(() => {
    if (log.source.withTimes === showsTimes.value || place.stream === "both") return;
    log.source.withTimes = showsTimes.value;
    if (showsTimes.value) model.forget();
  }, [log, showsTimes.value]);
  const size = useMemo(() => sizeText(model.total, model.size, model.estimated), [version]);
  return (
    <div class="log">
      <div class="log-bar">
        {children}
        <span class="log-size quiet">{model.known ? size : ""}</span>
        <FindBar find={find} />
        {live && (
          <button
            type="button"
            class="chip"
            aria-pressed={follows}
            title="Follow what is added (G)"
            onClick={() => follows ? setFollows(false) : control.current?.toEnd()}
          >
            <Icon name="down" />Follow
          </button>
        )}
        <LogMenu log={log} place={place} control={control} onChange={changed} />
        <a
          class="icon-button"
          href={rawAddress(place, true)}
          download
          title="Download"
          aria-label="Download the log"
        >
          <Icon name="download" />
        </a>
        {tail}
      </div>
      {about}
      {problem !== "" && !model.known
        ? <Failure error={new ApiFailure(500, "", problem)} />
        : !model.known
        ? <Skeleton lines={8} />
        : model.total === 0
        ? <Empty title={live ? "Nothing is written yet" : "Nothing was written"} />
        : (
          <LogRows
            model={model}
            folds={folds}
            version={version}
            wrap={wraps.value}
            times={showsTimes.value}
            mark={find.mark}
            line={line}
            onLine={onLine}
            onFold={(first) => {
              folds.toggle(first);
              changed();
            }}
            control={control}
            onFollow={setFollows}
          />
        )}
    </div>
  );
}

function sizeText(lines: number, bytes: number, estimated: boolean): string {
  const count = lines.toLocaleString("en-GB");
  return `${estimated ? "about " : ""}${count} ${lines === 1 ? "line" : "lines"} · ${bytesText(bytes)}`;
}
