/** What can be done to a run. */
import { RunStatus } from "../core/status.ts";
import { to } from "./addresses.ts";
import { post } from "./api/http.ts";
import { attempt } from "./parts/toast.tsx";
import { go } from "./router.ts";
import { goesOn, hasEnded } from "./run/run_state.ts";
import { mayRun } from "./session.ts";

/** A run, or a sub-run below it. */
export interface RunPlace {
  readonly name: string;
  readonly dagRunId: string;
  /** Absent or "" for the run itself. */
  readonly subRunId?: string;
}

/** The address of a run in the API. */
export function runPath({ name, dagRunId, subRunId = "" }: RunPlace): string {
  const root = `/dag-runs/${encodeURIComponent(name)}/${encodeURIComponent(dagRunId)}`;
  return subRunId === "" ? root : `${root}/sub-dag-runs/${encodeURIComponent(subRunId)}`;
}

/** The address of one of its steps. */
export function stepPath(place: RunPlace, step: string): string {
  return `${runPath(place)}/steps/${encodeURIComponent(step)}`;
}

export function canRetry(status: number): boolean {
  return mayRun() && hasEnded({ status });
}

export function canStop(status: number): boolean {
  return mayRun() && goesOn({ status });
}

export function canDequeue(status: number): boolean {
  return mayRun() && status === RunStatus.Queued;
}

/** Runs again what failed. */
export function retryRun(run: RunPlace): Promise<boolean> {
  return attempt(`${run.name} runs again`, () => post(`${runPath(run)}/retry`, {}));
}

/** Runs one step again, and with `following` all that come after it. */
export function retryStep(run: RunPlace, stepName: string, following: boolean): Promise<boolean> {
  const what = following ? `All from ${stepName} on runs again` : `${stepName} runs again`;
  return attempt(what, () => post(`${runPath(run)}/retry`, { stepName, following }));
}

export function stopRun(run: RunPlace): Promise<boolean> {
  return attempt(`${run.name} is asked to stop`, () => post(`${runPath(run)}/stop`));
}

export function dequeueRun(run: RunPlace): Promise<boolean> {
  return attempt(`${run.name} is out of the queue`, () => post(`${runPath(run)}/dequeue`));
}

/** Starts another run with the definition and the parameters of this one, and shows it. */
export function startSame(run: RunPlace): Promise<boolean> {
  return attempt("Another run begins", async () => {
    const { dagRunId } = await post<{ dagRunId: string }>(`${runPath(run)}/reschedule`, {});
    openRun({ name: run.name, dagRunId });
  });
}

function openRun({ name, dagRunId }: RunPlace): void {
  go(to.run(name, dagRunId));
}
