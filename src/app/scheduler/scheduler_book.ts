/** Timetable and desk of a leadership, with what they do put in place. */
import { localZone } from "../../platform/time/time_zone.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { lastBoot } from "../../platform/last_boot.ts";
import { messageOf } from "../../core/errors.ts";
import type { Fence } from "../../ports/lease_store.ts";
import type { RunLauncher } from "../../ports/run_launcher.ts";
import { DagRunsReader } from "../../services/scheduler/fires/dag_runs.ts";
import { type FireActionOptions, fireActions } from "../../services/scheduler/fires/fire_actions.ts";
import { FireDesk } from "../../services/scheduler/fires/fire_desk.ts";
import type { FireBook } from "../../services/scheduler/fires/fire_loop.ts";
import type { SchedulerMetrics } from "../../services/scheduler/scheduler_metrics.ts";
import type { ServiceLog } from "../../services/service_log.ts";
import { Glance } from "../../spec/glance.ts";
import { Timetable } from "../../services/scheduler/fires/timetable.ts";
import { FileFireStore } from "../../stores/file/fires/fire_store.ts";
import { isSuspended } from "../../stores/file/dags/suspension.ts";
import type { Services } from "../services.ts";
import { stopOne } from "../runs/stop_run.ts";

export interface BookOptions {
  readonly services: Services;
  readonly launcher: RunLauncher;
  readonly fence: Fence;
  readonly metrics: SchedulerMetrics;
  readonly log: ServiceLog;
  /** Something is due earlier than it was. */
  readonly changed: () => void;
  readonly enqueue: FireActionOptions["enqueue"];
}

export function openBook(options: BookOptions): FireBook {
  const { services, launcher, fence, metrics, log, changed, enqueue } = options;
  const { config, runs, dags } = services;
  const { paths } = config;
  const fires = new FileFireStore(paths.dataDir);
  const timetable = new Timetable({
    dagsDir: paths.dagsDir,
    baseConfig: paths.baseConfig,
    reader: () =>
      dags.reader((base) => {
        const glance = new Glance(base);
        return (text) => glance.at(text);
      }),
    fires,
    zone: config.tz || localZone(),
    isSuspended: (job) => isSuspended(paths.suspendFlagsDir, job),
    boot: lastBoot(),
    changed,
    onProblem: (path, message) => log("WARN", "A definition cannot be used", { file: path, error: message }),
  });
  const reader = new DagRunsReader(runs, systemClock);
  const stop = (run: Parameters<typeof stopOne>[1]) => stopOne(services, run);
  const desk = new FireDesk({
    clock: systemClock,
    timetable,
    fires,
    actions: fireActions({ runs, launcher, clock: systemClock, stop, enqueue }),
    runsOf: (dag) => reader.of(dag),
    mayAct: () => fence.holds(),
    onSettled: (fire, record) => {
      metrics.fire(fire, record);
      const { outcome, why, runId } = record;
      const fields = { dag: fire.dag, due: new Date(fire.at).toISOString(), outcome };
      log(outcome === "missed" ? "WARN" : "INFO", "Fire", {
        ...fields,
        ...(why === "" ? {} : { why }),
        ...(runId === "" ? {} : { "run-id": runId }),
      });
    },
    onError: (fire, error) =>
      log("ERROR", "A fire could not be dealt with yet", { dag: fire.dag, error: messageOf(error) }),
  });
  return { timetable, desk };
}
