/** How long each step took in two runs. */
import type { RunNode } from "../api/types.ts";
import { to } from "../addresses.ts";
import { NodeState } from "../parts/state_mark.tsx";
import { nodeTone } from "../parts/tone.ts";
import { VirtualRows } from "../parts/virtual_rows.tsx";
import { href } from "../router.ts";
import { durationText } from "../text/duration.ts";
import { pace, type StepPair } from "./compare.ts";

interface StepTimesProps {
  readonly pairs: readonly StepPair[];
  /** Addresses of both runs. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const ROW = 40;

export function StepTimes({ pairs, name, before, after }: StepTimesProps) {
  const longest = Math.max(
    1,
    ...pairs.flatMap((pair) => [pair.before?.durationMs ?? 0, pair.after?.durationMs ?? 0]),
  );
  return (
    <VirtualRows
      count={pairs.length}
      rowHeight={ROW}
      class="compare-steps"
      label="Steps of both runs"
      shown={-1}
      row={(i) => {
        const pair = pairs[i];
        return (
          <div class="compare-step" key={pair.name}>
            <span class="cut" title={pair.name}>{pair.name}</span>
            <span class="compare-times">
              <Time name={name} id={before} node={pair.before} step={pair.name} longest={longest} />
              <Time name={name} id={after} node={pair.after} step={pair.name} longest={longest} />
            </span>
            <Longer beforeMs={pair.before?.durationMs} longerMs={pair.longerMs} />
          </div>
        );
      }}
    />
  );
}

interface TimeProps {
  readonly name: string;
  readonly id: string;
  readonly step: string;
  readonly node: RunNode | undefined;
  readonly longest: number;
}

function Time({ name, id, step, node, longest }: TimeProps) {
  if (!node) return <span class="compare-time quiet">no such step</span>;
  const ms = node.durationMs ?? 0;
  return (
    <a class={`compare-time tone-${nodeTone(node.status)}`} href={href(to.run(name, id, { step }))}>
      <NodeState status={node.status} />
      <i style={{ width: `calc(${(ms / longest * 100).toFixed(2)}% * .8)` }} />
      <span class="number">{node.durationMs === undefined ? "–" : durationText(ms)}</span>
    </a>
  );
}

/** How much longer something took, in words and with a colour where it is not by chance. */
export function Longer(
  { beforeMs, longerMs }: { readonly beforeMs: number | undefined; readonly longerMs: number | null },
) {
  if (longerMs === null || beforeMs === undefined) return <span class="compare-longer quiet">–</span>;
  const how = pace(beforeMs, longerMs);
  return (
    <span class={`compare-longer compare-${how}`}>
      {how === "same" ? "as long" : `${durationText(Math.abs(longerMs))} ${how}`}
    </span>
  );
}
