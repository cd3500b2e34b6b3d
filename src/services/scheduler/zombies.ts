/** Finds runs whose process is gone, and ends their records, or has them go on where the DAG says so. */
import { messageOf, NotYetError } from "../../core/errors.ts";
import type { RunRef } from "../../core/run.ts";
import { RunStatus } from "../../core/status.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Fence } from "../../ports/lease_store.ts";
import type { RunLauncher } from "../../ports/run_launcher.ts";
import type { RunStore, StoredRun } from "../../ports/run_store.ts";
import type { ServiceLog } from "../service_log.ts";

/** A run that cannot be had go on for a reason that does not pass is tried so often. */
const MAX_TRIES = 20;
/** Looking at the heartbeats takes this part of the time, unless that were seldom; at most the other one. */
const SHARE = 1 / 500;
const MOST_SHARE = 1 / 20;

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
  /** How often a run could not be had go on, by id. */
  readonly #tries = new Map<string, number>();
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
    const { runs, clock, fence, intervalMs } = this.#options;
    const start = clock.monotonic();
    if (start >= this.#nextScan) {
      await this.#scan();
      const end = clock.monotonic();
      const took = end - start;
      this.#nextScan = end + Math.min(took / SHARE, Math.max(intervalMs / 2, took / MOST_SHARE));
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
    const { runs, fence } = this.#options;
    if (this.#closing.has(ref.id)) return;
    this.#closing.add(ref.id);
    try {
      const run = await runs.find(ref.name, ref.id);
      const life = run && isUnended(run) ? await runs.liveness(run) : "over";
      if (life === "unknown") return void this.#silent.set(ref.id, ref);
      if (life === "over") this.#known.delete(ref.id);
      if (life === "dead" && fence.holds() && !await this.#end(run!)) {
        return void this.#silent.set(ref.id, ref);
      }
      for (const kept of [this.#silent, this.#failed, this.#tries]) kept.delete(ref.id);
    } catch (error) {
      // Its owner may have taken its sign of life away: nothing else would tell of it any more.
      this.#silent.set(ref.id, ref);
      this.#told("ERROR", ref, "Cannot end a dead run", error);
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
      if (this.#known.has(id) || this.#silent.has(id)) continue;
      const run = await runs.find(name, id);
      // The file of a run that is over goes with the next question for the DAG's active runs.
      if (run && isUnended(run)) this.#known.set(id, run);
      else await runs.active(name);
    }
  }

  /** @returns whether that is done: one that is to go on, and cannot yet, is tried again */
  async #end(run: StoredRun): Promise<boolean> {
    const { runs, log, onClosed } = this.#options;
    const { name, dagRunId } = run.record;
    this.#known.delete(dagRunId);
    const closed = run.record.resumes ? run : await runs.closeDead(run);
    if (closed.record.resumes) return await this.#resume(closed);
    log("WARN", "A run was ended whose process was gone", { dag: name, "run-id": dagRunId });
    onClosed({ name, id: dagRunId }, false);
    return true;
  }

  /** Its record says that it goes on until the further attempt is made, so that no crash in between loses it. */
  async #resume(run: StoredRun): Promise<boolean> {
    const { runs, launcher, log, onClosed } = this.#options;
    const ref = { name: run.record.name, id: run.record.dagRunId };
    try {
      await launcher.launch({ kind: "continue", run: ref, trigger: "resume" });
    } catch (error) {
      if (error instanceof NotYetError) {
        this.#told("INFO", ref, "A run that crashed cannot go on yet", error);
        return false;
      }
      this.#told("ERROR", ref, "Cannot resume a run", error);
      const tries = (this.#tries.get(ref.id) ?? 0) + 1;
      this.#tries.set(ref.id, tries);
      if (tries < MAX_TRIES) return false;
      await runs.amendEnded(run, () => [{ kind: "run", patch: { resumes: false } }]);
      onClosed(ref, false);
      return true;
    }
    log("WARN", "A run goes on whose process was gone", { dag: ref.name, "run-id": ref.id });
    onClosed(ref, true);
    return true;
  }

  /** Once for each reason. */
  #told(level: "INFO" | "ERROR", ref: RunRef, what: string, error: unknown): void {
    const why = `${what}: ${messageOf(error)}`;
    if (this.#failed.get(ref.id) === why) return;
    this.#failed.set(ref.id, why);
    this.#options.log(level, what, { dag: ref.name, "run-id": ref.id, error: messageOf(error) });
  }
}

function isUnended({ record: { status, resumes } }: StoredRun): boolean {
  return status === RunStatus.Running || status === RunStatus.NotStarted || resumes;
}
