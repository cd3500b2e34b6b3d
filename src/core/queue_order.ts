/** Who of those that wait in a queue is next, and why the others still wait. */

/** Every item of high priority stands before every one of low priority. */
export type Priority = "high" | "low";

/** What decides the place in line. */
export interface Place {
  /** Unique in its queue. */
  readonly id: string;
  readonly priority: Priority;
  /** Unix milliseconds: inside a priority smaller ones come first. */
  readonly queuedAt: number;
}

/** With so many runs in line, something is likely to put in more than there is time for. */
export const MANY_WAITING = 1000;

/** Sorts by turn. */
export function byTurn(a: Place, b: Place): number {
  if (a.priority !== b.priority) return a.priority === "high" ? -1 : 1;
  return a.queuedAt - b.queuedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** A queue as it is found. */
export interface QueueState<T extends Place> {
  readonly queue: string;
  /** Sorted {@link byTurn}. */
  readonly waiting: readonly T[];
  /** Runs that count in the queue, those that are being started included. */
  readonly running: number;
  /** Most runs at once; less than 1 counts as 1. */
  readonly limit: number;
  /** Whether the run of an item is one of those: it holds the place already that it needs. */
  readonly counts: (item: T) => boolean;
  /** Why an item must not start yet, whatever room there is; "" when it may. */
  readonly held: (item: T) => string;
}

/**
 * What has to be started now, in order. An item that is held lets those behind it pass: it gives up its turn, but
 * not its place.
 */
export function nextToStart<T extends Place>(state: QueueState<T>): T[] {
  const room = Math.max(1, state.limit) - state.running;
  const start: T[] = [];
  let taken = 0;
  for (const item of state.waiting) {
    if (state.held(item) !== "") continue;
    if (state.counts(item)) start.push(item);
    else if (taken < room) {
      taken++;
      start.push(item);
    }
  }
  return start;
}

/** Why items are not to be started now, by id; "" for one that is. */
export function whyWaiting<T extends Place>(state: QueueState<T>): Map<string, string> {
  const start = new Set(nextToStart(state));
  const running = state.running === 1 ? "1 run is running" : `${state.running} runs are running`;
  const limit = Math.max(1, state.limit);
  const room = `${running} in the queue "${state.queue}", which lets ${limit} run at the same time`;
  const why = new Map<string, string>();
  let ahead = 0;
  for (const item of state.waiting) {
    const held = state.held(item);
    why.set(item.id, held !== "" || start.has(item) ? held : `${room}; ${placeText(ahead)}`);
    if (held === "") ahead++;
  }
  return why;
}

function placeText(ahead: number): string {
  if (ahead === 0) return "it is the next one";
  return ahead === 1 ? "1 run stands in line before it" : `${ahead} runs stand in line before it`;
}
