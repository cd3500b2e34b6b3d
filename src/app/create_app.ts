import type { Config } from "../config/config.ts";
import type { App } from "./app.ts";

/** Costs nothing: each operation loads what it needs when it is called. */
export function createApp(config: Config): App {
  return {
    start: async (options) => (await import("./start_run.ts")).startRun(config, options),
    exec: async (options) => (await import("./exec_run.ts")).execRun(config, options),
    dry: async (options) => (await import("./dry_run.ts")).dryRun(config, options),
    retry: async (options) => (await import("./retry_run.ts")).retryRun(config, options),
    restart: async (options) => (await import("./restart_run.ts")).restartRun(config, options),
    approve: async (options) => (await import("./decide_run.ts")).approveRun(config, options),
    reject: async (options) => (await import("./decide_run.ts")).rejectRun(config, options),
    enqueue: async (options) => (await import("./enqueue_run.ts")).enqueueRun(config, options),
    backfill: async (options) => (await import("./backfill.ts")).backfillRuns(config, options),
    dequeue: async (options) => (await import("./dequeue_run.ts")).dequeueRun(config, options),
    waiting: async (queue) => (await import("./waiting_runs.ts")).waitingRuns(config, queue),
    clearQueue: async (queue) => (await import("./dequeue_run.ts")).clearQueue(config, queue),
    why: async (options) => (await import("./why_run.ts")).whyRun(config, options),
    stop: async (options) => (await import("./stop_run.ts")).stopRuns(config, options),
    status: async (options) => (await import("./history.ts")).statusOf(config, options),
    history: async (options) => (await import("./history.ts")).historyOf(config, options),
    cleanup: async (options) => (await import("./history.ts")).cleanUp(config, options),
    validate: async (dag) => (await import("./validate_dag.ts")).validateDag(config, dag),
    exportDag: async (dag) => (await import("./export_dag.ts")).exportDag(config, dag),
    lint: async function* (options) {
      yield* (await import("./lint_dags.ts")).lintDags(config, options);
    },
    test: async function* (options) {
      yield* (await import("./run_tests.ts")).runTests(config, options);
    },
    writeJunit: async (file, results) => (await import("./write_junit.ts")).writeJunit(file, results),
    serve: async (options) => (await import("./serve.ts")).serve(config, options),
    resetPassword: async (name) => (await import("./reset_password.ts")).resetPassword(config, name),
    logs: async function* (options) {
      yield* (await import("./logs.ts")).logLines(config, options);
    },
    schedule: async (options) => (await import("./schedules.ts")).previewSchedules(config, options),
    fireHistory: async (options) => (await import("./schedules.ts")).fireHistory(config, options),
  };
}
