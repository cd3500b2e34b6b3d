/** Carries out a run for a command: log records, live progress, the summary, the exit code. */
import type { RunEvent, RunRecord } from "../../core/run.ts";
import type { App, RunEnd, RunObserver } from "../../app/app.ts";
import type { Call } from "../command.ts";
import { exitCodeOf, failureOf } from "./exit_code.ts";
import type { FlagSpec } from "../flags/flags.ts";
import { runLog } from "./run_log.ts";
import { showTree } from "./show_tree.ts";

type AnyCall = Pick<Call<readonly FlagSpec[]>, "flags" | "console" | "config" | "app" | "env">;

export interface ReportOptions {
  /** Print the run as JSON instead of the tree. */
  readonly json: boolean;
  readonly run: (app: App, observer: RunObserver) => Promise<RunEnd>;
}

/** @returns the exit code of the command. */
export async function reportRun(call: AnyCall, options: ReportOptions): Promise<number> {
  const { console } = call;
  const config = await call.config();
  const app = await call.app();
  const quiet = call.flags.quiet;
  const progress = !quiet && !options.json && wantsProgress(call)
    ? (await import("./progress.ts")).startProgress(console)
    : null;
  // With both on one terminal, log records would tear the live picture.
  const logs = quiet || (progress !== null && console.errIsTerminal)
    ? null
    : runLog(console, config.logFormat === "json" ? "json" : "text");
  const observers = [logs, progress].filter((one) => one !== null);
  let end: RunEnd;
  try {
    end = await options.run(app, {
      onStart(record: RunRecord) {
        for (const one of observers) one.onStart(record);
      },
      onEvent(event: RunEvent, record: RunRecord) {
        for (const one of observers) one.onEvent(event, record);
      },
    });
  } finally {
    progress?.close();
  }
  logs?.onEnd(end.record);
  if (options.json) {
    console.out(`${JSON.stringify((await import("./run_json.ts")).runJson(end.record), null, 2)}\n`);
  } else if (!quiet) showTree(console, end.record);
  if (end.audited && !options.json) console.out((await import("./audit_text.ts")).auditText(end.audited));
  const code = exitCodeOf(end);
  if (code !== 0) {
    const { name, dagRunId } = end.record;
    console.err(`Error: DAG-run "${name}" (${dagRunId}) did not succeed: ${failureOf(end)}\n`);
  }
  return code;
}

function wantsProgress({ console, env }: AnyCall): boolean {
  if (!console.outIsTerminal || env["TERM"] === "dumb") return false;
  return (env["DISABLE_PROGRESS"] ?? env["DAGU_DISABLE_PROGRESS"] ?? "") === "";
}
