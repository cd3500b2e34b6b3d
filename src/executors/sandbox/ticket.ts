/** One execution in the pool, from the queue to its outcome. */
import type { SignalName, StepOutcome } from "../../ports/executor.ts";
import type { Execution } from "../../ports/executor.ts";
import type { SandboxJob } from "./job.ts";
import { stopped } from "./protocol.ts";

export class Ticket implements Execution {
  readonly done: Promise<StepOutcome>;
  finished = false;
  #resolve!: (outcome: StepOutcome) => void;
  #stored: Promise<void> = Promise.resolve();
  #failure = "";
  #onSignal: ((name: SignalName) => void) | null = null;

  constructor(readonly job: SandboxJob) {
    this.done = new Promise((resolve) => this.#resolve = resolve);
  }

  /** A worker has it now and gets its signals. */
  attach(onSignal: (name: SignalName) => void): void {
    this.#onSignal = onSignal;
  }

  signal(name: SignalName): void {
    if (this.finished) return;
    if (this.#onSignal) this.#onSignal(name);
    else this.finish(stopped(name));
  }

  /** Brings output to the log, in order; calls back when it is there. */
  store(stream: "stdout" | "stderr", bytes: Uint8Array, stored: () => void): void {
    this.#stored = this.#stored.then(() => this.job.log.write(stream, bytes)).catch((error) => {
      this.#failure ||= `Cannot write the log of the step: ${error instanceof Error ? error.message : error}`;
    }).then(stored);
  }

  /** The outcome counts when all output stands in the log. */
  finish(outcome: StepOutcome): void {
    if (this.finished) return;
    this.finished = true;
    void this.#stored.then(() =>
      this.#resolve(
        this.#failure !== "" && outcome.error === "" ? { exitCode: 1, error: this.#failure } : outcome,
      )
    );
  }
}
