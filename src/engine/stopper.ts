/** The request to stop a run, as the parts of the engine see it: raised once, seen by all. */
import type { SignalName } from "../ports/executor.ts";

/** Why running steps are ended. */
export type StopReason = "stop" | "timeout";

export class Stopper {
  readonly #controller = new AbortController();
  readonly #kill = new AbortController();
  #reason: StopReason | "" = "";
  /** Signal to send instead of the step's own `signalOnStop`; "" when there is none. */
  forced: SignalName = "";

  /** Aborted when the run is to end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborted when even the grace time is over: the second request. */
  get killSignal(): AbortSignal {
    return this.#kill.signal;
  }

  get reason(): StopReason | "" {
    return this.#reason;
  }

  get raised(): boolean {
    return this.#reason !== "";
  }

  /** The first request ends the steps with their grace time; any further one ends them at once. */
  raise(reason: StopReason, forced: SignalName = ""): void {
    if (this.raised) {
      // Only a person's second request cuts the grace time short; the time limit does not.
      if (reason === "stop") this.#kill.abort();
      return;
    }
    this.#reason = reason;
    this.forced = forced;
    this.#controller.abort();
  }
}
