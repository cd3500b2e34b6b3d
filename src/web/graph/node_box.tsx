/** A node of a graph, or several that are joined because they stand at the same place. */
import type { Tone } from "../parts/tone.ts";
import { LAYOUT } from "./layout.ts";
import type { NodeLook } from "./node_look.ts";

const { nodeWidth: WIDTH, nodeHeight: HEIGHT } = LAYOUT;
/** Letters for which there is room. */
const LETTERS = 20;
/** Which of its members a joined node looks like. */
const WORST: readonly Tone[] = ["bad", "wait", "live", "stop", "line", "none", "part", "skip", "ok"];

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

export function NodeBox({ group, names, nodes, x, y, look, chosen, tabStop, onChoose }: NodeBoxProps) {
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
