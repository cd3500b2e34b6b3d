/** Parts of a line about a run that goes on. */
import type { RunSummary } from "../api/types.ts";
import { canStop, stopRun } from "../run_actions.ts";
import { durationText } from "../text/duration.ts";
import { Icon } from "./icon.tsx";
import { Duration } from "./time.tsx";

/** How long it has run, of how long it usually does. @param usual milliseconds; 0 when that is not known */
export function RunningTime({ run, usual }: { readonly run: RunSummary; readonly usual: number }) {
  return (
    <>
      <Duration since={run.startedAt} />
      {usual > 0 && <span class="quiet">of ~{durationText(usual)}</span>}
    </>
  );
}

export function StopButton({ run }: { readonly run: RunSummary }) {
  if (!canStop(run.status)) return null;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Stop ${run.name}`}
      title="Stop"
      onClick={() => stopRun(run)}
      data-key="."
    >
      <Icon name="stop" />
    </button>
  );
}
