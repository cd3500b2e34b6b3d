/** One run: why it failed, its steps in time, its graph, their logs. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { to } from "../addresses.ts";
import type { RunNode } from "../api/types.ts";
import { edgesOf } from "../graph/steps_graph.ts";
import { GraphView } from "../graph/graph_view.tsx";
import { nodeLook } from "../graph/node_look.ts";
import { useKeys } from "../keys.ts";
import { Failure, Skeleton } from "../parts/blank.tsx";
import { Icon } from "../parts/icon.tsx";
import { go, place as shown, setQuery } from "../router.ts";
import type { PageProps } from "../page_props.ts";
import { ApproveDialog, askedBy, RejectDialog } from "../run/decide.tsx";
import { StateDialog, StopDialog } from "../run/run_dialogs.tsx";
import { retryRun, type RunPlace } from "../run_actions.ts";
import { type ChildStore, useChildren } from "../run/child_runs.ts";
import { LogPanel } from "../run/log_panel.tsx";
import { RunHead } from "../run/run_head.tsx";
import { RunProblem, RunQueued, RunWaits } from "../run/run_problem.tsx";
import { goesOn, mayRetry, mayStop, stepOfInterest } from "../run/run_state.ts";
import { type RunStore, useRun } from "../run/run_store.ts";
import { StepList } from "../run/step_list.tsx";
import { type StepRow, stepRows } from "../run/step_rows.ts";
import { useNeighbours } from "../run/neighbours.ts";
import { mayRun } from "../session.ts";
import { useTitle } from "../title.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";

export function Page({ params }: PageProps) {
  const store = useRun(params.name ?? "", params.id ?? "");
  const run = store.run.value;
  useTitle(run ? `${run.name} ${run.statusLabel}` : params.name ?? "");
  if (!run) {
    const { value } = store.error;
    return value ? <Failure error={value} again={() => void store.read()} /> : <Skeleton lines={12} />;
  }
  return <Run store={store} />;
}

/** A list of so many rows leaves room for the graph below it. */
const SHORT = 12;

type Asks = { readonly what: "stop" } | {
  readonly what: "state" | "approve" | "reject";
  readonly node: RunNode;
};

