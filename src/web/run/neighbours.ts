/** The runs of the same workflow before and after one. */
import type { RunSummary } from "../api/types.ts";
import { useResource } from "../resource.ts";

export interface Neighbours {
  readonly before?: string;
  readonly next?: string;
}

/** Runs that are looked at for it. */
const NEAR = 200;

/** Runs of a workflow, newest first; null while they are asked for. */
export function useNamesakes(name: string): readonly RunSummary[] | null {
  const path = `/dag-runs/${encodeURIComponent(name)}?limit=${NEAR}&fromDate=1`;
  return useResource<{ dagRuns: readonly RunSummary[] }>(path).data?.dagRuns ?? null;
}

export function useNeighbours({ name, dagRunId }: Pick<RunSummary, "name" | "dagRunId">): Neighbours {
  const ids = (useNamesakes(name) ?? []).map((run) => run.dagRunId);
  const at = ids.indexOf(dagRunId);
  if (at < 0) return {};
  const [next, before] = [ids[at - 1], ids[at + 1]];
  return { ...(next === undefined ? {} : { next }), ...(before === undefined ? {} : { before }) };
}
