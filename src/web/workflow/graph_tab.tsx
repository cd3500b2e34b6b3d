/** The graph of a workflow with the states of its last run, and what a step is. */
import { useMemo, useState } from "preact/hooks";
import { to } from "../addresses.ts";
import type { DagDetails, RunDetails, Step } from "../api/types.ts";
import { GraphView } from "../graph/graph_view.tsx";
import { nodeLook } from "../graph/node_look.ts";
import { edgesOf } from "../graph/steps_graph.ts";
import { NodeStatus } from "../../core/status.ts";
import { Empty } from "../parts/blank.tsx";
import { NodeState } from "../parts/state_mark.tsx";
import { href } from "../router.ts";
import { commandOf } from "../run/run_state.ts";
import { durationText } from "../text/duration.ts";
import type { ComponentChildren } from "preact";

interface GraphTabProps {
  readonly dag: DagDetails;
  readonly latest: RunDetails;
}

export function GraphTab({ dag, latest }: GraphTabProps) {
  const steps = dag.steps ?? [];
  const [chosen, setChosen] = useState("");
  if (steps.length === 0) return <Empty title="There is no graph of a definition that cannot be read" />;
  const step = steps.find(({ name }) => name === chosen);
  const node = latest.nodes.find((one) => one.step.name === chosen);
  return (
    <div class={step ? "flow-parts flow-graph-parts" : "flow-parts flow-whole"}>
      <section class="panel flow-graph" aria-label="Graph">
        <LastGraph
          dag={dag}
          latest={latest}
          chosen={chosen}
          onChoose={(name) => setChosen(name === chosen ? "" : name)}
        />
      </section>
      {step && (
        <section class="panel flow-step" aria-label={`Step ${step.name}`}>
          <StepFacts step={step} />
          {node && latest.dagRunId !== "" && (
            <p>
              <NodeState status={node.status} word /> in the{" "}
              <a href={href(to.run(latest.name, latest.dagRunId, { step: step.name }))}>last run</a>
            </p>
          )}
        </section>
      )}
    </div>
  );
}

interface LastGraphProps extends GraphTabProps {
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

/** The graph with the states of the last run. */
export function LastGraph({ dag, latest, chosen, onChoose }: LastGraphProps) {
  const steps = dag.steps ?? [];
  const { names, edges } = useMemo(() => ({ names: steps.map(({ name }) => name), edges: edgesOf(steps) }), [
    dag,
  ]);
  const nodes = useMemo(() => new Map(latest.nodes.map((node) => [node.step.name, node])), [latest]);
  const look = (at: number) => {
    const node = nodes.get(names[at]);
    return nodeLook(node?.status ?? NodeStatus.NotStarted, node?.durationMs);
  };
  return (
    <GraphView
      names={names}
      edges={edges}
      look={look}
      chosen={chosen}
      onChoose={onChoose}
      label={`Graph of ${dag.name}`}
    />
  );
}

function StepFacts({ step }: { readonly step: Step }) {
  const command = commandOf(step);
  const conditions = step.preconditions ?? [];
  return (
    <>
      <h2>{step.name}</h2>
      {step.description && <p>{step.description}</p>}
      {command !== "" && <pre>{command}</pre>}
      <dl class="facts">
        <Fact name="Kind">{step.executorConfig?.type}</Fact>
        <Fact name="After">{step.depends?.join(", ")}</Fact>
        <Fact name="Output">{step.output}</Fact>
        <Fact name="Folder">{step.dir}</Fact>
        <Fact name="Time limit">{step.timeoutSec ? durationText(step.timeoutSec * 1000) : undefined}</Fact>
        <Fact name="Repeats">{step.repeatPolicy?.repeat}</Fact>
        <Fact name="Only if">
          {conditions.length > 0
            ? conditions.map(({ condition, expected }) => `${condition}${expected ? ` is ${expected}` : ""}`)
              .join("; ")
            : undefined}
        </Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  if (children === undefined || children === "" || children === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
