/** A graph of steps: drawn once, moved and enlarged, with states that change one by one. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { shapeOf } from "../parts/state_mark.tsx";
import { type Tone, TONES } from "../parts/tone.ts";
import { collapse } from "./collapse.ts";
import {
  LAYOUT,
  layOut,
  LAYOUT_DOWN,
  type LayoutOptions,
  pathOf,
  type Picture,
  type Point,
} from "./layout.ts";
import type { NodeLook } from "./node_look.ts";
import type { Edge } from "./ranks.ts";
import { centre, fit, open, type Size, type Viewport, zoom } from "./viewport.ts";

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

const { nodeWidth: WIDTH, nodeHeight: HEIGHT } = LAYOUT;
/** Smaller than this only the colours of nodes are shown. */
const FAR = 0.3;
/** Letters for which there is room. */
const LETTERS = 20;
/** Which of its members a joined node looks like. */
const WORST: readonly Tone[] = ["bad", "wait", "live", "stop", "line", "none", "part", "skip", "ok"];

export function GraphView({ names, edges, look, chosen, onChoose, label }: GraphProps) {
  const area = useRef<SVGSVGElement>(null);
  const touched = useRef(false);
  const [size, setSize] = useState<Size | null>(null);
  const layer = useRef<SVGGElement>(null);
  const port = useRef<Viewport>({ left: 0, top: 0, scale: 1 });
  const key = useMemo(() => JSON.stringify([names, edges]), [names, edges]);
  const { groups, picture, direction } = useMemo(() => {
    const joined = collapse(names.length, edges);
    return { groups: joined.groups, ...bestPicture(joined.groups.length, joined.edges, size) };
  }, [key, size === null]);
  const chosenGroup = groups.findIndex((nodes) => nodes.some((node) => names[node] === chosen));
  const show = (next: Viewport) => {
    port.current = next;
    const { left, top, scale } = next;
    area.current?.classList.toggle("graph-far", scale < FAR);
    layer.current?.setAttribute(
      "transform",
      `translate(${left.toFixed(1)} ${top.toFixed(1)}) scale(${scale.toFixed(4)})`,
    );
  };
  const view = () => ({ width: area.current!.clientWidth, height: area.current!.clientHeight });
  const middleOf = (group: number) => {
    const node = picture.nodes[group] ?? { x: 0, y: 0 };
    return { x: node.x + WIDTH / 2, y: node.y + HEIGHT / 2 };
  };
  useLayoutEffect(() => {
    touched.current = false;
    setSize(view());
    const watch = new ResizeObserver(() => setSize(view()));
    watch.observe(area.current!);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (size && !touched.current) show(open(picture, size, middleOf(Math.max(0, chosenGroup))));
  }, [picture, size]);
  const showMoved = (next: Viewport) => {
    touched.current = true;
    show(next);
  };
  useMoves(area, () => port.current, showMoved);
  const focus = (group: number) => {
    const node = area.current?.querySelector<SVGGElement>(`[data-node="${group}"]`);
    const { x, y } = middleOf(group);
    const { left, top, scale } = port.current;
    const { width, height } = view();
    const [seenX, seenY] = [x * scale + left, y * scale + top];
    if (seenX < 40 || seenX > width - 40 || seenY < 20 || seenY > height - 20) {
      show(centre(view(), { x, y }, scale));
    }
    node?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const at = Number((event.target as Element).closest<SVGGElement>("[data-node]")?.dataset.node ?? -1);
    if (at < 0) return;
    if (event.key === "Enter" || event.key === " ") onChoose(names[groups[at][0]]);
    else {
      const pressed = direction === "right" ? event.key : TURNED[event.key] ?? event.key;
      const next = neighbour(picture, at, pressed, direction);
      if (next === null) return;
      if (next >= 0) focus(next);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const zoomBy = (by: number) => showMoved(zoom(port.current, by, view().width / 2, view().height / 2));
  const tabStop = Math.max(0, chosenGroup);
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
          <Edges picture={picture} direction={direction} />
          <ChosenEdges picture={picture} direction={direction} chosen={chosenGroup} />
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
        <Tool title="Smaller" onClick={() => zoomBy(1 / 1.4)}>−</Tool>
        <Tool title="Larger" onClick={() => zoomBy(1.4)}>+</Tool>
        <Tool title="Show all" onClick={() => show(fit(picture, view()))}>
          <Icon name="expand" />
        </Tool>
      </div>
    </div>
  );
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

interface DrawnGraph {
  readonly picture: Picture;
  readonly direction: LayoutOptions["direction"];
}

/** A larger graph is always drawn from left to right. */
const MAX_TURNED = 300;

/** Keys of a graph that is drawn from top to bottom, as they would be from left to right. */
const TURNED: Readonly<Record<string, string>> = {
  ArrowDown: "ArrowRight",
  ArrowUp: "ArrowLeft",
  ArrowRight: "ArrowDown",
  ArrowLeft: "ArrowUp",
};

/** In the direction in which it can be seen larger. @param size null before it is known */
function bestPicture(count: number, edges: readonly Edge[], size: Size | null): DrawnGraph {
  if (!size) return { picture: { nodes: [], edges: [], width: 0, height: 0 }, direction: "right" };
  const right: DrawnGraph = { picture: layOut(count, edges, LAYOUT), direction: "right" };
  if (count > MAX_TURNED || fit(right.picture, size).scale >= 0.9) return right;
  const down: DrawnGraph = { picture: layOut(count, edges, LAYOUT_DOWN), direction: "down" };
  return fit(down.picture, size).scale > fit(right.picture, size).scale * 1.15 ? down : right;
}

interface EdgesProps {
  readonly picture: Picture;
  readonly direction: LayoutOptions["direction"];
}

/** All edges are one path: a thousand of them cost one element. */
function Edges({ picture, direction }: EdgesProps) {
  const path = useMemo(() => picture.edges.map(({ points }) => pathOf(points, direction)).join(""), [
    picture,
  ]);
  return <path class="graph-edges" d={path} />;
}

function ChosenEdges({ picture, direction, chosen }: EdgesProps & { readonly chosen: number }) {
  const path = useMemo(
    () =>
      picture.edges.filter(({ from, to }) => from === chosen || to === chosen)
        .map(({ points }) => pathOf(points, direction)).join(""),
    [picture, chosen],
  );
  return <path class="graph-edges graph-chosen-edges" d={path} />;
}

interface NodeBoxProps {
  readonly group: number;
  readonly names: readonly string[];
  readonly nodes: readonly number[];
  readonly x: number;
  readonly y: number;
  readonly look: (node: number) => NodeLook;
  readonly chosen: boolean;
  readonly tabStop: boolean;
  readonly onChoose: (name: string) => void;
}

function NodeBox({ group, names, nodes, x, y, look, chosen, tabStop, onChoose }: NodeBoxProps) {
  const looks = nodes.map(look);
  const at = worst(looks);
  const { tone, word, note = "" } = looks[at];
  const joined = names.length > 1;
  const text = joined ? `${names[0]} +${names.length - 1}` : names[0];
  const room = LETTERS - (note === "" ? 0 : note.length + 1);
  return (
    <g
      class={`graph-node tone-${tone}${chosen ? " graph-chosen" : ""}`}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
      data-node={group}
      role="button"
      tabIndex={tabStop ? 0 : -1}
      aria-pressed={chosen}
      onClick={() => onChoose(names[at])}
    >
      <title>{`${text}, ${word}${note === "" ? "" : `, ${note}`}`}</title>
      {joined && <rect class="graph-box graph-stack" x="4" y="4" width={WIDTH} height={HEIGHT} rx="6" />}
      <rect class="graph-box" width={WIDTH} height={HEIGHT} rx="6" />
      <use href={`#graph-${tone}`} x="9" y="9" width="14" height="14" />
      <text x="30" y="21" aria-hidden="true">{cut(text, room)}</text>
      {note !== "" && <text class="graph-note" x={WIDTH - 8} y="21" aria-hidden="true">{note}</text>}
    </g>
  );
}

function worst(looks: readonly NodeLook[]): number {
  let at = 0;
  for (let i = 1; i < looks.length; i++) {
    if (WORST.indexOf(looks[i].tone) < WORST.indexOf(looks[at].tone)) at = i;
  }
  return at;
}

/** The middle is left out: names of steps often differ at their end. */
function cut(text: string, room: number): string {
  if (text.length <= room) return text;
  const end = Math.floor(room / 3);
  return `${text.slice(0, room - end - 1)}…${text.slice(-end)}`;
}

/** @returns -1 when there is none in that direction, null for a key that means no direction */
function neighbour(
  picture: Picture,
  at: number,
  key: string,
  direction: LayoutOptions["direction"],
): number | null {
  const from = picture.nodes[at];
  const across = ({ x, y }: Point) => direction === "right" ? y : x;
  const near = (list: readonly number[]) =>
    list.reduce(
      (best, one) =>
        best < 0 ||
          Math.abs(across(picture.nodes[one]) - across(from)) <
            Math.abs(across(picture.nodes[best]) - across(from))
          ? one
          : best,
      -1,
    );
  if (key === "ArrowRight") return near(picture.edges.filter((edge) => edge.from === at).map(({ to }) => to));
  if (key === "ArrowLeft") {
    return near(picture.edges.filter((edge) => edge.to === at).map(({ from }) => from));
  }
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const column = picture.nodes.flatMap((node, i) => {
    const further = across(node) - across(from);
    return node.rank === from.rank && (key === "ArrowDown" ? further > 0 : further < 0) ? [i] : [];
  });
  return near(column);
}

/** Drags with one pointer, enlarges with the wheel or with two. */
function useMoves(
  area: { readonly current: SVGSVGElement | null },
  port: () => Viewport,
  show: (port: Viewport) => void,
): void {
  useEffect(() => {
    const element = area.current!;
    const pointers = new Map<number, { x: number; y: number }>();
    let moved = 0;
    const spot = (event: { clientX: number; clientY: number }) => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, spot(event));
      moved = 0;
    };
    const move = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const now = spot(event);
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      if (moved > 4) element.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, now);
      const { left, top, scale } = port();
      const next = { scale, left: left + now.x - before.x, top: top + now.y - before.y };
      if (!other) return show(next);
      const by = distance(now, other) / Math.max(1, distance(before, other));
      show(zoom(port(), by, (now.x + other.x) / 2, (now.y + other.y) / 2));
    };
    const up = (event: PointerEvent) => pointers.delete(event.pointerId);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { x, y } = spot(event);
      show(zoom(port(), Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), x, y));
    };
    // A click that ends a drag chooses nothing.
    const click = (event: MouseEvent) => moved > 4 && event.stopPropagation();
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("click", click, true);
    return () => {
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("click", click, true);
    };
  }, []);
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
