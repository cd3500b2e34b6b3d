/** Steps against the last runs: what fails again and again, and what became slow. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { to } from "../addresses.ts";
import { href } from "../router.ts";
import type { RunSummary } from "../api/types.ts";
import { shapeOf } from "../parts/state_mark.tsx";
import { nodeTone, nodeWord, runTone, runWord, type Tone, TONES } from "../parts/tone.ts";
import { VirtualRows } from "../parts/virtual_rows.tsx";
import { durationText } from "../text/duration.ts";
import { fullText, instant } from "../text/moment.ts";

export interface GridStep {
  readonly name: string;
  /** In each run; -1 where the run has no such step. */
  readonly status: readonly number[];
  readonly durationMs: readonly number[];
  readonly tries: readonly number[];
}

export interface RunGridProps {
  readonly name: string;
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  readonly steps: readonly GridStep[];
  /** Id of the run that is pointed at; "" for none. */
  readonly pointed: string;
  readonly onPoint: (dagRunId: string) => void;
}

const CELL = 22;
/** Where there are few runs, with the duration beside the state. */
const WIDE_CELL = 84;
const FEW = 8;
const ROW = 24;
const CHART = 72;
const LEAST = 5;

export function RunGrid({ name, runs, steps, pointed, onPoint }: RunGridProps) {
  const shown = runs.toReversed();
  const wide = runs.length <= FEW;
  const last = runs.length - 1;
  const box = useRef<HTMLDivElement>(null);
  // Where there is no room for all of them, the newest are seen first.
  useLayoutEffect(() => box.current?.lastElementChild?.scrollTo({ left: 1e6 }), []);
  const pick = (event: Event) => {
    const cell = (event.target as Element).closest<HTMLElement>("[data-run]");
    if (cell) onPoint(cell.dataset.run!);
  };
  return (
    <div ref={box} class="grid" onPointerOver={pick} onPointerLeave={() => onPoint("")}>
      <svg class="unseen" aria-hidden="true">
        <defs>
          {TONES.map((tone) => (
            <symbol key={tone} id={`cell-${tone}`} viewBox="0 0 16 16" overflow="visible">
              {shapeOf(tone)}
            </symbol>
          ))}
        </defs>
      </svg>
      <VirtualRows
        count={steps.length}
        rowHeight={ROW}
        class="grid-rows"
        label={`Steps of the last ${runs.length} runs`}
        shown={-1}
        head={
          <div class="grid-row grid-head">
            <span class="grid-name quiet">Duration</span>
            <Bars name={name} runs={shown} pointed={pointed} wide={wide} />
          </div>
        }
        row={(i) => (
          <div class="grid-row" key={steps[i].name}>
            <span class="grid-name cut" title={steps[i].name}>{steps[i].name}</span>
            {shown.map((run, column) => (
              <Cell
                key={run.dagRunId}
                name={name}
                run={run}
                step={steps[i]}
                at={last - column}
                pointed={pointed}
                wide={wide}
              />
            ))}
          </div>
        )}
      />
    </div>
  );
}

interface BarsProps {
  readonly name: string;
  /** Oldest first. */
  readonly runs: readonly RunSummary[];
  readonly pointed: string;
  readonly wide: boolean;
}

/** The duration of each run, above its column. */
function Bars({ name, runs, pointed, wide }: BarsProps) {
  const longest = Math.max(1, ...runs.map((run) => run.durationMs ?? 0));
  return (
    <div class="grid-bars" style={{ height: `${CHART}px` }}>
      <span class="grid-most quiet">{durationText(longest)}</span>
      {runs.map((run) => {
        const height = LEAST + (CHART - 20 - LEAST) * (run.durationMs ?? longest) / longest;
        const label = `${runWord(run.status)}, ${fullText(instant(run.startedAt) || instant(run.queuedAt))}${
          run.durationMs === undefined ? "" : `, ${durationText(run.durationMs)}`
        }`;
        return (
          <a
            key={run.dagRunId}
            class={`grid-bar tone-${runTone(run.status)}${run.dagRunId === pointed ? " grid-pointed" : ""}`}
            data-run={run.dagRunId}
            href={href(to.run(name, run.dagRunId))}
            title={label}
            aria-label={label}
            style={{ width: `${wide ? WIDE_CELL : CELL}px` }}
          >
            <i style={{ height: `${height}px` }} />
          </a>
        );
      })}
    </div>
  );
}

interface CellProps {
  readonly name: string;
  readonly run: RunSummary;
  readonly step: GridStep;
  readonly at: number;
  readonly pointed: string;
  readonly wide: boolean;
}

function Cell({ name, run, step, at, pointed, wide }: CellProps) {
  const status = step.status[at];
  const look = `grid-cell${wide ? " grid-wide" : ""}${run.dagRunId === pointed ? " grid-pointed" : ""}`;
  if (status < 0) return <span class={look} data-run={run.dagRunId} />;
  const tone: Tone = nodeTone(status);
  const [ms, tries] = [step.durationMs[at], step.tries[at]];
  const label = `${step.name}: ${nodeWord(status)}${ms >= 0 ? `, ${durationText(ms)}` : ""}${
    tries > 1 ? `, ${tries} executions` : ""
  }`;
  return (
    <a
      class={`${look} tone-${tone}`}
      data-run={run.dagRunId}
      href={href(to.run(name, run.dagRunId, { step: step.name }))}
      tabIndex={-1}
      title={label}
      aria-label={label}
    >
      <svg width="14" height="14" aria-hidden="true">
        <use href={`#cell-${tone}`} width="14" height="14" />
      </svg>
      {wide && ms >= 0 && <span class="grid-ms">{durationText(ms)}</span>}
    </a>
  );
}
