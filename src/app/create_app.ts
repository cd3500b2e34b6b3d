import type { Config } from "../config/config.ts";
import type { App } from "./app.ts";

/** Costs nothing: each operation loads what it needs when it is called. */
export function createApp(config: Config): App {
  return {
    start: async (options) => (await import("./runs/start_run.ts")).startRun(config, options),
    exec: async (options) => (await import("./runs/exec_run.ts")).execRun(config, options),
    dry: async (options) => (await import("./definitions/dry_run.ts")).dryRun(config, options),
    retry: async (options) => (await import("./runs/retry_run.ts")).retryRun(config, options),
    restart: async (options) => (await import("./runs/restart_run.ts")).restartRun(config, options),
    approve: async (options) => (await import("./runs/decide_run.ts")).approveRun(config, options),
    reject: async (options) => (await import("./runs/decide_run.ts")).rejectRun(config, options),
    enqueue: async (options) => (await import("./runs/enqueue_run.ts")).enqueueRun(config, options),
    backfill: async (options) => (await import("./runs/backfill.ts")).backfillRuns(config, options),
    dequeue: async (options) => (await import("./runs/dequeue_run.ts")).dequeueRun(config, options),
    waiting: async (queue) => (await import("./runs/waiting_runs.ts")).waitingRuns(config, queue),
    clearQueue: async (queue) => (await import("./runs/dequeue_run.ts")).clearQueue(config, queue),
    why: async (options) => (await import("./runs/why_run.ts")).whyRun(config, options),
    stop: async (options) => (await import("./runs/stop_run.ts")).stopRuns(config, options),
    status: async (options) => (await import("./runs/history.ts")).statusOf(config, options),
    history: async (options) => (await import("./runs/history.ts")).historyOf(config, options),
    cleanup: async (options) => (await import("./runs/history.ts")).cleanUp(config, options),
    validate: async (dag) => (await import("./definitions/validate_dag.ts")).validateDag(config, dag),
    exportDag: async (dag) => (await import("./definitions/export_dag.ts")).exportDag(config, dag),
    lint: async function* (options) {
      yield* (await import("./definitions/lint_dags.ts")).lintDags(config, options);
    },
    test: async function* (options) {
      yield* (await import("./definitions/run_tests.ts")).runTests(config, options);
    },
    writeJunit: async (file, results) =>
      (await import("./definitions/write_junit.ts")).writeJunit(file, results),
    serve: async (options) => (await import("./server/serve.ts")).serve(config, options),
    resetPassword: async (name) => (await import("./server/reset_password.ts")).resetPassword(config, name),
    logs: async function* (options) {
      yield* (await import("./runs/logs.ts")).logLines(config, options);
    },
    schedule: async (options) => (await import("./scheduler/schedules.ts")).previewSchedules(config, options),
    fireHistory: async (options) => (await import("./scheduler/schedules.ts")).fireHistory(config, options),
  };
}
