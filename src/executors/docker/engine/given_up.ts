/** How long an engine that does not answer is waited for when a step is to end. */
import { startTimer } from "../../../platform/time/timer.ts";
import type { SandboxIo } from "../../sandbox/worker_runtime.ts";

/** Aborted that many milliseconds after the first signal. */
export function afterStop({ signal: stop }: SandboxIo, ms: number): AbortSignal {
  const late = new AbortController();
  const begin = () => startTimer(ms, () => late.abort(stop.reason));
  if (stop.aborted) begin();
  else stop.addEventListener("abort", begin, { once: true });
  return late.signal;
}

/** Aborted that many milliseconds after SIGKILL. */
export function afterKill(io: SandboxIo, ms: number): AbortSignal {
  const late = new AbortController();
  io.onSignal((name) => {
    if (name === "SIGKILL") startTimer(ms, () => late.abort(name));
  });
  return late.signal;
}
