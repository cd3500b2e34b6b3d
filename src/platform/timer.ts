/**
 * Timers that are cheap to begin with. The first `setTimeout` of a process loads a module of about 10 ms, which a
 * short run does not have to pay; an abort signal that times out costs a twentieth of that. It cannot be ended before
 * its time, only forgotten, so long waits still take `setTimeout`.
 */

const LONGEST_SIGNAL_MS = 60_000;

/**
 * Calls back once after `ms`. The wait keeps the process alive until it is over or taken back.
 * @returns a function that takes it back
 */
export function startTimer(ms: number, callback: () => void): () => void {
  if (ms > LONGEST_SIGNAL_MS) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  }
  const signal = AbortSignal.timeout(Math.max(0, Math.ceil(ms)));
  signal.addEventListener("abort", callback, { once: true });
  return () => signal.removeEventListener("abort", callback);
}

/** Calls back every `ms` until the function that is returned is called. */
export function startInterval(ms: number, callback: () => void): () => void {
  let stop = startTimer(ms, function again() {
    stop = startTimer(ms, again);
    callback();
  });
  return () => stop();
}

/** Resolves after `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => startTimer(ms, () => resolve()));
}
