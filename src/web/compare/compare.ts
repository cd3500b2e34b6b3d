/** Two runs of one workflow, side by side. */
import { parseParams } from "../../core/text/params_text.ts";
import type { RunNode } from "../api/types.ts";

/** A step in both runs; absent in the one that has no such step. */
export interface StepPair {
  readonly name: string;
  readonly before?: RunNode;
  readonly after?: RunNode;
  /** Milliseconds that it took longer; null where one of both has not ended. */
  readonly longerMs: number | null;
}

/** Steps of the later run, each followed by those that only the earlier one has behind it. */
export function stepPairs(before: readonly RunNode[], after: readonly RunNode[]): StepPair[] {
  const old = new Map(before.map((node) => [node.step.name, node]));
  const known = new Set(after.map((node) => node.step.name));
  const pairs: StepPair[] = [];
  let next = 0;
  const takeGone = () => {
    while (next < before.length && !known.has(before[next].step.name)) {
      pairs.push(pairOf(before[next++], undefined));
    }
  };
  takeGone();
  for (const node of after) {
    const { name } = node.step;
    pairs.push(pairOf(old.get(name), node));
    if (before[next]?.step.name === name) next++;
    takeGone();
  }
  for (; next < before.length; next++) {
    if (!known.has(before[next].step.name)) pairs.push(pairOf(before[next], undefined));
  }
  return pairs;
}

function pairOf(before: RunNode | undefined, after: RunNode | undefined): StepPair {
  const both = before?.durationMs !== undefined && after?.durationMs !== undefined;
  return {
    name: (after ?? before!).step.name,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    longerMs: both ? after.durationMs! - before.durationMs! : null,
  };
}

/** A time that differs by less than this, or by less than a tenth, does so by chance. */
const CHANCE_MS = 500;

export function pace(beforeMs: number, longerMs: number): "slower" | "faster" | "same" {
  if (Math.abs(longerMs) < Math.max(CHANCE_MS, beforeMs / 10)) return "same";
  return longerMs > 0 ? "slower" : "faster";
}

/** Those first whose times differ most; where that is not known, last. */
export function byDifference(pairs: readonly StepPair[]): StepPair[] {
  const weight = ({ longerMs }: StepPair) => longerMs === null ? -1 : Math.abs(longerMs);
  return pairs.toSorted((a, b) => weight(b) - weight(a));
}

export interface ParamPair {
  readonly name: string;
  /** undefined where the run has no such parameter. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** @param before text of the parameters, as the run has it */
export function paramPairs(before: string, after: string): ParamPair[] {
  const [old, now] = [before, after].map((text) =>
    new Map(parseParams(text).map(({ name, value }) => [name, value]))
  );
  return [...new Set([...now.keys(), ...old.keys()])].map((name) => ({
    name,
    before: old.get(name),
    after: now.get(name),
  }));
}
