/** Figures about the machine, taken now and then while the server goes on. */
import { parseDuration } from "../../../core/text/duration.ts";
import { diskUse, machineLoad, machineMemory, processorTime } from "../../../platform/resources.ts";
import { startInterval } from "../../../platform/time/timer.ts";
import { badRequest } from "../http/api_error.ts";

interface Figures {
  /** Unix seconds. */
  readonly timestamp: number;
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
  readonly load: number;
}

type Kind = "cpu" | "memory" | "disk" | "load";
export type ResourceSeries = Readonly<Record<Kind, readonly { timestamp: number; value: number }[]>>;

export interface ResourceOptions {
  readonly intervalMs: number;
  readonly retentionMs: number;
  /** Folder whose disk is looked at. */
  readonly folder: string;
  readonly now: () => number;
}

/** Most points of one answer. */
const MAX_POINTS = 1000;

export class ResourceHistory {
  readonly #options: ResourceOptions;
  readonly #figures: Figures[] = [];
  #before = processorTime();
  #stop: () => void = () => {};

  constructor(options: ResourceOptions) {
    this.#options = options;
  }

  begin(): void {
    const { intervalMs } = this.#options;
    this.#take();
    this.#stop = startInterval(intervalMs, () => this.#take());
  }

  end(): void {
    this.#stop();
  }

  /** @param duration such as `1h` */
  history(duration: string): ResourceSeries {
    const ms = parseDuration(duration, ["d"]);
    if (ms === undefined || ms <= 0) {
      throw badRequest(`"${duration}" is not a duration, expected one like 1h`);
    }
    const since = (this.#options.now() - ms) / 1000;
    const recent = this.#figures.filter((figures) => figures.timestamp >= since);
    const step = Math.ceil(recent.length / MAX_POINTS);
    const shown = recent.filter((_, i) => (recent.length - 1 - i) % step === 0);
    const series = (kind: Kind) =>
      shown.map((one) => ({ timestamp: one.timestamp, value: rounded(one[kind]) }));
    return { cpu: series("cpu"), memory: series("memory"), disk: series("disk"), load: series("load") };
  }

  async #take(): Promise<void> {
    const { retentionMs, intervalMs, folder, now } = this.#options;
    const before = this.#before;
    const after = this.#before = processorTime();
    const total = before && after ? after.total - before.total : 0;
    const disk = await diskUse(folder);
    this.#figures.push({
      timestamp: Math.floor(now() / 1000),
      cpu: total > 0 ? (after!.busy - before!.busy) / total * 100 : 0,
      memory: machineMemory(),
      disk,
      load: machineLoad(),
    });
    const most = Math.max(1, Math.ceil(retentionMs / intervalMs));
    if (this.#figures.length > most) this.#figures.splice(0, this.#figures.length - most);
  }
}

/** More digits than are of use make the answer three times as long. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
