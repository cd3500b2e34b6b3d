/** Which of the pollers that wait gets a task. */

export interface WaitingPoller {
  readonly workerId: string;
  /** When it began to wait, on a monotonic clock. */
  readonly since: number;
}

export interface PollerWorker {
  /** When one of its pollers was given a task last, on the same clock. */
  readonly lastGiven: number;
  /** Tasks that it has. */
  readonly busy: number;
}

/**
 * The one that has waited longest, then the one of the least busy worker. A worker's pollers stand in line together,
 * so that one with many of them does not get everything.
 * @returns null when there is none
 */
export function nextPoller<P extends WaitingPoller>(
  pollers: Iterable<P>,
  workerOf: (poller: P) => PollerWorker,
): P | null {
  let best: { poller: P; since: number; busy: number } | null = null;
  for (const poller of pollers) {
    const { lastGiven, busy } = workerOf(poller);
    const since = Math.max(poller.since, lastGiven);
    if (!best || since < best.since || since === best.since && busy < best.busy) {
      best = { poller, since, busy };
    }
  }
  return best?.poller ?? null;
}
