/**
 * Timers that are cheap to begin with. The first `setTimeout` of a process loads a module of about 8 ms, which a
 * short run does not have to pay; an abort signal that times out costs a twentieth of that. It cannot be ended before
 * its time, only forgotten, so long waits still take `setTimeout`.
 */

const LONGEST_SIGNAL_MS = 60_000;

/** `setTimeout` calls back at once when it is asked for more: 24.8 days. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Calls back once after `ms`. The wait keeps the process alive until it is over or taken back.
 * @returns a function that takes it back
 */
export function startTimer(ms: number, callback: () => void): () => void {
  if (ms > LONGEST_SIGNAL_MS) return startLongTimer(ms, callback);
  const signal = AbortSignal.timeout(Math.max(0, Math.ceil(ms)));
  signal.addEventListener("abort", callback, { once: true });
  return () => signal.removeEventListener("abort", callback);
}

function startLongTimer(ms: number, callback: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (left: number) => {
    const part = Math.min(left, LONGEST_TIMEOUT_MS);
    timer = setTimeout(() => part < left ? wait(left - part) : callback(), part);
  };
  wait(ms);
  return () => clearTimeout(timer);
}

/**
 * Calls back every `ms` until the function that is returned is called. Whoever is there for the second time goes on:
 * a timer that repeats itself costs half of one that is begun anew each time.
 */
export function startInterval(ms: number, callback: () => void): () => void {
  let stop = startTimer(ms, () => {
    stop = ms > LONGEST_TIMEOUT_MS ? startInterval(ms, callback) : startShortInterval(ms, callback);
    callback();
  });
  return () => stop();
}

function startShortInterval(ms: number, callback: () => void): () => void {
  const timer = setInterval(callback, ms);
  return () => clearInterval(timer);
}

/** Resolves after `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => startTimer(ms, () => resolve()));
}
