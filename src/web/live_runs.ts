/** Lists of runs that follow the stream: a change comes with the whole entry, so nothing is read again. */
import type { RunList, RunSummary } from "./api/types.ts";
import { useLive } from "./live.ts";
import { type Resource, useResource } from "./resource.ts";

/** What the event `run` tells. */
export interface RunEvent {
  readonly run?: RunSummary;
  readonly removed?: { readonly name: string; readonly id: string };
}

/**
 * Root runs, newest first.
 * @param path below the API, of a list of runs
 * @param fits whether a run that changed belongs into the list
 */
export function useLiveRuns(path: string | null, fits: (run: RunSummary) => boolean): Resource<RunList> {
  const list = useResource<RunList>(path);
  useLive(
    ["run"],
    ({ data }) => list.patch((old) => ({ ...old, dagRuns: withEvent(old.dagRuns, data as RunEvent, fits) })),
    [
      path,
      fits,
    ],
  );
  return list;
}

/** A list after an event. */
export function withEvent(
  runs: readonly RunSummary[],
  { run, removed }: RunEvent,
  fits: (run: RunSummary) => boolean,
): readonly RunSummary[] {
  if (removed) return runs.filter((one) => one.name !== removed.name || one.dagRunId !== removed.id);
  if (!run || run.rootDAGRunId !== run.dagRunId) return runs;
  const at = runs.findIndex((one) => one.dagRunId === run.dagRunId && one.name === run.name);
  if (!fits(run)) return at < 0 ? runs : runs.toSpliced(at, 1);
  if (at >= 0) return runs.with(at, run);
  const place = runs.findIndex((one) => (one.createdAt ?? "") <= (run.createdAt ?? ""));
  return place < 0 ? [...runs, run] : runs.toSpliced(place, 0, run);
}
