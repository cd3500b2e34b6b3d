/** Sub-runs of a run: read when they are unfolded, and again while the run goes on. */
import { type Signal, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { get } from "../api/http.ts";
import type { RunDetails, RunNode } from "../api/types.ts";
import { every } from "../timers.ts";
import type { ChildRuns, ChildSummary } from "./step_rows.ts";

const LOOK_MS = 1500;

export class ChildStore implements ChildRuns {
  readonly #path: string;
  readonly #lists = new Map<string, ReadonlyMap<string, ChildSummary>>();
  readonly #nodes = new Map<string, readonly RunNode[]>();
  /** Runs whose sub-runs are wanted, and sub-runs whose steps are. */
  #wanted: { lists: Set<string>; nodes: Set<string> } = { lists: new Set(), nodes: new Set() };
  #reading = false;
  #again = false;
  /** Grows with each change. */
  readonly version: Signal<number> = signal(0);

  /** @param path of the root run, in the API */
  constructor(path: string) {
    this.#path = path;
  }

  list(of: string): ReadonlyMap<string, ChildSummary> | undefined {
    this.#want(this.#wanted.lists, of, this.#lists.has(of));
    return this.#lists.get(of);
  }

  nodes(dagRunId: string): readonly RunNode[] | undefined {
    this.#want(this.#wanted.nodes, dagRunId, this.#nodes.has(dagRunId));
    return this.#nodes.get(dagRunId);
  }

  /** What is shown is read again, once more where it is asked for meanwhile. */
  async refresh(): Promise<void> {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#again) {
      this.#again = false;
      const { lists, nodes } = this.#wanted;
      await Promise.allSettled([
        ...[...lists].map((of) => this.#readList(of)),
        ...[...nodes].map((id) => this.#readNodes(id)),
      ]);
      this.version.value++;
    }
    this.#reading = false;
  }

  /** Only what is asked for from now on is read again. */
  forgetWanted(): void {
    this.#wanted = { lists: new Set(), nodes: new Set() };
  }

  #want(wanted: Set<string>, id: string, known: boolean): void {
    if (wanted.has(id)) return;
    wanted.add(id);
    if (!known) queueMicrotask(() => void this.refresh());
  }

  async #readList(of: string): Promise<void> {
    const query = of === "" ? "" : `?parentSubDAGRunId=${encodeURIComponent(of)}`;
    const { subRuns } = await get<{ subRuns: readonly (ChildSummary & { dagRunId: string })[] }>(
      `${this.#path}/sub-dag-runs${query}`,
    );
    this.#lists.set(of, new Map(subRuns.map((run) => [run.dagRunId, run])));
  }

  async #readNodes(id: string): Promise<void> {
    const path = `${this.#path}/sub-dag-runs/${encodeURIComponent(id)}`;
    const { dagRunDetails } = await get<{ dagRunDetails: RunDetails }>(path);
    this.#nodes.set(id, dagRunDetails.nodes);
  }
}

/** @param live the run goes on @param state changes with what is to be read again */
export function useChildren(path: string, live: boolean, state: string): ChildStore {
  const [held, setHeld] = useState(() => ({ path, store: new ChildStore(path) }));
  const current = held.path === path ? held : { path, store: new ChildStore(path) };
  if (current !== held) setHeld(current);
  const { store } = current;
  useEffect(() => void store.refresh(), [store, state]);
  useEffect(() => live ? every(LOOK_MS, () => document.hidden || store.refresh()) : undefined, [store, live]);
  return store;
}
