/** Figures of a scheduler, for Prometheus. */
import { Counter, gaugeText, Histogram } from "../../core/text/metrics_text.ts";
import type { Fire, FireRecord } from "../../core/schedule/schedule.ts";

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300];
const WAIT_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 900, 3600];

/** What is asked for when the page is read. */
export interface SchedulerState {
  readonly leader: boolean;
  readonly epoch: number;
  readonly agents: { readonly idle: number; readonly busy: number; readonly starting: number };
  /** Runs that wait, by queue. */
  readonly waiting: ReadonlyMap<string, number>;
  /** Unix milliseconds; null when nothing is due. */
  readonly nextFireAt: number | null;
}

export class SchedulerMetrics {
  readonly #fires = new Counter("dagu_scheduler_fires_total", "Expected fires by how they ended.");
  readonly #lateness = new Histogram(
    "dagu_scheduler_fire_lateness_seconds",
    "Time from a fire's due time until its run was on the disk.",
    SECONDS,
  );
  readonly #queueWait = new Histogram(
    "dagu_scheduler_queue_wait_seconds",
    "Time that runs waited in their queues.",
    WAIT_SECONDS,
  );
  readonly #quarantined = new Counter(
    "dagu_scheduler_queue_quarantined_total",
    "Queue items that could not be read and were put aside.",
  );
  readonly #crashed = new Counter("dagu_scheduler_runs_crashed_total", "Runs whose process was gone.");

  fire(fire: Fire, record: FireRecord): void {
    this.#fires.add({ outcome: record.outcome }, record.count);
    if (record.outcome === "started" || record.outcome === "queued") {
      this.#lateness.observe(Math.max(0, record.settledAt - fire.at) / 1000);
    }
  }

  queueWait(ms: number): void {
    this.#queueWait.observe(Math.max(0, ms) / 1000);
  }

  quarantined(queue: string): void {
    this.#quarantined.add({ queue });
  }

  crashed(resumed: boolean): void {
    this.#crashed.add({ resumed: String(resumed) });
  }

  text(state: SchedulerState): string {
    const { idle, busy, starting } = state.agents;
    return [
      this.#fires.text(),
      this.#lateness.text(),
      this.#queueWait.text(),
      this.#quarantined.text(),
      this.#crashed.text(),
      gaugeText("dagu_scheduler_leader", "1 when this scheduler acts, 0 when it stands by.", [[
        {},
        state.leader ? 1 : 0,
      ]]),
      gaugeText("dagu_scheduler_epoch", "Number of the leadership; 0 when standing by.", [[{}, state.epoch]]),
      gaugeText("dagu_scheduler_agents", "Agent processes by what they do.", [
        [{ state: "idle" }, idle],
        [{ state: "busy" }, busy],
        [{ state: "starting" }, starting],
      ]),
      gaugeText(
        "dagu_scheduler_queue_waiting",
        "Runs that wait, by queue.",
        [...state.waiting].map(([queue, count]) => [{ queue }, count] as const),
      ),
      gaugeText(
        "dagu_scheduler_next_fire_timestamp_seconds",
        "When something is due next.",
        state.nextFireAt === null ? [] : [[{}, state.nextFireAt / 1000]],
      ),
    ].join("");
  }
}
