/** The graph of a definition that is being written. */
import { useMemo, useRef, useState } from "preact/hooks";
import type { DagDetails } from "../api/types.ts";
import { GraphView } from "../graph/graph_view.tsx";
import { edgesOf } from "../graph/steps_graph.ts";

/** The last graph stays while the text cannot be read. */
export function LiveGraph(
  { dag, onChoose }: { dag: DagDetails | undefined; onChoose: (name: string) => void },
) {
  const last = useRef<DagDetails | undefined>(dag);
  const [chosen, setChosen] = useState("");
  if (dag?.steps) last.current = dag;
  const steps = last.current?.steps ?? [];
  const key = JSON.stringify(steps.map(({ name, depends }) => [name, depends]));
  const { names, edges } = useMemo(() => ({ names: steps.map(({ name }) => name), edges: edgesOf(steps) }), [
    key,
  ]);
  if (names.length === 0) {
    return <p class="quiet flow-nothing">The graph is drawn as soon as the text can be used.</p>;
  }
  return (
    <GraphView
      names={names}
      edges={edges}
      look={() => ({ tone: "none", word: "a step" })}
      chosen={chosen}
      onChoose={(name) => {
        setChosen(name);
        onChoose(name);
      }}
      label="Graph of the text"
    />
  );
}
