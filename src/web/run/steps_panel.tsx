/** The steps of a run, as a list and as a graph. */
import { useMemo } from "preact/hooks";
import { GraphView } from "../graph/graph_view.tsx";
import { nodeLook } from "../graph/node_look.ts";
import { edgesOf } from "../graph/steps_graph.ts";
import { Icon } from "../parts/icon.tsx";
import { setQuery } from "../router.ts";
import { goesOn } from "./run_state.ts";
import type { RunStore } from "./run_store.ts";
import type { StepChoice } from "./step_choice.ts";
import { StepList } from "./step_list.tsx";

/** A list of so many rows leaves room for the graph below it. */
const SHORT = 12;

interface StepsPanelProps {
  readonly store: RunStore;
  readonly choice: StepChoice;
  /** Without the list. */
  readonly asGraph: boolean;
}

export function StepsPanel({ store, choice, asGraph }: StepsPanelProps) {
  const run = store.run.value!;
  const steps = store.nodes.value.flatMap(({ handler, node }) => handler === "" ? [node.value] : []);
  const { rows, subRunId, choose } = choice;
  return (
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
          unfolded={choice.unfolded}
          onFold={choice.fold}
          chosen={choice.row}
          onChoose={(row) => choose(row.node.step.name, row.subRunId)}
          live={goesOn(run)}
        />
      )}
      {(asGraph || rows.length <= SHORT && steps.length > 1) && (
        <RunGraph store={store} chosen={subRunId === "" ? choice.step : ""} onChoose={choose} />
      )}
    </section>
  );
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
