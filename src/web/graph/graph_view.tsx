/** A graph of steps: drawn once, moved and enlarged, with states that change one by one. */
import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { shapeOf } from "../parts/state_mark.tsx";
import { TONES } from "../parts/tone.ts";
import { neighbour } from "./arrow_keys.ts";
import { bestPicture } from "./best_picture.ts";
import { collapse } from "./collapse.ts";
import { ChosenEdgeLines, EdgeLines } from "./edge_lines.tsx";
import { LAYOUT, type Picture, type Point } from "./layout.ts";
import { NodeBox } from "./node_box.tsx";
import type { NodeLook } from "./node_look.ts";
import type { Edge } from "./ranks.ts";
import { usePort, useSize } from "./use_port.ts";

export interface GraphProps {
  /** Names of the nodes; another list is another graph. */
  readonly names: readonly string[];
  readonly edges: readonly Edge[];
  /** May read signals: then only that node is drawn again. */
  readonly look: (node: number) => NodeLook;
  /** Name of the node that is chosen; "" for none. */
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
  readonly label: string;
}

export function GraphView({ names, edges, look, chosen, onChoose, label }: GraphProps) {
  const area = useRef<SVGSVGElement>(null);
  const layer = useRef<SVGGElement>(null);
  const size = useSize(area);
  const key = useMemo(() => JSON.stringify([names, edges]), [names, edges]);
  const { groups, drawn } = useMemo(() => {
    const joined = collapse(names.length, edges);
    return { groups: joined.groups, drawn: bestPicture(joined.groups.length, joined.edges, size) };
  }, [key, size === null]);
  const { picture } = drawn;
  const chosenGroup = groups.findIndex((nodes) => nodes.some((node) => names[node] === chosen));
  const tabStop = Math.max(0, chosenGroup);
  const port = usePort(area, layer, picture, size, middleOf(picture, tabStop));
  const focus = (group: number) => {
    port.reveal(middleOf(picture, group));
    area.current?.querySelector<SVGGElement>(`[data-node="${group}"]`)?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const at = Number((event.target as Element).closest<SVGGElement>("[data-node]")?.dataset.node ?? -1);
    if (at < 0) return;
    if (event.key === "Enter" || event.key === " ") onChoose(names[groups[at][0]]);
    else {
      const next = neighbour(drawn, at, event.key);
      if (next === null) return;
      if (next >= 0) focus(next);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="graph">
      <svg
        ref={area}
        class="graph-area"
        role="group"
        aria-label={`${label}: ${names.length} steps. Arrow keys go along the edges.`}
        onKeyDown={onKey}
      >
        <defs>
          {TONES.map((tone) => (
            <symbol key={tone} id={`graph-${tone}`} viewBox="0 0 16 16" overflow="visible">
              {shapeOf(tone)}
            </symbol>
          ))}
        </defs>
        <g ref={layer} class="graph-layer">
          <EdgeLines {...drawn} />
          <ChosenEdgeLines {...drawn} chosen={chosenGroup} />
          {size && groups.map((nodes, group) => (
            <NodeBox
              key={names[nodes[0]]}
              group={group}
              names={nodes.map((node) => names[node])}
              nodes={nodes}
              x={picture.nodes[group].x}
              y={picture.nodes[group].y}
              look={look}
              chosen={group === chosenGroup}
              tabStop={group === tabStop}
              onChoose={onChoose}
            />
          ))}
        </g>
      </svg>
      <div class="graph-tools">
        <Tool title="Smaller" onClick={() => port.zoomBy(1 / 1.4)}>−</Tool>
        <Tool title="Larger" onClick={() => port.zoomBy(1.4)}>+</Tool>
        <Tool title="Show all" onClick={port.showAll}>
          <Icon name="expand" />
        </Tool>
      </div>
    </div>
  );
}

function middleOf({ nodes }: Picture, group: number): Point {
  const { x, y } = nodes[group] ?? { x: 0, y: 0 };
  return { x: x + LAYOUT.nodeWidth / 2, y: y + LAYOUT.nodeHeight / 2 };
}

interface ToolProps {
  readonly title: string;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

function Tool({ title, onClick, children }: ToolProps) {
  return (
    <button type="button" class="icon-button" title={title} aria-label={title} onClick={onClick}>
      {children}
    </button>
  );
}
