/** What a state means, whatever has it: one colour, one shape, one word. */
import { NodeStatus, RunStatus } from "../../core/status.ts";

export const TONES = ["ok", "part", "bad", "live", "wait", "line", "stop", "skip", "none"] as const;
/**
 * `ok` done, `part` done in part, `bad` failed or rejected, `live` runs, `wait` waits for a person, `line` waits in
 * line, `stop` was stopped, `skip` was not needed, `none` has not begun.
 */
export type Tone = (typeof TONES)[number];

const RUN_TONES: Readonly<Record<RunStatus, readonly [Tone, string]>> = {
  [RunStatus.NotStarted]: ["none", "Not started"],
  [RunStatus.Running]: ["live", "Running"],
  [RunStatus.Failed]: ["bad", "Failed"],
  [RunStatus.Aborted]: ["stop", "Stopped"],
  [RunStatus.Succeeded]: ["ok", "Succeeded"],
  [RunStatus.Queued]: ["line", "Queued"],
  [RunStatus.PartiallySucceeded]: ["part", "Partly succeeded"],
  [RunStatus.Waiting]: ["wait", "Waiting"],
  [RunStatus.Rejected]: ["bad", "Rejected"],
};

export function runTone(status: number): Tone {
  return RUN_TONES[status as RunStatus]?.[0] ?? "none";
}

export function runWord(status: number): string {
  return RUN_TONES[status as RunStatus]?.[1] ?? "Unknown";
}

export function nodeTone(status: number): Tone {
  return status === NodeStatus.Skipped ? "skip" : runTone(status);
}

export function nodeWord(status: number): string {
  return status === NodeStatus.Skipped ? "Skipped" : runWord(status);
}
