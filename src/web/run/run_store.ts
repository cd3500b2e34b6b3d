/** A run as it is now: read once, then changed by what is told of it. */
import { batch, type Signal, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { ApiFailure, get, remembered, sentence } from "../api/http.ts";
import type { SentEvent } from "../api/event_reader.ts";
import type { RunDetails, RunNode, RunSummary } from "../api/types.ts";
import { listen, resets, useTopic } from "../live.ts";

/** Handlers, in the order in which they run. */
const BEFORE = [["onInit", "init"]] as const;
const BEHIND = [
  ["onWait", "wait"],
  ["onSuccess", "success"],
  ["onFailure", "failure"],
  ["onCancel", "cancel"],
  ["onExit", "exit"],
] as const;

export interface ShownNode {
  readonly name: string;
  /** Name of the event at which it runs; "" for a step. */
  readonly handler: string;
  readonly node: Signal<RunNode>;
}

export class RunStore {
  readonly name: string;
  readonly id: string;
  /** null until it is known. */
  readonly run: Signal<RunDetails | null> = signal(null);
  /** Steps in the order of the definition, handlers where they run. */
  readonly nodes: Signal<readonly ShownNode[]> = signal([]);
  readonly error: Signal<ApiFailure | null> = signal(null);
  #byName = new Map<string, Signal<RunNode>>();
  #reading: Promise<void> | null = null;
  #again = false;

  constructor(name: string, id: string) {
    this.name = name;
    this.id = id;
    const known = remembered<{ dagRunDetails: RunDetails }>(this.path);
    if (known) this.#take(known.dagRunDetails);
  }

  get path(): string {
    return `/dag-runs/${encodeURIComponent(this.name)}/${encodeURIComponent(this.id)}`;
  }

  node(name: string): RunNode | undefined {
    return this.#byName.get(name)?.value;
  }

  /** Reads all of it. What is on its way when this is asked may be older than the question: then once more. */
  read(): Promise<void> {
    if (this.#reading) this.#again = true;
    return this.#reading ??= this.#readAll().finally(() => this.#reading = null);
  }

  async #readAll(): Promise<void> {
    do {
      this.#again = false;
      await this.#read();
    } while (this.#again);
  }

  /** Takes in what was told. */
  hear({ type, data }: SentEvent): void {
    if (type === "run") this.#hearRun(data as { readonly run?: RunSummary });
    else if (type === "step") {
      this.#hearStep(data as { name: string; dagRunId: string; attemptId: string; node: RunNode });
    }
  }

  #hearRun({ run }: { readonly run?: RunSummary }): void {
    const known = this.run.value;
    if (!run || run.name !== this.name || run.dagRunId !== this.id) return;
    // Somebody may look before it is recorded.
    if (!known) return void this.read();
    // The end, or another attempt: what is told does not say all that is shown then.
    const turned = run.status !== known.status;
    this.run.value = { ...known, ...run };
    if (turned) this.read();
  }

  #hearStep(
    { name, dagRunId, attemptId, node }: { name: string; dagRunId: string; attemptId: string; node: RunNode },
  ): void {
    const known = this.run.value;
    if (name !== this.name || dagRunId !== this.id || !known) return;
    const held = this.#byName.get(node.step.name);
    if (!held || attemptId !== known.attemptId) void this.read();
    else held.value = node;
  }

  async #read(): Promise<void> {
    try {
      this.#take((await get<{ dagRunDetails: RunDetails }>(this.path)).dagRunDetails);
      this.error.value = null;
    } catch (error) {
      this.error.value = error instanceof ApiFailure ? error : new ApiFailure(0, "", sentence(error));
    }
  }

  #take(run: RunDetails): void {
    const handlers = (list: typeof BEFORE | typeof BEHIND) =>
      list.flatMap(([key, handler]) => run[key] ? [{ handler, node: run[key] }] : []);
    const all = [
      ...handlers(BEFORE),
      ...run.nodes.map((node) => ({ handler: "", node })),
      ...handlers(BEHIND),
    ];
    batch(() => {
      const same = all.length === this.nodes.value.length &&
        all.every(({ node }, i) => this.nodes.value[i].name === node.step.name);
      if (same) { for (const { node } of all) this.#byName.get(node.step.name)!.value = node; }
      else this.#begin(all);
      this.run.value = run;
    });
  }

  #begin(all: readonly { readonly handler: string; readonly node: RunNode }[]): void {
    this.#byName = new Map();
    this.nodes.value = all.map(({ handler, node }) => {
      const held = signal(node);
      this.#byName.set(node.step.name, held);
      return { name: node.step.name, handler, node: held };
    });
  }
}

/** Follows a run while the component is shown. */
export function useRun(name: string, id: string): RunStore {
  const [store, setStore] = useState(() => new RunStore(name, id));
  const current = store.name === name && store.id === id ? store : new RunStore(name, id);
  if (current !== store) setStore(current);
  useTopic(`run:${name}/${id}`);
  useEffect(() => listen((event) => current.hear(event)), [current]);
  useEffect(() => void current.read(), [current, resets.value]);
  return current;
}
