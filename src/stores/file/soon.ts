/**
 * Timers for the life of an attempt. The first `setTimeout` of a process costs about 5 ms, which a short run does not
 * have to pay: the first 50 ms are waited for by an abort signal, which costs a tenth of that. Such a short wait may
 * keep the process alive; a longer one does not.
 */

const SHORT_MS = 50;

/** Calls back once after `ms`; the function that is returned takes it back. */
export function soon(ms: number, callback: () => void): () => void {
  let done = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const finish = () => {
    if (done) return;
    done = true;
    callback();
  };
  const begin = () => {
    if (done) return;
    if (ms <= SHORT_MS) return finish();
    timer = setTimeout(finish, ms - SHORT_MS);
    Deno.unrefTimer(timer as unknown as number);
  };
  AbortSignal.timeout(Math.max(1, Math.min(ms, SHORT_MS))).addEventListener("abort", begin);
  return () => {
    done = true;
    if (timer !== undefined) clearTimeout(timer);
  };
}

/** Calls back every `ms` until the function that is returned is called. */
export function every(ms: number, callback: () => void): () => void {
  let stop = soon(ms, function again() {
    stop = soon(ms, again);
    callback();
  });
  return () => stop();
}
