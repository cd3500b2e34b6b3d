/** A scheduler's life: stands by, leads, hands over. Everything it does while it leads stops when it does not any more. */
import { messageOf } from "../../core/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Leadership } from "../leadership.ts";
import type { ServiceLog } from "../service_log.ts";

/** A part that failed, or has ended though nobody asked it to, is begun again after this. */
const AGAIN_MS = 5_000;

/** One of the things that a leader does. */
export interface Part {
  readonly name: string;
  /** Works until the signal is aborted; resolves when nothing is half done. */
  run(epoch: number, signal: AbortSignal): Promise<void>;
}

export interface SchedulerOptions {
  readonly leadership: Leadership;
  readonly parts: readonly Part[];
  readonly clock: Clock;
  readonly log: ServiceLog;
  /** Told when this scheduler begins and ends to act. */
  readonly onLead: (leads: boolean) => void;
  /** Longest wait for what is half done when this scheduler ends. */
  readonly graceMs: number;
}

export class Scheduler {
  readonly #options: SchedulerOptions;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Works until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { leadership, log, onLead } = this.#options;
    log("INFO", "Waiting to lead");
    while (await leadership.acquire(signal)) {
      const { epoch } = leadership;
      log("INFO", "Scheduler started", { epoch });
      onLead(true);
      await this.#lead(epoch, signal);
      onLead(false);
      await leadership.release().catch((error) =>
        log("WARN", "Cannot hand over: others wait until they know", { error: messageOf(error) })
      );
      if (!signal.aborted) log("WARN", "Leadership lost, standing by", { epoch });
    }
  }

  async #lead(epoch: number, signal: AbortSignal): Promise<void> {
    const { leadership, parts, clock, graceMs } = this.#options;
    const stint = new AbortController();
    const working = AbortSignal.any([signal, stint.signal]);
    const done = new AbortController();
    // Renewed to the end: what is half done is still the leader's.
    const kept = leadership.keep(done.signal).then(() => stint.abort());
    const work = Promise.all(parts.map((part) => this.#keepRunning(part, epoch, working)));
    await new Promise<void>((resolve) => {
      if (working.aborted) return resolve();
      working.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([work, clock.sleep(graceMs)]);
    done.abort();
    await kept;
  }

  async #keepRunning(part: Part, epoch: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      try {
        await part.run(epoch, signal);
      } catch (error) {
        log("ERROR", `The ${part.name} failed and is begun again`, { error: messageOf(error) });
      }
      // One whose fence held no more for a moment, as when the clock was set, goes on with the leadership.
      if (!signal.aborted) await clock.sleep(AGAIN_MS, signal);
    }
  }
}
