/** How things that ran in containers ended. */
import { signalText } from "../../../platform/process/signal_text.ts";
import type { StepOutcome } from "../../../ports/executor.ts";

/** What a container or a command in it ended with. @param signal the last one that was sent, "" for none */
export function outcomeOf(exitCode: number, signal: string): StepOutcome {
  if (exitCode === 0) return { exitCode: 0, error: "" };
  if (signal !== "" && exitCode > 128) return { exitCode, error: signalText(signal) };
  return { exitCode, error: `exit status ${exitCode}` };
}

/** For what was stopped before it began. */
export function stoppedBy(signal: string): StepOutcome {
  return { exitCode: signal === "SIGKILL" ? 137 : 143, error: signalText(signal) };
}
