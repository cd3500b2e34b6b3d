/** One run: why it failed, its steps in time, its graph, their logs. */
import { useState } from "preact/hooks";
import { Failure, Skeleton } from "../parts/blank.tsx";
import { place as shown } from "../router.ts";
import type { PageProps } from "../page_props.ts";
import type { RunPlace } from "../run_actions.ts";
import { Asking, type Asks } from "../run/asking.tsx";
import { LogPanel } from "../run/log_panel.tsx";
import { RunHead } from "../run/run_head.tsx";
import { useRunKeys } from "../run/run_keys.ts";
import { RunProblem, RunQueued, RunWaits } from "../run/run_problem.tsx";
import { culpritOf, hasFailed } from "../run/run_state.ts";
import { type RunStore, useRun } from "../run/run_store.ts";
import { useStepChoice } from "../run/step_choice.ts";
import { StepsPanel } from "../run/steps_panel.tsx";
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

function Run({ store }: { readonly store: RunStore }) {
  const run = store.run.value!;
  const nodes = store.nodes.value.map(({ node }) => node.value);
  const place: RunPlace = { name: store.name, dagRunId: run.dagRunId };
  const [asks, setAsks] = useState<Asks | null>(null);
  const asGraph = shown.value.query.get("view") === "graph";
  const culprit = culpritOf(run, nodes);
  const waiting = nodes.find(({ status }) => status === NodeStatus.Waiting);
  const choice = useStepChoice(store, nodes, culprit);
  const { node, subRunId } = choice;
  useRunKeys(store, { choice, culprit, waiting, asGraph, ask: setAsks });
  return (
    <div class="run">
      <RunHead
        run={run}
        place={place}
        step={subRunId === "" ? node?.step.name ?? "" : ""}
        onStop={() => setAsks({ what: "stop" })}
        onState={() => node && setAsks({ what: "state", node })}
      />
      {hasFailed(run) && (
        <RunProblem
          run={run}
          node={culprit}
          place={place}
          onLog={() => culprit && choice.choose(culprit.step.name)}
        />
      )}
      {run.status === RunStatus.Queued && <RunQueued place={place} />}
      <RunWaits
        nodes={nodes}
        onApprove={(node) => setAsks({ what: "approve", node })}
        onReject={(node) => setAsks({ what: "reject", node })}
      />
      <div class="run-parts">
        <StepsPanel store={store} choice={choice} asGraph={asGraph} />
        <section class="panel run-log" aria-label="Log">
          {node && <LogPanel place={{ ...place, subRunId }} attempt={run.attemptId ?? ""} node={node} />}
        </section>
      </div>
      {asks && <Asking asks={asks} place={place} onClose={() => setAsks(null)} />}
    </div>
  );
}
