/** What runs now, against how long it usually takes. */
import { to } from "../addresses.ts";
import type { RunSummary } from "../api/types.ts";
import { useNow } from "../clock.ts";
import { Empty } from "../parts/blank.tsx";
import { RunningTime, StopButton } from "../parts/running.tsx";
import { RunState } from "../parts/state_mark.tsx";
import { href } from "../router.ts";
import { instant } from "../text/moment.ts";

export interface RunningListProps {
  readonly runs: readonly RunSummary[];
  /** Milliseconds that a workflow usually takes; 0 when that is not known. */
  readonly usual: (name: string) => number;
}

export function RunningList({ runs, usual }: RunningListProps) {
  return (
    <section class="panel">
      <header class="panel-head">
        <h2>Running</h2>
        <a class="link" href={href(to.runs({ q: "status:running" }))}>{runs.length}</a>
      </header>
      {runs.length === 0
        ? <Empty title="Nothing runs now" />
        : runs.map((run) => <RunningRow key={run.dagRunId} run={run} usual={usual(run.name)} />)}
    </section>
  );
}

function RunningRow({ run, usual }: { readonly run: RunSummary; readonly usual: number }) {
  const { steps = 0, done = 0 } = run.progress ?? {};
  return (
    <div class="running" data-row>
      <RunState status={run.status} />
      <a class="need-name cut" href={href(to.run(run.name, run.dagRunId))} data-open>{run.name}</a>
      <Progress run={run} usual={usual} />
      <span class="running-time">
        <RunningTime run={run} usual={usual} />
      </span>
      <span class="number quiet" title={`${done} of ${steps} steps have ended`}>{done}/{steps}</span>
      <StopButton run={run} />
    </div>
  );
}

function Progress({ run, usual }: { readonly run: RunSummary; readonly usual: number }) {
  const now = useNow();
  const { steps = 0, done = 0 } = run.progress ?? {};
  const elapsed = now - instant(run.startedAt);
  const part = usual > 0 ? elapsed / usual : done / Math.max(1, steps);
  return (
    <span
      class={part > 1.2 ? "progress progress-late" : "progress"}
      role="progressbar"
      aria-label={`Progress of ${run.name}`}
      aria-valuenow={Math.round(Math.min(1, part) * 100)}
      title={part > 1.2 ? "It takes longer than usual" : undefined}
    >
      <i style={{ width: `${Math.min(1, part) * 100}%` }} />
    </span>
  );
}
