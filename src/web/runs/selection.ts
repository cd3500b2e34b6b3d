/** Runs that are selected in a list. */
import type { RunPlace } from "../run_actions.ts";

export function keyOf({ name, dagRunId }: RunPlace): string {
  return `${name}/${dagRunId}`;
}

/** A set with one more, or one less. */
export function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
