/** One workflow in a line. */
import { to } from "../addresses.ts";
import type { DagFile } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { RunBars } from "../parts/run_bars.tsx";
import { RunState } from "../parts/state_mark.tsx";
import { Age, Duration, Until } from "../parts/time.tsx";
import { href } from "../router.ts";
import { mayRun } from "../session.ts";
import { scheduleWords } from "../text/schedule_words.ts";
import { startWorkflow, suspendWorkflow } from "../workflow_actions.ts";
import { nextOf, usualMs } from "./workflow_order.ts";

export interface WorkflowRowProps {
  readonly entry: DagFile;
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly onTag: (tag: string) => void;
}

export function WorkflowRow({ entry, selected, onSelect, onTag }: WorkflowRowProps) {
  const { fileName, dag, suspended, recentRuns = [], errors } = entry;
  const usual = usualMs(entry);
  const broken = errors.length > 0;
  return (
    <tr data-row class={selected ? "chosen" : undefined}>
      <td class="wf-select">
        <input
          type="checkbox"
          checked={selected}
          onChange={onSelect}
          aria-label={`Select ${fileName}`}
          data-key="x"
        />
      </td>
      <td class="wf-name">
        <a
          href={href(to.workflow(fileName, broken ? "definition" : "runs"))}
          data-open
          title={dag.description}
        >
          {dag.name === fileName ? fileName : (
            <>
              {dag.name} <span class="quiet">{fileName}</span>
            </>
          )}
        </a>
        <span class="wf-about cut">{dag.description}</span>
      </td>
      <td class="wf-tags">
        {(dag.tags ?? []).map((tag) => (
          <button
            key={tag}
            type="button"
            class="chip"
            onClick={() => onTag(tag)}
          >
            {tag}
          </button>
        ))}
      </td>
      <td class="wf-bars">
        <RunBars name={dag.name} runs={recentRuns} />
      </td>
      <td class="wf-last">
        <LastRun entry={entry} />
      </td>
      <td class="wf-next">
        {suspended
          ? (
            <span class="chip">
              <Icon name="pause" />suspended
            </span>
          )
          : nextOf(entry) !== "" && <Until at={nextOf(entry)} />}
      </td>
      <td class="wf-schedule cut" title={(dag.schedule ?? []).map(({ expression }) => expression).join("\n")}>
        {(dag.schedule ?? []).map(({ expression }) => scheduleWords(expression)).join("; ")}
      </td>
      <td class="wf-usual right">{usual > 0 && <Duration ms={usual} />}</td>
      <td class="wf-actions">
        {mayRun() && <Actions entry={entry} />}
      </td>
    </tr>
  );
}

interface EntryProps {
  readonly entry: DagFile;
}

function LastRun({ entry: { errors, latestDAGRun: last } }: EntryProps) {
  if (errors.length > 0) {
    return (
      <span class="wf-broken">
        <Icon name="warn" />broken
      </span>
    );
  }
  if (last.dagRunId === "") return <span class="quiet">never ran</span>;
  return (
    <a href={href(to.run(last.name, last.dagRunId))}>
      <RunState status={last.status} statusLabel={last.statusLabel} word />{" "}
      <Age at={last.finishedAt || last.startedAt || last.queuedAt} />
    </a>
  );
}

function Actions({ entry }: EntryProps) {
  const { fileName, dag, suspended, errors } = entry;
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label={`${suspended ? "Resume" : "Suspend"} the schedule of ${fileName}`}
        title={suspended ? "Resume the schedule" : "Suspend the schedule"}
        disabled={!dag.schedule?.length && !suspended}
        onClick={() => suspendWorkflow(fileName, !suspended)}
      >
        <Icon name={suspended ? "clock" : "pause"} />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={`Start ${fileName}`}
        title="Start"
        disabled={errors.length > 0}
        onClick={() => startWorkflow(entry)}
        data-key="s"
      >
        <Icon name="play" />
      </button>
    </>
  );
}
