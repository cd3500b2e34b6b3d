/** How a service learns that it is to end. */
import { onStopSignals } from "../platform/process/signals.ts";
import type { ServiceLog } from "../services/service_log.ts";

export interface StopSignals {
  /** Aborted by the first signal: everything is to end in good order. */
  readonly ending: AbortSignal;
  /** Resolves with the second one: at once. */
  readonly now: Promise<void>;
}

/** @param also ends in good order as well */
export function stopSignals(log: ServiceLog, also?: AbortSignal): StopSignals {
  const ending = new AbortController();
  if (also?.aborted) ending.abort();
  also?.addEventListener("abort", () => ending.abort());
  const { promise: now, resolve } = Promise.withResolvers<void>();
  onStopSignals((signal) => {
    if (ending.signal.aborted) return resolve();
    log("INFO", "Ending; a second signal ends at once", { signal });
    ending.abort();
  });
  return { ending: ending.signal, now };
}
