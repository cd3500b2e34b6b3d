/** Chooses one of the runs of a workflow. */
import type { RunSummary } from "../api/types.ts";
import { runWord } from "../parts/tone.ts";
import { durationText } from "../text/duration.ts";
import { instant, momentText } from "../text/moment.ts";

interface RunChoiceProps {
  readonly label: string;
  readonly runs: readonly RunSummary[];
  readonly chosen: string;
  readonly onChoose: (dagRunId: string) => void;
}

export function RunChoice({ label, runs, chosen, onChoose }: RunChoiceProps) {
  return (
    <label class="compare-choice">
      {label}
      <select class="input" value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        {!runs.some(({ dagRunId }) => dagRunId === chosen) && <option value={chosen}>{chosen || "–"}</option>}
        {runs.map((run) => <option key={run.dagRunId} value={run.dagRunId}>{described(run)}</option>)}
      </select>
    </label>
  );
}

function described(run: RunSummary): string {
  const at = momentText(instant(run.startedAt) || instant(run.queuedAt), Date.now());
  const took = run.durationMs === undefined ? [] : [durationText(run.durationMs)];
  return [at, runWord(run.status), ...took].join(" · ");
}
