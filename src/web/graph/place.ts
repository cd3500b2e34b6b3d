/** Where the slots of ordered columns stand: near to their neighbours, in order, and apart. */
import type { Slots } from "./slots.ts";

const SWEEPS = 30;
/** How strongly an edge pulls: one between two passages wants to be straight. */
const PULL_NODE = 1;
const PULL_MIXED = 2;
const PULL_PASSAGE = 8;

/**
 * Centres along the columns, the least edge of all is 0.
 * @param size of a slot along its column
 * @param gap between two slots
 */
export function placeSlots(
  slots: Slots,
  columns: readonly (readonly number[])[],
  size: (slot: number) => number,
  gap: number,
): Float64Array {
  const at = new Float64Array(slots.before.length);
  const apart = columns.map((column) => distances(column, size, gap));
  columns.forEach((column, i) => column.forEach((slot, k) => at[slot] = apart[i][k]));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const last = sweep >= SWEEPS - 8;
    const forward = sweep % 2 === 0;
    for (let step = 0; step < columns.length; step++) {
      const i = forward ? step : columns.length - 1 - step;
      settle(
        columns[i],
        apart[i],
        (slot) => pull(slots, slot, at, last ? "both" : forward ? "before" : "behind"),
        at,
      );
    }
  }
  straighten(slots, columns, size, gap, at);
  let least = Infinity;
  for (const column of columns) {
    if (column.length > 0) least = Math.min(least, at[column[0]] - size(column[0]) / 2);
  }
  if (least !== Infinity) { for (let slot = 0; slot < at.length; slot++) at[slot] -= least; }
  return at;
}

/** What only follows one slot stands where that one does, when there is room: sweeps come near to it, and no nearer. */
function straighten(
  { before, behind }: Slots,
  columns: readonly (readonly number[])[],
  size: (slot: number) => number,
  gap: number,
  at: Float64Array,
): void {
  for (const column of columns) {
    column.forEach((slot, k) => {
      const [from] = before[slot];
      if (before[slot].length !== 1 || behind[from].length !== 1) return;
      const room = (other: number | undefined) =>
        other === undefined || Math.abs(at[other] - at[from]) >= (size(other) + size(slot)) / 2 + gap;
      const [left, right] = [column[k - 1], column[k + 1]];
      const inOrder = (left === undefined || at[left] < at[from]) &&
        (right === undefined || at[right] > at[from]);
      if (inOrder && room(left) && room(right)) at[slot] = at[from];
    });
  }
}

/** Least distance of each slot of a column from the first one. */
function distances(column: readonly number[], size: (slot: number) => number, gap: number): Float64Array {
  const apart = new Float64Array(column.length);
  for (let k = 1; k < column.length; k++) {
    apart[k] = apart[k - 1] + (size(column[k - 1]) + size(column[k])) / 2 + gap;
  }
  return apart;
}

interface Pull {
  readonly to: number;
  readonly weight: number;
}

function pull(slots: Slots, slot: number, at: Float64Array, side: "before" | "behind" | "both"): Pull {
  let sum = 0;
  let weight = 0;
  const add = (neighbours: readonly number[]) => {
    for (const other of neighbours) {
      const passages = Number(slot >= slots.nodes) + Number(other >= slots.nodes);
      const by = passages === 2 ? PULL_PASSAGE : passages === 1 ? PULL_MIXED : PULL_NODE;
      sum += at[other] * by;
      weight += by;
    }
  };
  if (side !== "behind") add(slots.before[slot]);
  if (side !== "before") add(slots.behind[slot]);
  return weight === 0 ? { to: at[slot], weight: 0.01 } : { to: sum / weight, weight };
}

interface Block {
  sum: number;
  weight: number;
  count: number;
}

/**
 * The places nearest to where all are pulled that keep order and distances: neighbours that would come too near
 * are joined to one block, which stands at the mean of what its members want.
 */
function settle(
  column: readonly number[],
  apart: Float64Array,
  wants: (slot: number) => Pull,
  at: Float64Array,
): void {
  const blocks: Block[] = [];
  column.forEach((slot, k) => {
    const { to, weight } = wants(slot);
    let block: Block = { sum: (to - apart[k]) * weight, weight, count: 1 };
    while (blocks.length > 0 && mean(blocks.at(-1)!) >= mean(block)) {
      const { sum, weight, count } = blocks.pop()!;
      block = { sum: block.sum + sum, weight: block.weight + weight, count: block.count + count };
    }
    blocks.push(block);
  });
  let k = 0;
  for (const block of blocks) {
    const begin = mean(block);
    for (let n = 0; n < block.count; n++, k++) at[column[k]] = begin + apart[k];
  }
}

function mean({ sum, weight }: Block): number {
  return sum / weight;
}
