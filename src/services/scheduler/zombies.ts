/** Finds runs whose process is gone, and ends their records, or has them go on where the DAG says so. */
import { messageOf } from "../../core/errors.ts";
import type { RunRef } from "../../core/run.ts";
import { RunStatus } from "../../core/status.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Fence } from "../../ports/lease_store.ts";
import type { RunLauncher } from "../../ports/run_launcher.ts";
import type { RunStore, StoredRun } from "../../ports/run_store.ts";
import type { ServiceLog } from "./service_log.ts";

/** A run that crashes each time is not tried for ever. */
const MAX_RESUMES = 3;
/** Looking at the heartbeats takes at most this part of the time. */
const SHARE = 1 / 500;

export interface ZombiesOptions {
  readonly runs: RunStore;
  readonly launcher: RunLauncher;
  readonly clock: Clock;
  readonly fence: Fence;
  /** Pause between two looks. */
  readonly intervalMs: number;
  readonly log: ServiceLog;
  /** A run was found dead and dealt with. */
  readonly onClosed: (run: RunRef, resumed: boolean) => void;
}

export class Zombies {
  readonly #options: ZombiesOptions;
  /** Runs that were seen alive, by id. */
  readonly #known = new Map<string, StoredRun>();
  /** Open runs that have perhaps no sign of life, by id: a power cut may have taken it, or an owner that failed. */
  readonly #silent = new Map<string, RunRef>();
  readonly #closing = new Set<string>();
  /** Runs that could not be dealt with, each with the reason that was told. */
  readonly #failed = new Map<string, string>();
  #nextScan = 0;

  constructor(options: ZombiesOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, intervalMs, log } = this.#options;
    while (!signal.aborted) {
      await this.look().catch((error) =>
        log("WARN", "Cannot look for dead runs", { error: messageOf(error) })
      );
      await clock.rest(intervalMs, signal);
    }
  }

  async look(): Promise<void> {
    const { runs, clock, fence } = this.#options;
    const start = clock.monotonic();
    if (start >= this.#nextScan) {
      await this.#scan();
      this.#nextScan = clock.monotonic() + (clock.monotonic() - start) / SHARE;
    }
    if (this.#known.size + this.#silent.size === 0 || !fence.holds()) return;
    for (const ref of [...this.#silent.values()]) await this.check(ref);
    for (const [id, run] of this.#known) {
      if (await runs.liveness(run) === "dead") await this.check({ name: run.record.name, id });
    }
  }

  /** Somebody has found an open run: it is looked at until it is known whether its owner lives. */
  suspect(ref: RunRef): void {
    this.#silent.set(ref.id, ref);
  }

  /** Somebody has reason to believe that the process of a run is gone. */
  async check(ref: RunRef): Promise<void> {
    const { runs, log, fence } = this.#options;
    if (this.#closing.has(ref.id)) return;
    this.#closing.add(ref.id);
    try {
      const run = await runs.find(ref.name, ref.id);
      const life = run && isOpen(run) ? await runs.liveness(run) : "over";
      if (life === "dead") {
        if (fence.holds()) await this.#close(run!);
      } else if (life === "over") this.#known.delete(ref.id);
      if (life !== "unknown") this.#silent.delete(ref.id);
      this.#failed.delete(ref.id);
    } catch (error) {
      // Its owner may have taken its sign of life away: nothing else would tell of it any more.
      this.#silent.set(ref.id, ref);
      if (this.#failed.get(ref.id) === messageOf(error)) return;
      this.#failed.set(ref.id, messageOf(error));
      log("ERROR", "Cannot end a dead run", { dag: ref.name, "run-id": ref.id, error: messageOf(error) });
    } finally {
      this.#closing.delete(ref.id);
    }
  }

  async #scan(): Promise<void> {
    const { runs } = this.#options;
    const signs = await runs.signs();
    const ids = new Set(signs.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    for (const { name, id } of signs) {
      if (this.#known.has(id)) continue;
      const run = await runs.find(name, id);
      // The file of a run that is over goes with the next question for the DAG's active runs.
      if (run && isOpen(run)) this.#known.set(id, run);
      else await runs.active(name);
    }
  }

  async #close(run: StoredRun): Promise<void> {
    const { runs, log, onClosed } = this.#options;
    const { name, dagRunId } = run.record;
    const ref = { name, id: dagRunId };
    this.#known.delete(dagRunId);
    if (await this.#resume(run)) {
      log("WARN", "A run goes on whose process was gone", { dag: name, "run-id": dagRunId });
      return onClosed(ref, true);
    }
    await runs.closeDead(run);
    log("WARN", "A run was ended whose process was gone", { dag: name, "run-id": dagRunId });
    onClosed(ref, false);
  }

  /** A further attempt closes the dead one itself, so that no crash in between loses it. */
  async #resume(run: StoredRun): Promise<boolean> {
    const { runs, launcher, log } = this.#options;
    const { name, dagRunId } = run.record;
    try {
      const { dag } = await runs.snapshot(run);
      if (dag.onCrash !== "resume" || (run.lease?.epoch ?? 1) > MAX_RESUMES) return false;
      await launcher.launch({ kind: "continue", run: { name, id: dagRunId }, trigger: "resume" });
      return true;
    } catch (error) {
      log("ERROR", "Cannot resume a run", { dag: name, "run-id": dagRunId, error: messageOf(error) });
      return false;
    }
  }
}

function isOpen({ record }: StoredRun): boolean {
  return record.status === RunStatus.Running || record.status === RunStatus.NotStarted;
}
