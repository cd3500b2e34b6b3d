/** The runs of the same workflow before and after one. */
import type { RunSummary } from "../api/types.ts";
import { useResource } from "../resource.ts";

export interface Neighbours {
  readonly before?: string;
  readonly next?: string;
}

/** Runs that are looked at for it. */
const NEAR = 200;

export function useNeighbours({ name, dagRunId }: Pick<RunSummary, "name" | "dagRunId">): Neighbours {
  const path = `/dag-runs/${encodeURIComponent(name)}?limit=${NEAR}&fromDate=1`;
  const { data } = useResource<{ dagRuns: readonly RunSummary[] }>(path);
  const ids = (data?.dagRuns ?? []).map((run) => run.dagRunId);
  const at = ids.indexOf(dagRunId);
  if (at < 0) return {};
  const [next, before] = [ids[at - 1], ids[at + 1]];
  return { ...(next === undefined ? {} : { next }), ...(before === undefined ? {} : { before }) };
}
