/** The order of runs in lists: newest first. */
interface Place {
  readonly createdAt: number;
  readonly dagRunId: string;
  readonly name: string;
}

/** Negative when `a` stands before `b`. */
export function newestFirst(a: Place, b: Place): number {
  return b.createdAt - a.createdAt || after(a.dagRunId, b.dagRunId) || after(a.name, b.name);
}

function after(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}
