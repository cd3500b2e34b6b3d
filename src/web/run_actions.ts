/** What can be done to a run. */
import { isActiveRun, RunStatus } from "../core/status.ts";
import { to } from "./addresses.ts";
import { post } from "./api/http.ts";
import { attempt } from "./parts/toast.tsx";
import { go } from "./router.ts";
import { mayRun } from "./session.ts";

export interface RunPlace {
  readonly name: string;
  readonly dagRunId: string;
}

/** The address of a run in the API. */
export function runPath({ name, dagRunId }: RunPlace): string {
  return `/dag-runs/${encodeURIComponent(name)}/${encodeURIComponent(dagRunId)}`;
}

export function canRetry(status: number): boolean {
  return mayRun() && !isActiveRun(status as RunStatus) && status !== RunStatus.NotStarted;
}

export function canStop(status: number): boolean {
  return mayRun() && (status === RunStatus.Running || status === RunStatus.NotStarted);
}

export function canDequeue(status: number): boolean {
  return mayRun() && status === RunStatus.Queued;
}

export function retryRun(run: RunPlace): Promise<boolean> {
  return attempt(`${run.name} runs again`, () => post(`${runPath(run)}/retry`, { dagRunId: run.dagRunId }));
}

export function stopRun(run: RunPlace): Promise<boolean> {
  return attempt(`${run.name} is asked to stop`, () => post(`${runPath(run)}/stop`));
}

export function dequeueRun(run: RunPlace): Promise<boolean> {
  return attempt(`${run.name} is out of the queue`, () => post(`${runPath(run)}/dequeue`));
}

export function openRun({ name, dagRunId }: RunPlace): void {
  go(to.run(name, dagRunId));
}
