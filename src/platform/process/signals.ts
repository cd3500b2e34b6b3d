export type StopSignal = "SIGTERM" | "SIGINT" | "SIGHUP";

const STOP_SIGNALS: readonly StopSignal[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/**
 * Calls back for each signal that asks this process to stop, also for the second and later ones, instead of ending
 * it.
 * @returns a function that gives the signals their usual effect back.
 */
export function onStopSignals(callback: (signal: StopSignal) => void): () => void {
  const listeners = STOP_SIGNALS.map((signal) => [signal, () => callback(signal)] as const);
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
  };
}

/** Resolves with the first signal that asks this process to stop; a second one has its usual effect. */
export function onceStopped(): Promise<StopSignal> {
  return new Promise((resolve) => {
    const forget = onStopSignals((signal) => {
      forget();
      resolve(signal);
    });
  });
}
