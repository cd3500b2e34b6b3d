/** One queue: what runs, what waits and until when. */
import { useState } from "preact/hooks";
import { to } from "../addresses.ts";
import type { DagFile, Queues, RunSummary } from "../api/types.ts";
import { useNow } from "../clock.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { RunningTime, StopButton } from "../parts/running.tsx";
import { ShortId } from "../parts/short_id.tsx";
import { RunState } from "../parts/state_mark.tsx";
import { Age } from "../parts/time.tsx";
import { href } from "../router.ts";
import { canDequeue, dequeueRun } from "../run_actions.ts";
import { mayRun } from "../session.ts";
import { durationText } from "../text/duration.ts";
import { expectedStarts } from "./expected_start.ts";

export type Queue = Queues["queues"][number];

/** Where its limit is set. */
const LIMITS = {
  global: "Its limit is maxConcurrency below queues.config in config.yaml",
  "dag-based": "Its limit is maxActiveRuns of the workflow",
} as const;

export interface QueuePanelProps {
  readonly queue: Queue;
  readonly usual: (name: string) => number;
  /** Definitions whose schedules go on. */
  readonly scheduled: readonly DagFile[];
}

export function QueuePanel({ queue, usual, scheduled }: QueuePanelProps) {
  const { name, running, queued, maxConcurrency } = queue;
  const unseen = queue.totalRunning + queue.totalQueued - running.length - queued.length;
  const [draining, setDraining] = useState(false);
  const now = useNow("ten seconds");
  const starts = expectedStarts(queue, usual, now);
  return (
    <section class="panel queue" aria-label={`Queue ${name}`}>
      <header class="panel-head">
        <h2>{name}</h2>
        <span class="quiet" title={LIMITS[queue.type]}>
          {queue.type === "global" ? "shared" : "of one workflow"}
        </span>
        <Places used={queue.totalRunning} limit={maxConcurrency} />
        {mayRun() && queued.length > 0 && (
          <button
            type="button"
            class="button button-danger"
            onClick={() => setDraining(true)}
          >
            Drain
          </button>
        )}
      </header>
      <ul>
        {running.map((run) => <RunningItem key={run.dagRunId} run={run} usual={usual(run.name)} />)}
        {queued.map((run, i) => (
          <WaitingItem
            key={run.dagRunId}
            run={run}
            position={i + 1}
            left={starts[i]! - now}
            known={starts[i]! > 0}
          />
        ))}
      </ul>
      {unseen > 0 && <p class="quiet queue-unseen">and {unseen} more</p>}
      {draining && (
        <FormDialog
          title={`Drain ${name}`}
          action={`Take out ${queued.length}`}
          danger
          onClose={() => setDraining(false)}
          onSubmit={() => takeOut(queued)}
        >
          <p>
            {waitingText(queue)} taken out of the queue and will not run. What runs goes on.
          </p>
          <Refills dags={scheduled.filter(({ dag }) => queued.some((run) => run.name === dag.name))} />
        </FormDialog>
      )}
    </section>
  );
}

function waitingText({ queued, totalQueued }: Queue): string {
  if (totalQueued === 1) return "The run that waits is";
  const which = queued.length < totalQueued ? `The first ${queued.length} of` : "All";
  return `${which} ${totalQueued} runs that wait are`;
}

async function takeOut(queued: readonly RunSummary[]): Promise<void> {
  for (const run of [...queued].reverse()) if (!await dequeueRun(run)) return;
}

/** A queue that is drained fills again by what starts by itself. */
function Refills({ dags }: { readonly dags: readonly DagFile[] }) {
  if (dags.length === 0) return null;
  return (
    <p class="field-help">
      Schedules put more into it: {dags.map(({ fileName, dag }, i) => (
        <span key={fileName}>
          {i > 0 && ", "}
          <a href={href(to.workflow(fileName))}>{dag.name}</a>
        </span>
      ))}. Suspend them first if it is to stay empty.
    </p>
  );
}

/** One box for each place, full or free. */
function Places({ used, limit }: { readonly used: number; readonly limit: number }) {
  const text = limit === 0 ? `${used} running, no limit` : `${used} of ${limit} running`;
  return (
    <span class="places" title={text}>
      {limit > 0 && limit <= 24 &&
        Array.from(
          { length: Math.max(limit, used) },
          (_, i) => <i key={i} class={i < used ? "place-used" : undefined} />,
        )}
      <span class="number">{limit === 0 ? used : `${used}/${limit}`}</span>
      <span class="unseen">{text}</span>
    </span>
  );
}

function RunningItem({ run, usual }: { readonly run: RunSummary; readonly usual: number }) {
  return (
    <li class="queued" data-row>
      <span class="queued-place">
        <RunState status={run.status} />
      </span>
      <a class="queued-name cut" href={href(to.run(run.name, run.dagRunId))} data-open>{run.name}</a>
      <span class="queued-params cut mono">{run.params}</span>
      <span class="queued-time">
        <RunningTime run={run} usual={usual} />
      </span>
      <span class="queued-id">
        <ShortId id={run.dagRunId} />
      </span>
      <StopButton run={run} />
    </li>
  );
}

interface WaitingItemProps {
  readonly run: RunSummary;
  readonly position: number;
  /** Milliseconds until it may begin. */
  readonly left: number;
  readonly known: boolean;
}

function WaitingItem({ run, position, left, known }: WaitingItemProps) {
  const why = withoutName(run.why ?? "");
  return (
    <li class="queued" data-row>
      <span class="queued-place tone-line" title={`Place ${position} in the queue`}>{position}</span>
      <a class="queued-name cut" href={href(to.run(run.name, run.dagRunId))} data-open>{run.name}</a>
      <span class="queued-params cut mono">{run.params}</span>
      <span class="queued-time">
        <span title="Expected from how long runs usually take">
          {!known
            ? "start unknown"
            : left <= 0
            ? "soon"
            : `in ~${durationText(Math.ceil(left / 1000) * 1000)}`}
        </span>
        <span class="quiet">
          waits <Age at={run.queuedAt} />
        </span>
      </span>
      <span class="queued-id">
        <ShortId id={run.dagRunId} />
      </span>
      {canDequeue(run.status) && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Take ${run.name} out of the queue`}
          title="Take out of the queue"
          onClick={() => dequeueRun(run)}
          data-key="."
        >
          <Icon name="close" />
        </button>
      )}
      {(position === 1 || !isOnlyPlace(why)) && why !== "" && <p class="queued-why">{why}</p>}
    </li>
  );
}

/** What the number at its line says as well. */
function isOnlyPlace(why: string): boolean {
  return / in line before it$/.test(why);
}

/** The line says already which run it is. */
function withoutName(why: string): string {
  return why.replace(/^Run "[^"]*" of "[^"]*": (?:it is queued: )?/, "");
}