function Run({ store }: { readonly store: RunStore }) {
  const run = store.run.value!;
  const nodes = store.nodes.value.map(({ node }) => node.value);
  const steps = store.nodes.value.flatMap(({ handler, node }) => handler === "" ? [node.value] : []);
  const place: RunPlace = { name: store.name, dagRunId: run.dagRunId };
  const { query } = shown.value;
  const [asks, setAsks] = useState<Asks | null>(null);
  const [interest, setInterest] = useState(() => stepOfInterest(nodes, run.reason?.step));
  const step = query.get("step") ?? interest;
  const sub = query.get("sub") ?? "";
  const asGraph = query.get("view") === "graph";
  const culprit = nodes.find((one) => one.step.name === run.reason?.step) ??
    nodes.find((one) => one.status === NodeStatus.Failed);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(() => new Set());
  const live = goesOn(run);
  const children = useChildren(store.path, live, `${run.status} ${run.attemptId}`);
  void children.version.value;
  const rows = stepRows(
    store.nodes.value.map(({ handler, node }) => ({ handler, node: node.value })),
    unfolded,
    children,
  );
  // Who looks at what runs is taken along, until they choose a step.
  useEffect(() => {
    if (!query.has("step")) setInterest(stepOfInterest(nodes, run.reason?.step));
  }, [run.status, run.attemptId]);
  useFailedChild(store, culprit, children, query.has("step"), setUnfolded);
  const childNode = sub === "" ? undefined : children.nodes(sub)?.find((node) => node.step.name === step);
  const node = sub === "" ? store.node(step) ?? nodes[0] : childNode;
  const failed = run.status === RunStatus.Failed ||
    run.status === RunStatus.Aborted && run.reason !== undefined ||
    run.status === RunStatus.Rejected;
  const fold = (key: string) =>
    setUnfolded((old) => {
      const next = new Set(old);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const choose = (name: string, subRunId = "") => {
    setQuery({ step: name, sub: subRunId, line: null, stream: null });
    if (narrow()) document.querySelector(".run-log")?.scrollIntoView({ behavior: "smooth" });
  };
  const chooseFailed = () => culprit && choose(culprit.step.name);
  const chosenRow = `${sub}/${step}`;
  const move = (by: number) => {
    const all = rows.filter((row) => row.kind === "step");
    const at = all.findIndex(({ key }) => key === chosenRow);
    const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    if (next) choose(next.node.step.name, next.subRunId);
  };
  const neighbours = useNeighbours(run);
  const toNeighbour = (id: string | undefined) => id !== undefined && go(to.run(store.name, id));
  const waiting = nodes.find(({ status }) => status === NodeStatus.Waiting);
  useKeys([
    { key: "j", does: "Next step", run: () => move(1) },
    { key: "k", does: "Step before", run: () => move(-1) },
    { key: "e", does: "First error", run: chooseFailed },
    { key: "l", does: "Log on a page of its own", run: () => go(to.log(store.name, store.id, { step })) },
    { key: "v", does: "Steps or graph", run: () => setQuery({ view: asGraph ? null : "graph" }) },
    { key: "R", does: "Retry the run", run: () => void (mayRun() && mayRetry(run) && retryRun(place)) },
    {
      key: ".",
      does: "Stop the run",
      run: () => void (mayRun() && mayStop(run) && setAsks({ what: "stop" })),
    },
    {
      key: "a",
      does: "Approve",
      run: () => void (mayRun() && waiting && setAsks({ what: "approve", node: waiting })),
    },
    { key: "c", does: "Compare with another run", run: () => go(to.compare(store.name, store.id)) },
    { key: "[", does: "Run before", run: () => void toNeighbour(neighbours.before) },
    { key: "]", does: "Next run", run: () => void toNeighbour(neighbours.next) },
    { key: "Escape", does: "Back to the workflow", run: () => go(to.workflow(store.name)) },
  ], [run, step, sub, asGraph, rows.length, neighbours, waiting]);
  return (
    <div class="run">
      <RunHead
        run={run}
        place={place}
        step={sub === "" ? node?.step.name ?? "" : ""}
        onStop={() => setAsks({ what: "stop" })}
        onState={() => node && setAsks({ what: "state", node })}
      />
      {failed && <RunProblem run={run} node={culprit} place={place} onLog={chooseFailed} />}
      {run.status === RunStatus.Queued && <RunQueued place={place} />}
      <RunWaits
        nodes={nodes}
        onApprove={(node) => setAsks({ what: "approve", node })}
        onReject={(node) => setAsks({ what: "reject", node })}
      />
      <div class="run-parts">
        <section class={`panel run-steps${asGraph ? "" : " run-listed"}`} aria-label="Steps">
          <div class="choice run-switch" role="group" aria-label="View">
            <button type="button" aria-pressed={!asGraph} onClick={() => setQuery({ view: null })}>
              <Icon name="list" />Steps
            </button>
            <button type="button" aria-pressed={asGraph} onClick={() => setQuery({ view: "graph" })}>
              <Icon name="graph" />Graph
            </button>
          </div>
          {!asGraph && (
            <StepList
              run={run}
              nodes={steps}
              rows={rows}
              unfolded={unfolded}
              onFold={fold}
              chosen={chosenRow}
              onChoose={(row: StepRow & { readonly kind: "step" }) =>
                choose(row.node.step.name, row.subRunId)}
              live={live}
            />
          )}
          {(asGraph || rows.length <= SHORT && steps.length > 1) && (
            <RunGraph store={store} chosen={sub === "" ? step : ""} onChoose={choose} />
          )}
        </section>
        <section class="panel run-log" aria-label="Log">
          {node && (
            <LogPanel
              place={{ ...place, subRunId: sub }}
              attempt={run.attemptId ?? ""}
              node={node}
            />
          )}
        </section>
      </div>
      {asks && <Asking asks={asks} place={place} onClose={() => setAsks(null)} />}
    </div>
  );
}

function Asking({ asks, place, onClose }: {
  readonly asks: Asks;
  readonly place: RunPlace;
  readonly onClose: () => void;
}) {
  if (asks.what === "stop") return <StopDialog place={place} onClose={onClose} />;
  const { what, node } = asks;
  if (what === "state") return <StateDialog place={place} node={node} onClose={onClose} />;
  const decision = { place, step: node.step.name, asked: askedBy(node.step.executorConfig?.config), onClose };
  return what === "approve" ? <ApproveDialog {...decision} /> : <RejectDialog {...decision} />;
}

/** Where a sub-run failed, its failed step is what a person wants to see. */
function useFailedChild(
  store: RunStore,
  culprit: RunNode | undefined,
  children: ChildStore,
  chosen: boolean,
  setUnfolded: (change: (old: ReadonlySet<string>) => ReadonlySet<string>) => void,
): void {
  const [done, setDone] = useState(chosen || !culprit?.subRuns);
  const known = done ? undefined : children.list("");
  const failed = [...known ?? []].find(([, { status }]) => status === RunStatus.Failed)?.[0];
  const nodes = done || failed === undefined ? undefined : children.nodes(failed);
  useEffect(() => {
    if (done || !culprit || failed === undefined || !nodes) return;
    setDone(true);
    setUnfolded((old) => new Set([...old, `/${culprit.step.name}`, failed]));
    const step = nodes.find(({ status }) => status === NodeStatus.Failed);
    if (step) setQuery({ step: step.step.name, sub: failed });
  }, [store, failed, nodes]);
}

function RunGraph({ store, chosen, onChoose }: {
  readonly store: RunStore;
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}) {
  const steps = store.nodes.value.filter(({ handler }) => handler === "");
  const { names, edges } = useMemo(() => ({
    names: steps.map(({ name }) => name),
    edges: edgesOf(steps.map(({ node }) => node.peek().step)),
  }), [store.nodes.value]);
  const look = (at: number) => {
    const { status, durationMs } = steps[at].node.value;
    return nodeLook(status, durationMs);
  };
  return (
    <GraphView
      names={names}
      edges={edges}
      look={look}
      chosen={chosen}
      onChoose={onChoose}
      label={`Graph of ${store.name}`}
    />
  );
}

/** The log stands below the steps. */
function narrow(): boolean {
  return matchMedia("(max-width: 980px)").matches;
}
