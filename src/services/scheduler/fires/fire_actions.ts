/** What a decision about a fire comes to, by means of the launcher. */
import { DaguError } from "../../../core/errors.ts";
import type { Fire } from "../../../core/schedule/schedule.ts";
import { RunStatus } from "../../../core/status.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { RunLauncher, Trigger } from "../../../ports/run_launcher.ts";
import type { RunStore, StoredRun } from "../../../ports/run_store.ts";
import type { FireActions } from "./fire_desk.ts";

/** Between two looks at a run that is ending. */
const LOOK_MS = 100;
/** Steps have their own clean-up time; handlers a minute. */
const LONGEST_END_MS = 120_000;

export interface FireActionOptions {
  readonly runs: RunStore;
  readonly launcher: RunLauncher;
  readonly clock: Clock;
  /** Asks a run to end. */
  readonly stop: (run: StoredRun) => Promise<void>;
  /**
   * Queues a run of the fire's definition, or one with definition and parameters of another run; resolves when record
   * and item are on the disk.
   */
  readonly enqueue: (fire: Fire, like: StoredRun | null) => Promise<void>;
}

export function fireActions({ runs, launcher, clock, stop, enqueue }: FireActionOptions): FireActions {
  const start = async (fire: Fire) => {
    await launcher.launch({
      kind: "start",
      dag: fire.file,
      dagRunId: fire.runId,
      params: null,
      trigger: triggerOf(fire),
    });
  };
  const stopAll = async (fire: Fire) => {
    const active = (await runs.active(fire.dag)).filter(isRunning);
    for (const run of active) await stop(run);
    return active;
  };
  const ended = async (run: StoredRun) => {
    const { name, dagRunId } = run.record;
    const limit = clock.monotonic() + LONGEST_END_MS;
    while (clock.monotonic() < limit) {
      const now = await runs.find(name, dagRunId);
      if (!now || !isRunning(now)) return;
      await clock.sleep(LOOK_MS);
    }
    throw new DaguError(`The run "${dagRunId}" of "${name}" does not end`);
  };
  /** A run that asks for a worker goes through the queue. */
  const begin = (fire: Fire) => fire.distributed ? enqueue(fire, null) : start(fire);
  const restartOnWorker = async (fire: Fire, latest: StoredRun) => {
    const { dag } = await runs.snapshot(latest);
    if (isRunning(latest)) {
      await stop(latest);
      await ended(latest);
    }
    await clock.sleep(dag.restartWaitMs);
    await enqueue(fire, latest);
  };
  return {
    start,
    enqueue: (fire) => enqueue(fire, null),
    stop: async (fire) => void await stopAll(fire),
    replace: async (fire) => {
      for (const run of await stopAll(fire)) await ended(run);
      await begin(fire);
    },
    restart: async (fire) => {
      const latest = await runs.latest(fire.dag);
      if (!latest) return await begin(fire);
      if (fire.distributed) return await restartOnWorker(fire, latest);
      const run = { name: fire.dag, id: latest.record.dagRunId };
      await launcher.launch({ kind: "restart", run, dagRunId: fire.runId, trigger: "schedule" });
    },
  };
}

export function triggerOf(fire: Fire): Trigger {
  if (fire.caughtUp) return "catchup";
  return fire.tick.startsWith("boot-") ? "reboot" : "schedule";
}

function isRunning({ record }: StoredRun): boolean {
  return record.status === RunStatus.Running || record.status === RunStatus.NotStarted;
}
