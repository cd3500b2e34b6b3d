/** Addresses of runs: what is asked of a root run is asked of the runs below it in the same way. */
import { dagNameShape, runIdShape } from "../shape/names.ts";

const BASE = "/dag-runs/{name}/{dagRunId}";
const root = { name: dagNameShape, dagRunId: runIdShape };

export type PlaceShape = typeof root & { readonly subDAGRunId?: typeof runIdShape };

/** Routes of both. @param make those of one of them, below the address `base` */
export function atRuns<Made>(make: (base: string, place: PlaceShape) => readonly Made[]): Made[] {
  return [
    ...make(BASE, root),
    ...make(`${BASE}/sub-dag-runs/{subDAGRunId}`, { ...root, subDAGRunId: runIdShape }),
  ];
}
