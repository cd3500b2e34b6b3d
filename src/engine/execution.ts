/** One execution of a step under its time limit and under the run's stop request. */
import type { Step } from "../core/dag.ts";
import type { Clock } from "../ports/clock.ts";
import type { Execution, StepOutcome } from "../ports/executor.ts";
import type { Stopper } from "./stopper.ts";

/** Exit code of a step that ran out of time. */
export const TIMEOUT_EXIT_CODE = 124;

/** How an execution ended, and who ended it. */
export interface Ended {
  readonly outcome: StepOutcome;
  /** "" when it ended by itself. */
  readonly endedBy: "" | "step-timeout" | "stop" | "timeout";
}

/** Time limits of one execution, milliseconds. */
export interface Limits {
  /** 0 means none. */
  readonly timeoutMs: number;
  /** Between the first signal and SIGKILL. */
  readonly graceMs: number;
}

/**
 * Waits for an execution. At the step's time limit and on stop it gets a signal, and SIGKILL after the grace time;
 * when the whole run is out of time there is no grace.
 */
export async function superviseExecution(
  execution: Execution,
  step: Step,
  limits: Limits,
  stopper: Stopper,
  clock: Clock,
): Promise<Ended> {
  let finished = false;
  // Each abort makes an error with its stack, and most executions wait for nothing but their end.
  const waits: AbortController[] = [];
  let endedBy: Ended["endedBy"] = "";

  const sleep = (ms: number) => {
    const wait = new AbortController();
    waits.push(wait);
    return clock.sleep(ms, wait.signal);
  };
  const end = async (reason: Exclude<Ended["endedBy"], "">, first: string) => {
    if (endedBy !== "" || finished) return;
    endedBy = reason;
    execution.signal(first);
    if (first === "SIGKILL") return;
    await sleep(limits.graceMs);
    if (!finished) execution.signal("SIGKILL");
  };
  const onStop = () => {
    if (stopper.reason === "timeout" && endedBy !== "") execution.signal("SIGKILL");
    else if (stopper.reason === "timeout") void end("timeout", "SIGKILL");
    else void end("stop", stopper.forced || step.signalOnStop || "SIGTERM");
  };

  const onKill = () => execution.signal("SIGKILL");

  stopper.killSignal.addEventListener("abort", onKill, { once: true });
  if (stopper.raised) onStop();
  else stopper.signal.addEventListener("abort", onStop, { once: true });
  if (limits.timeoutMs > 0) {
    void sleep(limits.timeoutMs).then(() => {
      if (!finished) void end("step-timeout", "SIGTERM");
    });
  }
  try {
    const outcome = await execution.done;
    return { outcome, endedBy };
  } finally {
    finished = true;
    for (const wait of waits) wait.abort();
    stopper.signal.removeEventListener("abort", onStop);
    stopper.killSignal.removeEventListener("abort", onKill);
  }
}
