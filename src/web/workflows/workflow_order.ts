/** Which workflows are shown, and in what order. */
import type { DagFile } from "../api/types.ts";
import { instant } from "../text/moment.ts";

export const SORTS = ["name", "last", "next", "duration"] as const;
export type Sort = (typeof SORTS)[number];

/** Definitions whose name, description or tag holds each word, and that have the tag. */
export function fitting(dags: readonly DagFile[], filter: string, tag: string): DagFile[] {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return dags.filter(({ fileName, dag }) => {
    const text = [fileName, dag.name, dag.description, dag.group, ...dag.tags ?? []].join(" ").toLowerCase();
    return words.every((word) => text.includes(word)) && (tag === "" || (dag.tags ?? []).includes(tag));
  });
}

/** Groups in the order of their names, those without one at the end; one group when they are not sorted by name. */
export function grouped(dags: readonly DagFile[], sort: Sort): [group: string, members: DagFile[]][] {
  const sorted = [...dags].sort((a, b) => compare(a, b, sort) || (a.fileName < b.fileName ? -1 : 1));
  if (sort !== "name") return [["", sorted]];
  const groups = Map.groupBy(sorted, ({ dag }) => dag.group ?? "");
  return [...groups].sort(([a], [b]) => (a === "" ? 1 : b === "" ? -1 : a < b ? -1 : 1));
}

/** Milliseconds that a run usually takes; 0 when that is not known. */
export function usualMs({ durations }: DagFile): number {
  return durations?.p50 ?? 0;
}

function compare(a: DagFile, b: DagFile, sort: Sort): number {
  switch (sort) {
    case "name":
      return 0;
    case "last":
      return instant(b.latestDAGRun.startedAt) - instant(a.latestDAGRun.startedAt);
    case "next":
      return (instant(nextOf(a)) || Infinity) === (instant(nextOf(b)) || Infinity)
        ? 0
        : (instant(nextOf(a)) || Infinity) - (instant(nextOf(b)) || Infinity);
    case "duration":
      return usualMs(b) - usualMs(a);
  }
}

/** When it fires next; "" when it does not. */
export function nextOf({ suspended, nextRuns = [] }: DagFile): string {
  return suspended ? "" : nextRuns[0] ?? "";
}
