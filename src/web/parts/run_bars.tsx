/** The last runs of a workflow as bars: height is duration, colour and shape of the foot is the state. */
import { durationText } from "../text/duration.ts";
import { fullText, instant } from "../text/moment.ts";
import { href } from "../router.ts";
import { to } from "../addresses.ts";
import { runTone, runWord } from "./tone.ts";

export interface BarRun {
  readonly dagRunId: string;
  readonly status: number;
  readonly startedAt: string;
  readonly durationMs?: number;
}

export interface RunBarsProps {
  readonly name: string;
  /** Newest first. */
  readonly runs: readonly BarRun[];
  /** Bars for which there is room; missing ones are left free at the left. */
  readonly room?: number;
}

const HEIGHT = 20, STEP = 6, WIDTH = 4, LEAST = 4;

export function RunBars({ name, runs, room = 20 }: RunBarsProps) {
  const shown = runs.slice(0, room);
  const longest = Math.max(1, ...shown.map((run) => run.durationMs ?? 0));
  return (
    <svg
      class="run-bars"
      width={room * STEP}
      height={HEIGHT}
      role="group"
      aria-label={`Last runs of ${name}`}
    >
      {shown.map((run, i) => {
        // By the root: short runs are to be told apart beside a long one.
        const height = LEAST + (HEIGHT - LEAST) * Math.sqrt((run.durationMs ?? longest) / longest);
        const label = `${runWord(run.status)}, ${fullText(instant(run.startedAt))}${
          run.durationMs === undefined ? "" : `, ${durationText(run.durationMs)}`
        }`;
        return (
          <a
            key={run.dagRunId}
            href={href(to.run(name, run.dagRunId))}
            tabIndex={-1}
            class={`tone-${runTone(run.status)}`}
            aria-label={label}
          >
            <title>{label}</title>
            <rect class="run-bar-reach" x={(room - 1 - i) * STEP - 1} y="0" width={STEP} height={HEIGHT} />
            <rect
              class="run-bar"
              x={(room - 1 - i) * STEP}
              y={HEIGHT - height}
              width={WIDTH}
              height={height}
              rx="1"
            />
          </a>
        );
      })}
    </svg>
  );
}
