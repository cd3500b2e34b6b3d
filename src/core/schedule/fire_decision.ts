/** Whether a fire is carried out. */
import { idTime } from "../ids.ts";
import type { Fire } from "./schedule.ts";
import { isSuccessfulRun, RunStatus, runStatusName } from "../status.ts";

/** What the decision needs to know of the newest run of a DAG; dead runs have been closed before. */
export interface LatestRun {
  readonly id: string;
  readonly status: RunStatus;
  /** Unix milliseconds; 0 when it has not begun. */
  readonly startedAt: number;
  readonly createdAt: number;
}

export interface DagRuns {
  /** null when the DAG has never run. */
  readonly latest: LatestRun | null;
  /** Whether any run of the DAG is running or waits for somebody. */
  readonly active: boolean;
}

export type FireDecision =
  /** The run of the fire exists: a scheduler that could not say so any more has started or queued it. */
  | { readonly action: "done" }
  /** Start a run of `fire.runId`. */
  | { readonly action: "start" }
  /** Put a run of `fire.runId` into the queue. */
  | { readonly action: "queue" }
  /** Stop what runs, then start a run of `fire.runId`: overlap "replace". */
  | { readonly action: "replace" }
  /** Stop the runs of the DAG. */
  | { readonly action: "stop" }
  /** Stop the newest run and start another with its definition and parameters, as `dagu restart` does. */
  | { readonly action: "restart" }
  | { readonly action: "skip"; readonly why: string }
  | { readonly action: "miss"; readonly why: string };

/** Clocks of several machines may differ by so much. */
const CLOCKS_MS = 60_000;

/**
 * What to do about a fire. It never waits for anything: `queue` is how a fire waits.
 * @param now Unix milliseconds
 */
export function decideFire(fire: Fire, runs: DagRuns, now: number): FireDecision {
  if (fire.kind !== "stop" && runs.latest?.id === fire.runId) return { action: "done" };
  if (fire.missed !== "") return { action: "miss", why: fire.missed };
  if (fire.suspended) return skip("the DAG is suspended");
  if (fire.broken !== "") return { action: "miss", why: `the definition cannot be read: ${fire.broken}` };
  if (fire.kind === "stop") return runs.active ? { action: "stop" } : skip("no run is active");
  if (fire.kind === "restart") return decideRestart(runs.latest);
  return decideStart(fire, runs, now);
}

/** What has ended is not begun again: that is for a start to say. */
function decideRestart(latest: LatestRun | null): FireDecision {
  if (!latest) return skip("the DAG has never run, so there is nothing to restart");
  const { id, status } = latest;
  if (status === RunStatus.Running || status === RunStatus.NotStarted) return { action: "restart" };
  if (status === RunStatus.Queued) return skip(`the run "${id}" has not begun yet`);
  return skip(`the run "${id}" does not run, it is ${runStatusName(status)}`);
}

function decideStart(fire: Fire, { latest: newest, active }: DagRuns, now: number): FireDecision {
  if (active) return overlapping(fire, newest);
  // A clock that was ahead left it, and is right by now: it says nothing of any time that comes until then.
  const latest = newest && dueTime(newest) > now + CLOCKS_MS ? null : newest;
  if (latest && dueTime(latest) >= fire.at) return skip(`the run "${latest.id}" began at that time or later`);
  if (fire.skipIfSuccessful && latest && succeededSince(latest, fire)) {
    return skip(`the run "${latest.id}" has succeeded since the time before`);
  }
  return fire.distributed ? { action: "queue" } : { action: "start" };
}

function overlapping(fire: Fire, latest: LatestRun | null): FireDecision {
  if (fire.overlap === "queue") return { action: "queue" };
  if (fire.overlap === "replace") return { action: "replace" };
  return skip(latest ? `the run "${latest.id}" is still active` : "a run is still active");
}

/** A run that the fire before started says nothing: else each success would cost the next fire its run. */
function succeededSince(latest: LatestRun, fire: Fire): boolean {
  return isSuccessfulRun(latest.status) && latest.id !== fire.previousRunId &&
    fire.previousAt > 0 && dueTime(latest) >= fire.previousAt;
}

/** When a run had to begin: one that a fire started late belongs to the time of the fire, which its id carries. */
function dueTime({ id, startedAt, createdAt }: LatestRun): number {
  const began = startedAt || createdAt;
  return Math.min(began, idTime(id) ?? began);
}

function skip(why: string): FireDecision {
  return { action: "skip", why };
}
