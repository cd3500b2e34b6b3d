/** Tells when other workers can be had than before. It looks only while somebody lacks one. */
import type { Clock } from "../../../ports/clock.ts";
import type { Workers } from "../../../ports/workers.ts";

const LOOK_MS = 500;

export interface WorkerNewsOptions {
  readonly workers: Workers;
  readonly clock: Clock;
  /** Whether somebody still lacks a worker. */
  readonly wanted: () => boolean;
  readonly onNews: () => void;
  readonly signal: AbortSignal;
}

export class WorkerNews {
  readonly #options: WorkerNewsOptions;
  #looking = false;

  constructor(options: WorkerNewsOptions) {
    this.#options = options;
  }

  /** Somebody lacks a worker: looks until nobody does. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const { clock, wanted, onNews, signal } = this.#options;
    let known = await this.#sign();
    while (wanted() && !signal.aborted) {
      await clock.sleep(LOOK_MS, signal);
      const sign = await this.#sign();
      if (sign !== known) onNews();
      known = sign;
    }
    this.#looking = false;
  }

  /** Equal as long as the same workers live and have the same labels. */
  async #sign(): Promise<string> {
    const seen = await this.#options.workers.seen().catch(() => null);
    const alive = seen?.workers.filter(({ health }) => health !== "unhealthy");
    return JSON.stringify(alive?.map(({ id, labels }) => [id, labels]) ?? null);
  }
}
