/** Which nodes a retry runs again. */
import type { NodeState, RunRecord } from "./run.ts";
import { INITIAL_NODE_STATE } from "./run.ts";
import { needsRetry } from "./transitions.ts";

/** Indexes of the steps that depend on each step. */
export type Dependents = readonly (readonly number[])[];

/** A step that a person wants to run again. */
export interface RetryPoint {
  /** Name or id; "" for no step in particular. */
  readonly step: string;
  /** With it all that a retry runs again, and what depends on it; else the step alone. */
  readonly following: boolean;
}

/** What did not succeed. */
export const RETRY_FAILED: RetryPoint = { step: "", following: false };

/**
 * Steps to run again: those that did not succeed, the one to begin `from`, and everything that depends on them; or,
 * when `only` names a step, just that one.
 * @returns for each step whether it runs again
 */
export function planRetry(
  record: RunRecord,
  dependents: Dependents,
  only: number | null,
  from: number | null = null,
): boolean[] {
  const again = record.nodes.map((_, i) => i === only);
  if (only !== null) return again;
  const queue: number[] = from === null ? [] : [from];
  record.nodes.forEach((node, i) => {
    if (needsRetry(node.state.status)) queue.push(i);
  });
  for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
    if (again[i]) continue;
    again[i] = true;
    queue.push(...dependents[i]!);
  }
  return again;
}

/** The state that a node begins a retry with: sub-runs stay known so that they are retried too. */
export function stateForRetry(state: NodeState, again: boolean): NodeState {
  return again ? { ...INITIAL_NODE_STATE, children: state.children } : state;
}
