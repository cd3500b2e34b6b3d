/** The last 24 hours of each workflow on one line of time. */
import { useRef } from "preact/hooks";
import { to } from "../addresses.ts";
import type { RunSummary } from "../api/types.ts";
import { useNow } from "../clock.ts";
import { runWord } from "../parts/tone.ts";
import { useGrowing } from "../parts/use_growing.ts";
import { href } from "../router.ts";
import { durationText } from "../text/duration.ts";
import { instant, momentText, timeText } from "../text/moment.ts";
import { type Span, type StripMark, stripMarks } from "./strip_marks.ts";

const HOUR_MS = 3_600_000;
const HOURS = 24;
const PLACES = 200;
/** Lines that are drawn at once. */
const PART = 40;
/** Hours between two marks of the scale. */
const TICK_HOURS = 3;

export interface DayStripProps {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Name of a DAG to the name of its file. */
  readonly fileOf: (name: string) => string;
}

export function DayStrip({ runs, fileOf }: DayStripProps) {
  const now = useNow("ten seconds");
  const span: Span = { from: now - HOURS * HOUR_MS, to: now };
  const groups = Map.groupBy(runs, (run) => run.name);
  const names = [...groups.keys()].sort();
  const end = useRef<HTMLDivElement>(null);
  const shown = useGrowing(end, names.length, PART);
  return (
    <section class="panel">
      <header class="panel-head">
        <h2>Last 24 hours</h2>
        <a class="link" href={href(to.runs({ q: "since:24h" }))}>{runs.length} runs</a>
      </header>
      <div class="strip">
        <div class="strip-row strip-scale" aria-hidden="true">
          <span />
          <div class="strip-line">
            {ticksOf(span).map((tick) => (
              <span key={tick} style={{ left: `${(tick - span.from) / (span.to - span.from) * 100}%` }}>
                {timeText(tick)}
              </span>
            ))}
          </div>
        </div>
        {names.slice(0, shown).map((name) => (
          <div key={name} class="strip-row">
            <a class="cut" href={href(to.workflow(fileOf(name)))}>{name}</a>
            <div class="strip-line">
              {stripMarks(groups.get(name)!, span, now, PLACES).map((mark) => (
                <Mark key={mark.runs[0]!.dagRunId} name={name} mark={mark} now={now} />
              ))}
            </div>
          </div>
        ))}
        <div ref={end} />
        {names.length === 0 && <p class="strip-none quiet">Nothing ran.</p>}
      </div>
    </section>
  );
}

/** Whole hours of the day of the one who looks. */
function ticksOf({ from, to }: Span): number[] {
  const first = new Date(from);
  first.setMinutes(0, 0, 0);
  first.setHours(Math.ceil((first.getHours() + 1) / TICK_HOURS) * TICK_HOURS);
  const ticks: number[] = [];
  // The last one would stand over the edge.
  for (let at = first.getTime(); at < to - HOUR_MS; at += TICK_HOURS * HOUR_MS) ticks.push(at);
  return ticks;
}

function Mark(
  { name, mark, now }: { readonly name: string; readonly mark: StripMark; readonly now: number },
) {
  const [first, ...more] = mark.runs;
  const address = more.length === 0
    ? to.run(name, first!.dagRunId)
    : to.runs({ q: `name:${name} since:24h` });
  return (
    <a
      class={`strip-mark tone-${mark.tone}`}
      href={href(address)}
      tabIndex={-1}
      title={labelOf(mark, now)}
      aria-label={labelOf(mark, now)}
      style={{ left: `${mark.from * 100}%`, width: `${(mark.to - mark.from) * 100}%` }}
    />
  );
}

function labelOf({ runs }: StripMark, now: number): string {
  const [run] = runs;
  if (runs.length > 1) {
    const bad = runs.filter((one) => one.status === 2).length;
    return `${runs.length} runs${bad > 0 ? `, ${bad} failed` : ""}`;
  }
  const start = momentText(instant(run!.startedAt), now);
  return `${runWord(run!.status)}, ${start}${
    run!.durationMs === undefined ? "" : `, ${durationText(run!.durationMs)}`
  }`;
}
