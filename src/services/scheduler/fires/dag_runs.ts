/** What decisions need to know of the runs of DAGs, for many DAGs at once. */
import type { DagRuns } from "../../../core/schedule/fire_decision.ts";
import type { RunRef } from "../../../core/run.ts";
import { isActiveRun, RunStatus } from "../../../core/status.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { RunStore, StoredRun } from "../../../ports/run_store.ts";

/** Fires of one minute share one look at the heartbeats; runs that began since are the newest of their DAG. */
const SHARED_MS = 250;

export class DagRunsReader {
  readonly #runs: RunStore;
  readonly #clock: Clock;
  #signs: Promise<RunRef[]> | null = null;
  #readAt = 0;

  constructor(runs: RunStore, clock: Clock) {
    this.#runs = runs;
    this.#clock = clock;
  }

  async of(dag: string): Promise<DagRuns> {
    const stored = await this.#runs.latest(dag);
    const latest = stored && await this.#settled(stored);
    return {
      latest: latest && {
        id: latest.record.dagRunId,
        status: latest.record.status,
        startedAt: latest.record.startedAt,
        createdAt: latest.record.createdAt,
      },
      active: latest !== null && isOpen(latest) || await this.#anyActive(dag, latest),
    };
  }

  async #anyActive(dag: string, latest: StoredRun | null): Promise<boolean> {
    for (const { name, id } of await this.#shared()) {
      if (name !== dag || id === latest?.record.dagRunId) continue;
      const run = await this.#runs.find(name, id);
      if (run && isOpen(await this.#settled(run))) return true;
    }
    return false;
  }

  #shared(): Promise<RunRef[]> {
    const now = this.#clock.monotonic();
    if (!this.#signs || now - this.#readAt > SHARED_MS) {
      this.#readAt = now;
      this.#signs = this.#runs.signs();
    }
    return this.#signs;
  }

  async #settled(run: StoredRun): Promise<StoredRun> {
    const { status } = run.record;
    if (status !== RunStatus.Running && status !== RunStatus.NotStarted) return run;
    return await this.#runs.liveness(run) === "dead" ? await this.#runs.closeDead(run) : run;
  }
}

/** Queued runs are no reason to hold back: their queue sees to that. */
function isOpen({ record }: StoredRun): boolean {
  return record.status === RunStatus.NotStarted ||
    isActiveRun(record.status) && record.status !== RunStatus.Queued;
}
