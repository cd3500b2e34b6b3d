/** A backfill: each time of the past at which a definition was due, and has no run yet, gets one that waits in line. */
import { type BackfillRange, type PastFire, pastFires } from "../core/schedule/backfill.ts";
import type { Dag } from "../core/dag.ts";
import { DaguError } from "../core/errors.ts";
import type { RunStore } from "../ports/run_store.ts";

export interface BackfillPlan {
  /** Name of the DAG. */
  readonly name: string;
  /** Oldest first. */
  readonly fires: readonly (PastFire & {
    /** There is a run of this time, whoever began it. */
    readonly ran: boolean;
  })[];
}

export interface BackfillSource {
  readonly dag: Pick<Dag, "name" | "schedule">;
  /** File of the definition below the folder of DAGs, without its ending. */
  readonly job: string;
  /** IANA name of the zone of schedules that name none. */
  readonly zone: string;
}

/** @param now Unix milliseconds: what lies behind it is left to the schedule @throws DaguError */
export async function planBackfill(
  runs: Pick<RunStore, "find">,
  { dag: { name, schedule }, job, zone }: BackfillSource,
  { from, until }: BackfillRange,
  now: number,
): Promise<BackfillPlan> {
  if (schedule.start.length === 0) throw new DaguError(`The DAG "${name}" has no schedule that starts it`);
  if (from > until) throw new DaguError("The range ends before it begins");
  const fires = await pastFires(job, schedule.start, zone, { from, until: Math.min(until, now) });
  const planned: BackfillPlan["fires"][number][] = [];
  for (const fire of fires) planned.push({ ...fire, ran: await runs.find(name, fire.runId) !== null });
  return { name, fires: planned };
}

/**
 * Queues a run for each time that has none, oldest first. What ends halfway can be begun again: nothing runs twice.
 * @returns how many were queued
 */
export async function carryOutBackfill(
  { fires }: BackfillPlan,
  enqueue: (fire: PastFire) => Promise<unknown>,
): Promise<number> {
  const wanted = fires.filter(({ ran }) => !ran);
  for (const fire of wanted) await enqueue(fire);
  return wanted.length;
}
