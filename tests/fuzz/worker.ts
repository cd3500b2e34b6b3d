/** Fuzzes one target in a thread of its own, which can be ended when it never answers. */
import { type Flaw, fuzz } from "./fuzz.ts";
import { allTargets } from "./targets.ts";

export interface WorkerJob {
  readonly target: string;
  readonly seed: number;
  readonly count: number;
  /** Holds the seed that is being tried. */
  readonly at: SharedArrayBuffer;
}

export type WorkerNews = { readonly flaw: Flaw } | { readonly done: true };

const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerJob>) => void;
  postMessage(news: WorkerNews): void;
};

scope.onmessage = async ({ data: { target, seed, count, at } }) => {
  const now = new Int32Array(at);
  const onSeed = (seed: number) => void Atomics.store(now, 0, seed);
  for await (const flaw of fuzz(allTargets()[target]!, seed, count, onSeed)) scope.postMessage({ flaw });
  scope.postMessage({ done: true });
};
