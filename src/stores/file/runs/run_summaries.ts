/** Reads what lists tell of a run, from its folder. */
import { type RunSummary, summaryOf } from "../../../core/run_summary.ts";
import type { RunRecord } from "../../../core/run.ts";
import { statIfExistsSync } from "../../../platform/files/files.ts";
import { EVENTS_FILE, STATUS_FILE } from "../layout.ts";
import { readRecord } from "../attempt/read_attempt.ts";
import { damagedRun } from "./damaged_run.ts";
import { type AttemptDir, attemptsOf } from "./run_tree.ts";

export interface ReadRun {
  readonly summary: RunSummary;
  /** As {@link runStamp} gave it before the record was read. */
  readonly stamp: string;
  /** Folder of the newest attempt that can be read, or of the newest one. */
  readonly dir: string;
}

/** The newest readable attempt of a run; that it is damaged when there is none; null when there is no run. */
export function readRunSummary(runDir: string): ReadRun | null {
  const attempts = attemptsOf(runDir);
  const stamp = stampOf(attempts);
  for (const attempt of attempts) {
    const record = readable(attempt.path);
    if (record) return { summary: summaryOf(record, attempts.at(-1)!.at), stamp, dir: attempt.path };
  }
  const lost = damagedRun(runDir, attempts);
  return lost &&
    { summary: { ...summaryOf(lost.record, lost.record.createdAt), damaged: true }, stamp, dir: lost.dir };
}

/** Text that changes whenever the record of the newest attempt does. */
export function runStamp(runDir: string): string {
  return stampOf(attemptsOf(runDir));
}

function stampOf([newest]: readonly AttemptDir[]): string {
  return newest ? `${newest.attemptId} ${recordStamp(newest.path)}` : "";
}

/** The same for one attempt. */
function recordStamp(attemptDir: string): string {
  return [STATUS_FILE, EVENTS_FILE].map((name) => {
    const info = statIfExistsSync(`${attemptDir}/${name}`);
    return info ? `${info.mtime?.getTime() ?? 0}:${info.size}:${info.ino ?? 0}` : "";
  }).join(" ");
}

function readable(dir: string): RunRecord | null {
  try {
    return readRecord(dir);
  } catch (error) {
    // One unreadable file must not hide the others.
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null;
  }
}
