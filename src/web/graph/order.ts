/** The order of slots in their columns that lets few edges cross. */
import type { Slots } from "./slots.ts";

const SWEEPS = 12;

/** @returns the columns, each in the best order that was met */
export function orderColumns(slots: Slots): number[][] {
  const columns = slots.columns.map((column) => [...column]);
  const position = new Float64Array(slots.before.length);
  for (const column of columns) number(column, position);
  let best = columns.map((column) => [...column]);
  let fewest = crossings(columns, slots, position);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const forward = sweep % 2 === 0;
    const neighbours = forward ? slots.before : slots.behind;
    for (const column of forward ? columns : columns.toReversed()) sort(column, neighbours, position);
    const count = crossings(columns, slots, position);
    if (count >= fewest) continue;
    fewest = count;
    best = columns.map((column) => [...column]);
  }
  return best;
}

function number(column: readonly number[], position: Float64Array): void {
  column.forEach((slot, i) => position[slot] = i);
}

/** By the mean of their neighbours; slots without any stay where they are. */
function sort(column: number[], neighbours: readonly number[][], position: Float64Array): void {
  const mean = new Map(column.map((slot) => [slot, meanOf(neighbours[slot], position) ?? position[slot]]));
  column.sort((a, b) => mean.get(a)! - mean.get(b)! || position[a] - position[b]);
  number(column, position);
}

function meanOf(slots: readonly number[], position: Float64Array): number | null {
  if (slots.length === 0) return null;
  let sum = 0;
  for (const slot of slots) sum += position[slot];
  return sum / slots.length;
}

function crossings(columns: readonly number[][], { behind }: Slots, position: Float64Array): number {
  let total = 0;
  for (const column of columns) {
    const ends = column.flatMap((slot) => behind[slot].map((to) => position[to]).sort((a, b) => a - b));
    total += inversions(ends);
  }
  return total;
}

/** Pairs that stand in the wrong order, by merging. */
function inversions(values: number[]): number {
  let count = 0;
  let from = values;
  let to = new Array<number>(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        if (right >= end || left < middle && from[left] <= from[right]) to[at] = from[left++];
        else {
          count += middle - left;
          to[at] = from[right++];
        }
      }
    }
    [from, to] = [to, from];
  }
  return count;
}
