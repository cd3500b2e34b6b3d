/** The steps of a run with the time that each took, sub-runs below the steps that made them. */
import { useNow } from "../clock.ts";
import type { RunNode, RunSummary } from "../api/types.ts";
import { GanttAxis, GanttBar } from "../gantt/bars.tsx";
import type { Gantt, GanttRow } from "../gantt/gantt.ts";
import { Icon } from "../parts/icon.tsx";
import { NodeState, RunState } from "../parts/state_mark.tsx";
import { nodeTone, runTone } from "../parts/tone.ts";
import { Duration } from "../parts/time.tsx";
import { VirtualRows } from "../parts/virtual_rows.tsx";
import { instant } from "../text/moment.ts";
import { triesOf } from "./run_state.ts";
import { runGantt } from "./run_gantt.ts";
import type { StepRow } from "./step_rows.ts";

const ROW = 28;

export interface StepListProps {
  readonly run: RunSummary;
  /** Without handlers. */
  readonly nodes: readonly RunNode[];
  readonly rows: readonly StepRow[];
  readonly unfolded: ReadonlySet<string>;
  readonly onFold: (key: string) => void;
  /** Key of the row that is chosen. */
  readonly chosen: string;
  readonly onChoose: (row: StepRow & { readonly kind: "step" }) => void;
  readonly live: boolean;
}

export function StepList(props: StepListProps) {
  return props.live ? <MovingList {...props} /> : <List {...props} now={0} />;
}

function MovingList(props: StepListProps) {
  return <List {...props} now={useNow()} />;
}

function List(props: StepListProps & { readonly now: number }) {
  const { run, nodes, rows, chosen, now } = props;
  const gantt = runGantt(run, nodes, now || Date.now());
  const withFolds = rows.some((row) => row.kind !== "note" && row.folds !== "");
  const byStep = new Map(nodes.map((node, i) => [node.step.name, gantt.rows[i]]));
  return (
    <VirtualRows
      count={rows.length}
      rowHeight={ROW}
      class="steps"
      label="Steps"
      shown={rows.findIndex(({ key }) => key === chosen)}
      head={
        <div class="step-row step-head">
          <span class="step-name">{nodes.length} {nodes.length === 1 ? "step" : "steps"}</span>
          <GanttAxis gantt={gantt} />
          <span class="step-time">Time</span>
        </div>
      }
      row={(i) => (
        <Row key={rows[i].key} row={rows[i]} gantt={gantt} bar={byStep} withFolds={withFolds} {...props} />
      )}
    />
  );
}

interface RowProps extends StepListProps {
  readonly row: StepRow;
  readonly gantt: Gantt;
  readonly bar: ReadonlyMap<string, GanttRow | undefined>;
  /** Some rows can be unfolded: the others leave room for it. */
  readonly withFolds: boolean;
}

function Row({ row, gantt, bar, withFolds, unfolded, onFold, chosen, onChoose }: RowProps) {
  const indent = { paddingLeft: `${8 + row.depth * 16}px` };
  if (row.kind === "note") return <div class="step-row quiet" style={indent}>{row.text}</div>;
  const fold = row.folds === "" ? withFolds && <span class="step-fold" /> : (
    <button
      type="button"
      class="step-fold"
      aria-expanded={unfolded.has(row.folds)}
      aria-label={unfolded.has(row.folds) ? "Fold" : "Unfold"}
      onClick={() => onFold(row.folds)}
    >
      <Icon name={unfolded.has(row.folds) ? "down" : "right"} />
    </button>
  );
  if (row.kind === "child") {
    const tone = row.status === null ? "none" : runTone(row.status);
    return (
      <div class="step-row step-child" style={indent}>
        {fold}
        <button type="button" class="step-name" title={row.dagRunId} onClick={() => onFold(row.folds)}>
          <RunState status={row.status ?? 0} />
          <span class="cut">
            {row.name} <span class="quiet">{row.params}</span>
          </span>
        </button>
        <GanttBar gantt={gantt} row={plainRow(row.startedAt, row.finishedAt, gantt)} tone={tone} />
        <span class="step-time">{timeOf(row.startedAt, row.finishedAt)}</span>
      </div>
    );
  }
  const { node, handler } = row;
  const tries = triesOf(node);
  return (
    <div class={row.key === chosen ? "step-row step-chosen" : "step-row"} style={indent}>
      {fold}
      <button
        type="button"
        class="step-name"
        aria-pressed={row.key === chosen}
        onClick={() => onChoose(row)}
      >
        <NodeState status={node.status} />
        <span class="cut" title={node.step.name}>{handler === "" ? node.step.name : `on ${handler}`}</span>
        {tries > 1 && <span class="step-tries" title={`${tries} executions`}>×{tries}</span>}
      </button>
      <GanttBar
        gantt={gantt}
        row={row.subRunId === "" && handler === ""
          ? bar.get(node.step.name)
          : plainRow(node.startedAt, node.finishedAt, gantt)}
        tone={nodeTone(node.status)}
      />
      <span class="step-time">{timeOf(node.startedAt, node.finishedAt, node.durationMs)}</span>
    </div>
  );
}

function plainRow(startedAt: string, finishedAt: string, gantt: Gantt): GanttRow | undefined {
  const from = instant(startedAt);
  return from === 0 ? undefined : { ready: from, from, to: instant(finishedAt) || gantt.to, critical: false };
}

function timeOf(startedAt: string, finishedAt: string, ms?: number) {
  const [from, to] = [instant(startedAt), instant(finishedAt)];
  if (from === 0) return null;
  return <Duration ms={ms ?? (to > 0 ? to - from : undefined)} since={startedAt} />;
}
