/** When the steps of a run waited and ran, and which of them decided how long it took. */

/** Times in Unix milliseconds, 0 when not reached. */
export interface GanttStep {
  readonly name: string;
  /** Names of the steps that come before it. */
  readonly depends: readonly string[];
  readonly startedAt: number;
  readonly finishedAt: number;
}

export interface GanttRun {
  readonly queuedAt: number;
  readonly startedAt: number;
  /** 0 while it goes on. */
  readonly finishedAt: number;
}

export interface GanttRow {
  /** From when on nothing but a free place was missing; equal to `from` when it did not wait. */
  readonly ready: number;
  /** 0 when it has not started. */
  readonly from: number;
  readonly to: number;
  /** It is on the longest chain: had it been faster, so had been the run. */
  readonly critical: boolean;
}

export interface Gantt {
  /** What the picture shows, in Unix milliseconds; equal when nothing has started. */
  readonly from: number;
  readonly to: number;
  /** When the run began: before that it waited in line. */
  readonly begun: number;
  /** In the order of the steps. */
  readonly rows: readonly GanttRow[];
}

/** A shorter wait is only the time that it takes to start a step. */
const LEAST_WAIT_MS = 250;

/** @param now Unix milliseconds: what has not ended is shown up to here */
export function ganttOf(run: GanttRun, steps: readonly GanttStep[], now: number): Gantt {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const critical = criticalSteps(steps, byName, run.finishedAt || now);
  const rows = steps.map((step): GanttRow => {
    if (step.startedAt === 0) return { ready: 0, from: 0, to: 0, critical: false };
    const ready = readyAt(step, byName, run.startedAt);
    const waited = ready > 0 && step.startedAt - ready >= LEAST_WAIT_MS;
    return {
      ready: waited ? ready : step.startedAt,
      from: step.startedAt,
      to: endOf(step, run.finishedAt || now),
      critical: critical.has(step.name),
    };
  });
  const started = rows.filter(({ from }) => from > 0);
  // A run that is tried again keeps the times of steps that had ended before.
  const begun = Math.min(run.startedAt || now, ...started.map(({ from }) => from));
  const queued = run.queuedAt > 0 && run.queuedAt < begun ? run.queuedAt : begun;
  const to = Math.max(
    begun,
    run.finishedAt || (run.startedAt === 0 ? begun : now),
    ...started.map(({ to }) => to),
  );
  return { from: queued, to, begun, rows };
}

function endOf(step: GanttStep, now: number): number {
  return step.finishedAt > 0 ? step.finishedAt : Math.max(step.startedAt, now);
}

function readyAt(step: GanttStep, byName: ReadonlyMap<string, GanttStep>, begun: number): number {
  let ready = begun;
  for (const name of step.depends) ready = Math.max(ready, byName.get(name)?.finishedAt ?? 0);
  return Math.min(ready, step.startedAt);
}

/** From the step that ended last back along those that were waited for. */
function criticalSteps(
  steps: readonly GanttStep[],
  byName: ReadonlyMap<string, GanttStep>,
  now: number,
): Set<string> {
  const path = new Set<string>();
  let step = latest(steps.filter(({ startedAt }) => startedAt > 0), now);
  while (step && !path.has(step.name)) {
    path.add(step.name);
    const before = step.depends.flatMap((name) => byName.get(name) ?? []).filter(({ startedAt }) =>
      startedAt > 0
    );
    step = latest(before, now);
  }
  // One step alone is no chain.
  return path.size > 1 ? path : new Set();
}

function latest(steps: readonly GanttStep[], now: number): GanttStep | undefined {
  let last: GanttStep | undefined;
  for (const step of steps) if (!last || endOf(step, now) > endOf(last, now)) last = step;
  return last;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 168].map((n) => n * HOUR),
];

/** Round lengths of time from the begin on, at most so many: milliseconds. */
export function ticks(length: number, most: number): number[] {
  const step = STEPS.find((one) => length / one <= most) ??
    Math.ceil(length / most / (24 * HOUR)) * 24 * HOUR;
  const list: number[] = [];
  for (let at = step; at < length; at += step) list.push(at);
  return list;
}
