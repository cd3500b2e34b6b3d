/** Values in the form that Dagu 1.30 stores: durations are nanoseconds, empty members are left out. */

const NANOSECONDS = 1_000_000;

/** Leaves out what is empty: undefined, "", 0, false, null and lists and objects without members. */
export function compact(members: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key in members) {
    const value = members[key];
    if (!value) continue;
    if (typeof value === "object" && Object.keys(value).length === 0) continue;
    kept[key] = value;
  }
  return kept;
}

export function nanoseconds(ms: number): number {
  return ms * NANOSECONDS;
}

export function milliseconds(ns: number): number {
  return ns / NANOSECONDS;
}
