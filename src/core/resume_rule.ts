/** Whether a run goes on whose owner died. */
import type { Dag } from "./dag.ts";
import type { RunRecord } from "./run.ts";

/** A run that crashes each time is not tried for ever. */
export const MAX_RESUMES = 3;

/** @param attempts of the run, the dead one among them */
export function resumesAfterCrash({ parent }: RunRecord, { onCrash }: Dag, attempts: number): boolean {
  // A step of its parent decides about a sub-run.
  return parent === null && onCrash === "resume" && attempts <= MAX_RESUMES;
}
