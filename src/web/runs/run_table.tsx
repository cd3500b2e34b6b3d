/** Runs in lines, of which only those are drawn that are seen. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import { to } from "../addresses.ts";
import type { RunSummary } from "../api/types.ts";
import { RunReason } from "../parts/run_reason.tsx";
import { ShortId } from "../parts/short_id.tsx";
import { RunState } from "../parts/state_mark.tsx";
import { Age, Duration } from "../parts/time.tsx";
import { useMedia } from "../parts/use_media.ts";
import { useRowWindow } from "../parts/use_window.ts";
import { href } from "../router.ts";
import { canDequeue, canRetry, canStop, dequeueRun, retryRun, stopRun } from "../run_actions.ts";
import { keyOf } from "./selection.ts";

export interface RunTableProps {
  readonly runs: readonly RunSummary[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (key: string) => void;
  /** Called when the end is near. */
  readonly onEnd: () => void;
}

const HEIGHT = 28, HEIGHT_PHONE = 54;

export function RunTable({ runs, selected, onSelect, onEnd }: RunTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const height = useMedia("(max-width: 720px)") ? HEIGHT_PHONE : HEIGHT;
  const { first, end } = useRowWindow(body, runs.length, height);
  const longest = useMemo(() => longestByName(runs), [runs]);
  useEffect(() => {
    if (end >= runs.length - 50) onEnd();
  }, [end, runs.length]);
  return (
    <table class="table runs" aria-rowcount={runs.length}>
      <thead>
        <tr>
          <th class="runs-select">
            <span class="unseen">Selected</span>
          </th>
          <th class="runs-state">State</th>
          <th class="runs-name">Workflow</th>
          <th class="runs-params">Parameters</th>
          <th class="runs-why">Reason</th>
          <th class="runs-trigger">By</th>
          <th class="runs-age right">Began</th>
          <th class="runs-duration">Took</th>
          <th class="runs-id">Id</th>
        </tr>
      </thead>
      <tbody ref={body}>
        {first > 0 && (
          <tr key="above" aria-hidden="true" class="runs-room" style={{ height: `${first * height}px` }} />
        )}
        {runs.slice(first, end).map((run, i) => (
          <Row
            key={keyOf(run)}
            run={run}
            index={first + i}
            longest={longest.get(run.name) ?? 0}
            selected={selected.has(keyOf(run))}
            onSelect={onSelect}
          />
        ))}
        {end < runs.length && (
          <tr
            key="below"
            aria-hidden="true"
            class="runs-room"
            style={{ height: `${(runs.length - end) * height}px` }}
          />
        )}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly run: RunSummary;
  readonly index: number;
  /** Longest duration of its workflow, in milliseconds. */
  readonly longest: number;
  readonly selected: boolean;
  readonly onSelect: (key: string) => void;
}

function Row({ run, index, longest, selected, onSelect }: RowProps) {
  const { status, statusLabel, reason } = run;
  return (
    <tr data-row class={selected ? "chosen" : undefined} aria-rowindex={index + 1}>
      <td class="runs-select">
        <input
          type="checkbox"
          checked={selected}
          onChange={() => onSelect(keyOf(run))}
          aria-label={`Select ${run.name} ${run.dagRunId}`}
          data-key="x"
        />
      </td>
      <td class="runs-state">
        <RunState status={status} statusLabel={statusLabel} word />
      </td>
      <td class="runs-name cut">
        <a href={href(to.run(run.name, run.dagRunId))} data-open>{run.name}</a>
      </td>
      <td class="runs-params cut mono" title={run.params}>{run.params}</td>
      <td class="runs-why cut" title={reason ? `${reason.step}: ${reason.error}` : run.error}>
        {reason
          ? (
            <a href={href(to.run(run.name, run.dagRunId, { step: reason.step }))} tabIndex={-1}>
              <RunReason run={run} />
            </a>
          )
          : run.error}
        <Hidden run={run} />
      </td>
      <td class="runs-trigger cut">{run.trigger}</td>
      <td class="runs-age right">
        <Age at={run.startedAt || run.queuedAt || run.createdAt} />
      </td>
      <td class="runs-duration">
        <span class="runs-took">
          <Duration ms={run.durationMs} since={status === 1 ? run.startedAt : ""} />
          {run.durationMs !== undefined && longest > 0 && (
            <i
              class={status === 2 ? "tone-bad" : undefined}
              style={{ width: `${Math.max(2, run.durationMs / longest * 100)}%` }}
            />
          )}
        </span>
      </td>
      <td class="runs-id">
        <ShortId id={run.dagRunId} />
      </td>
    </tr>
  );
}

/** What letters do in this row. */
function Hidden({ run }: { readonly run: RunSummary }) {
  return (
    <span hidden>
      {canRetry(run.status) && <button type="button" data-key="R" onClick={() => retryRun(run)} />}
      {canStop(run.status) && <button type="button" data-key="." onClick={() => stopRun(run)} />}
      {canDequeue(run.status) && <button type="button" data-key="." onClick={() => dequeueRun(run)} />}
    </span>
  );
}

function longestByName(runs: readonly RunSummary[]): Map<string, number> {
  const longest = new Map<string, number>();
  for (const { name, durationMs = 0 } of runs) {
    longest.set(name, Math.max(longest.get(name) ?? 0, durationMs));
  }
  return longest;
}
