/** `restart`: stops a run and starts another with its definition and parameters. */
import type { RunObserver } from "../../agent/agent_ports.ts";
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { RunStatus, runStatusName } from "../../core/status.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { Trigger } from "../../ports/run_launcher.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { RunEnd } from "../app.ts";
import { findRun } from "./find_run.ts";
import { openServices, type Services } from "../services.ts";
import { startSnapshot } from "./start_run.ts";
import { stopOne } from "./stop_run.ts";

/** Between two looks at a run that is ending: it tells by its record, which another process writes. */
const LOOK_MS = 50;

export async function restartRun(
  config: Config,
  options: { dag: string; runId: string; observer: RunObserver },
): Promise<RunEnd> {
  const services = openServices(config);
  const stored = await findRun(services, options.dag, options.runId, "restart");
  if (!isRunning(stored)) {
    const { name, status } = stored.record;
    throw new DaguError(
      `Cannot restart "${name}": it is not running, its status is ${runStatusName(status)}; start it instead`,
    );
  }
  return await restartStored(services, stored, {
    runId: "",
    trigger: "restart",
    observer: options.observer,
  });
}

/**
 * Stops a run if it runs, and starts another one like it.
 * @param options `runId` of the new run; "" makes one
 */
export async function restartStored(
  services: Services,
  stored: StoredRun,
  options: { runId: string; trigger: Trigger; observer: RunObserver },
): Promise<RunEnd> {
  const snapshot = await services.runs.snapshotToRun(stored);
  if (isRunning(stored)) {
    await stopOne(services, stored);
    await ended(services, stored, snapshot.dag.maxCleanUpMs);
  }
  await systemClock.sleep(snapshot.dag.restartWaitMs);
  const { ports, close } = services.agent("");
  try {
    return await startSnapshot(services, ports, snapshot, options);
  } finally {
    await close();
  }
}

function isRunning(run: StoredRun): boolean {
  return run.record.status === RunStatus.Running || run.record.status === RunStatus.NotStarted;
}

/** Waits until the run has ended: its steps have their clean-up time, and its handlers a minute. */
async function ended(services: Services, run: StoredRun, cleanUpMs: number): Promise<void> {
  const { name, dagRunId } = run.record;
  const limit = systemClock.monotonic() + cleanUpMs + 60_000;
  for (;;) {
    const now = await services.runs.find(name, dagRunId);
    if (!now || !isRunning(now) || await services.runs.liveness(now) === "dead") return;
    if (systemClock.monotonic() > limit) {
      throw new DaguError(`Cannot restart "${name}": its run "${dagRunId}" does not end`);
    }
    await systemClock.sleep(LOOK_MS);
  }
}
