/** Follows one run from the moment it is seen until it has ended: by its socket, else by its files. */
import { watchRun } from "../../../agent/control.ts";
import type { SubRunChange } from "../../../agent/sub_runs/sub_run_news.ts";
import { settledRun } from "../../../agent/settled_run.ts";
import { applyEvent, type RunRecord, type RunRef } from "../../../core/run.ts";
import { RunStatus } from "../../../core/status.ts";
import { pause } from "../../../platform/time/timer.ts";
import type { RunStore, StoredRun } from "../../../ports/run_store.ts";
import type { LiveEvent } from "./event_hub.ts";
import {
  runChanged,
  stepChanged,
  stepsChanged,
  subRunChanged,
  subStepChanged,
  subStepsBegun,
} from "./run_events.ts";

export interface FollowerOptions {
  readonly ref: RunRef;
  readonly runs: RunStore;
  readonly publish: (event: LiveEvent) => void;
  /** Told when what lists show of the run may have changed. @param dir folder of its newest attempt */
  readonly noted: (dir: string) => void;
}

/** A heartbeat may be there a moment before the record, and the record before the socket. */
const FIRST_LOOKS_MS = [5, 10, 20, 50, 100, 200];
/** Pause between two looks at a run that has no socket here: that of Dagu, or of another host. */
const LOOK_MS = 250;
/** Lists follow the steps of a run that often. */
const PROGRESS_MS = 200;

export class RunFollower {
  readonly #options: FollowerOptions;
  readonly #ending = new AbortController();
  #known: RunRecord | null = null;
  /** Runs below it that go on, by id. */
  readonly #subs = new Map<string, RunRecord>();
  #progressTold = true;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Resolves when the run has ended, waits for somebody, or following was ended. Never rejects. */
  async follow(): Promise<void> {
    for (let tries = 0; !this.#ending.signal.aborted; tries++) {
      const followed = await this.#followSocket();
      const now = await this.#look();
      // The record of the attempt before may still be the newest one for a moment.
      const early = tries < FIRST_LOOKS_MS.length && this.#known === null;
      if (!early && (!now || !goesOn(now.record))) {
        if (now && this.#known === null) this.#tell(now.dir, now.record);
        break;
      }
      if (!followed) await pause(FIRST_LOOKS_MS[tries] ?? LOOK_MS);
    }
    this.#ending.abort();
  }

  end(): void {
    this.#ending.abort();
  }

  /** @returns false when nobody listens at the socket */
  async #followSocket(): Promise<boolean> {
    const run = await this.#find();
    if (!run?.lease?.socket || !goesOn(run.record)) return false;
    const { dir } = run;
    let record: RunRecord | null = null;
    try {
      await watchRun(run.lease.socket, (reply) => {
        if ("record" in reply) {
          record = reply.record;
          this.#take({ ...run, record });
        } else if ("event" in reply && record) {
          record = { ...applyEvent(record, reply.event), seq: reply.seq };
          this.#known = record;
          const step = stepChanged(record, reply.event);
          if (step === null) this.#tell(dir, record);
          else this.#tellStep(dir, step);
        } else if ("sub" in reply) this.#takeSub(reply.sub);
      }, this.#ending.signal);
    } catch {
      // Nobody listens there: the run is about to begin, or has ended.
    }
    return record !== null;
  }

  #takeSub(change: SubRunChange): void {
    const { publish } = this.#options;
    if ("record" in change) {
      this.#subs.set(change.record.dagRunId, change.record);
      publish(subRunChanged(change.record));
      return subStepsBegun(change.record).forEach(publish);
    }
    const before = this.#subs.get(change.dagRunId);
    if (!before) return;
    const record = { ...applyEvent(before, change.event), seq: change.seq };
    if (record.finishedAt > 0) this.#subs.delete(change.dagRunId);
    else this.#subs.set(change.dagRunId, record);
    publish(subStepChanged(record, change.event) ?? subRunChanged(record));
  }

  /** Reads the record; one whose owner is gone is closed. */
  async #look(): Promise<StoredRun | null> {
    const found = await this.#find();
    if (!found || this.#ending.signal.aborted) return null;
    const now = await settledRun(this.#options.runs, found).catch(() => found);
    this.#take(now);
    return now;
  }

  async #find(): Promise<StoredRun | null> {
    const { ref, runs } = this.#options;
    return await runs.find(ref.name, ref.id).catch(() => null);
  }

  #take({ record, dir }: StoredRun): void {
    const before = this.#known?.attemptId === record.attemptId ? this.#known : null;
    if (before && before.seq === record.seq && before.status === record.status) return;
    // A run that was over before it was looked at, and is about to be tried again.
    if (this.#known === null && !goesOn(record)) return this.#options.noted(dir);
    const steps = stepsChanged(before, record);
    // Nodes are replaced in their list: what is compared later has to stay as it is.
    this.#known = { ...record, nodes: [...record.nodes] };
    for (const event of steps) this.#options.publish(event);
    this.#tell(dir, record);
  }

  #tell(dir: string, record: RunRecord): void {
    this.#options.noted(dir);
    this.#options.publish(runChanged(record));
  }

  #tellStep(dir: string, event: LiveEvent): void {
    this.#options.publish(event);
    if (!this.#progressTold) return;
    this.#progressTold = false;
    pause(PROGRESS_MS).then(() => {
      this.#progressTold = true;
      if (!this.#ending.signal.aborted) this.#tell(dir, this.#known!);
    });
  }
}

function goesOn({ status }: RunRecord): boolean {
  return status === RunStatus.NotStarted || status === RunStatus.Running || status === RunStatus.Queued;
}
