/** The last runs of a workflow, and each step in each of them. */
import { useState } from "preact/hooks";
import { to } from "../addresses.ts";
import type { DagDetails, RunDetails, RunSummary } from "../api/types.ts";
import { useKeys } from "../keys.ts";
import { Empty, Loaded } from "../parts/blank.tsx";
import { ShortId } from "../parts/short_id.tsx";
import { RunState } from "../parts/state_mark.tsx";
import { Age, Duration, Moment } from "../parts/time.tsx";
import type { Resource } from "../resource.ts";
import { go, href } from "../router.ts";
import { LastGraph } from "./graph_tab.tsx";
import { type GridStep, RunGrid } from "./run_grid.tsx";
import { goesOn } from "../run/run_state.ts";
import { errorText } from "../run/run_problem.tsx";

/** So few steps leave room for the graph below them. */
const SHORT = 14;

export interface Grid {
  readonly runs: readonly RunSummary[];
  readonly steps: readonly GridStep[];
}

interface RunsTabProps {
  readonly name: string;
  readonly dag: DagDetails;
  readonly latest: RunDetails;
  readonly grid: Resource<Grid>;
}

export function RunsTab({ name, dag, latest, grid }: RunsTabProps) {
  const [pointed, setPointed] = useState("");
  const [chosen, setChosen] = useState(-1);
  const runs = grid.data?.runs ?? [];
  const move = (by: number) => {
    const next = Math.max(0, Math.min(runs.length - 1, chosen + by));
    setChosen(next);
    setPointed(runs[next]?.dagRunId ?? "");
  };
  useKeys([
    { key: "j", does: "Next run", run: () => move(1) },
    { key: "k", does: "Run before", run: () => move(-1) },
    {
      key: "Enter",
      does: "Open the run",
      run: () => void (runs[chosen] && go(to.run(name, runs[chosen].dagRunId))),
    },
  ], [runs, chosen]);
  return (
    <Loaded of={grid} lines={12}>
      {({ runs, steps }) =>
        runs.length === 0
          ? (
            <Empty title="It has not run yet">
              <p>Start it, or give it a schedule.</p>
            </Empty>
          )
          : (
            <div class="flow-parts">
              <section
                class={`panel flow-grid${steps.length <= SHORT ? " flow-short" : ""}`}
                aria-label="Steps of the last runs"
              >
                <RunGrid name={name} runs={runs} steps={steps} pointed={pointed} onPoint={setPointed} />
                {steps.length <= SHORT && (dag.steps ?? []).length > 1 && (
                  <LastGraph
                    dag={dag}
                    latest={latest}
                    chosen=""
                    onChoose={(step) => go(to.run(name, latest.dagRunId, { step }))}
                  />
                )}
              </section>
              <section class="panel flow-runs" aria-label="Runs">
                <ul>
                  {runs.map((run) => (
                    <RunRow
                      key={run.dagRunId}
                      name={name}
                      run={run}
                      pointed={run.dagRunId === pointed}
                      onPoint={() => setPointed(run.dagRunId)}
                    />
                  ))}
                </ul>
                <p class="flow-all">
                  <a href={href(to.runs({ q: `name:${name}` }))}>All runs of {name}</a>
                </p>
              </section>
            </div>
          )}
    </Loaded>
  );
}

interface RunRowProps {
  readonly name: string;
  readonly run: RunSummary;
  readonly pointed: boolean;
  readonly onPoint: () => void;
}

function RunRow({ name, run, pointed, onPoint }: RunRowProps) {
  const why = run.reason ? `${run.reason.step}: ${errorText(run.reason.error)}` : run.error ?? "";
  return (
    <li class={pointed ? "flow-run flow-pointed" : "flow-run"} onPointerEnter={onPoint}>
      <a class="flow-link" href={href(to.run(name, run.dagRunId))}>
        <RunState status={run.status} statusLabel={run.statusLabel} />
        <Moment at={run.startedAt || run.queuedAt} />
        <span class="quiet">
          <Age at={run.startedAt || run.queuedAt} />
        </span>
        <span class={why === "" ? "grow cut quiet" : "grow cut flow-why"} title={why || run.params}>
          {why || run.params}
        </span>
        <Duration ms={run.durationMs} since={goesOn(run) ? run.startedAt : undefined} />
      </a>
      <ShortId id={run.dagRunId} />
    </li>
  );
}
