/** Tells those who listen when workers, or what they do, have changed. */
import { startInterval } from "../../../platform/time/timer.ts";
import type { Workers } from "../../../ports/workers.ts";
import { workerJson } from "../shape/worker.ts";
import type { EventHub } from "./event_hub.ts";

const LOOK_MS = 1000;

export class WorkerWatch {
  readonly #workers: Workers;
  readonly #hub: EventHub;
  readonly #rest: () => void;
  /** What was told last, by worker, without the time of its last sign of life. */
  #told = new Map<string, string>();
  #looking = false;

  constructor(workers: Workers, hub: EventHub) {
    this.#workers = workers;
    this.#hub = hub;
    this.#rest = hub.whileHeard(() => startInterval(LOOK_MS, () => void this.look()));
  }

  end(): void {
    this.#rest();
  }

  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const seen = await this.#workers.seen();
      this.#compare((seen?.workers ?? []).map(workerJson));
    } catch {
      // Who asks for the workers is told why they cannot be had.
    } finally {
      this.#looking = false;
    }
  }

  #compare(workers: readonly ReturnType<typeof workerJson>[]): void {
    const told = new Map(workers.map((worker) => [worker.id, signOf(worker)]));
    for (const worker of workers) {
      if (this.#told.get(worker.id) === told.get(worker.id)) continue;
      // What it runs is not for everybody who listens: who may see it asks for it.
      const { runningTasks: _, ...rest } = worker;
      this.#publish(rest);
    }
    for (const id of this.#told.keys()) if (!told.has(id)) this.#publish({ removed: id });
    this.#told = told;
  }

  #publish(data: unknown): void {
    this.#hub.publish({ type: "worker", topics: ["workers"], dag: "", data });
  }
}

function signOf({ lastHeartbeatAt: _, ...worker }: ReturnType<typeof workerJson>): string {
  return JSON.stringify(worker);
}
