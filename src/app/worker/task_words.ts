/** What the worker says about the run of a task while its agent carries it out, and what follows from that. */
import type { RunControl, StepGate } from "../../agent/agent_ports.ts";
import { RunLease } from "../../agent/run_lease.ts";
import { DaguError } from "../../core/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SignalName } from "../../ports/executor.ts";
import type { ToRunning } from "../../services/agents/protocol.ts";

export class TaskWords implements StepGate {
  readonly #clock: Clock;
  readonly #onLapse: () => void;
  readonly #recorded = Promise.withResolvers<void>();
  /** What came before there was an agent. */
  readonly #early: SignalName[] = [];
  #lease: RunLease | null = null;
  #agent: RunControl | null = null;

  /**
   * @param leasedAt as `TaskRequest.leasedAt`
   * @param onLapse called when the right to carry the run out has ended
   */
  constructor(clock: Clock, leasedAt: number | null, onLapse: () => void) {
    this.#clock = clock;
    this.#onLapse = onLapse;
    this.#recorded.promise.catch(() => {});
    if (leasedAt !== null) this.#hold(leasedAt);
  }

  /** Of a run that is stored elsewhere: resolves when it is, rejects when it is not to be begun. */
  get recorded(): Promise<void> {
    return this.#recorded.promise;
  }

  async granted(): Promise<void> {
    await this.#lease?.granted();
  }

  take(word: ToRunning): void {
    switch (word.kind) {
      case "signal":
        return this.#signal(word.signal);
      case "renew":
        return this.#lease?.renew(word.askedAt);
      case "recorded":
        this.#hold(word.askedAt);
        return this.#recorded.resolve();
    }
  }

  onAgent(agent: RunControl): void {
    this.#agent = agent;
    for (const name of this.#early) this.#signal(name);
  }

  /** The run is over. */
  close(): void {
    this.#lease?.close();
  }

  #hold(askedAt: number): void {
    this.#lease = new RunLease(this.#clock, askedAt, this.#onLapse);
  }

  #signal(name: SignalName): void {
    if (name === "SIGKILL") this.#recorded.reject(new DaguError("The run is not this worker's to begin"));
    if (!this.#agent) this.#early.push(name);
    else if (name === "SIGKILL") this.#agent.kill();
    else this.#agent.stop(name);
  }
}
