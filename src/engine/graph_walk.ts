/** Walks the steps of a run in dependency order: which are ready, which end because of what stands above them. */
import type { Step } from "../core/dag.ts";
import type { Graph } from "../core/graph.ts";
import { isFinishedNode, NodeStatus } from "../core/status.ts";
import { upstreamVerdict } from "../core/transitions.ts";

/** A step that ends without being run. */
export interface Passed {
  readonly index: number;
  readonly status: NodeStatus;
  readonly error: string;
}

/**
 * Keeps what is needed to decide in constant time per edge. States are looked up through `statusOf`, so there is
 * one truth about them: the run's record.
 */
export class GraphWalk {
  /** Dependencies of each step that have not said "run" yet. */
  readonly #open: number[];
  readonly #tolerated = new Set<number>();
  #ready: number[] = [];

  constructor(
    readonly steps: readonly Step[],
    readonly edges: Graph,
    readonly statusOf: (index: number) => NodeStatus,
  ) {
    this.#open = edges.dependencies.map((d) => d.length);
  }

  /** Begins; steps that an earlier attempt finished count at once. Returns those that end because of them. */
  start(): Passed[] {
    const passed: Passed[] = [];
    for (let i = 0; i < this.steps.length; i++) {
      if (this.#open[i] === 0 && this.statusOf(i) === NodeStatus.NotStarted) this.#ready.push(i);
    }
    for (let i = 0; i < this.steps.length; i++) {
      if (isFinishedNode(this.statusOf(i))) passed.push(...this.#tell(i, false));
    }
    this.#ready.sort((a, b) => a - b);
    return passed;
  }

  /** Whether `continueOn` allows the failure of that step. */
  tolerated(index: number): boolean {
    return this.#tolerated.has(index);
  }

  /** The next step to start, or undefined. */
  next(): number | undefined {
    return this.#ready.shift();
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  /** A step ended. Returns the steps that end because of it; the caller records them (and must not report them here). */
  ended(index: number, tolerated: boolean): Passed[] {
    if (tolerated) this.#tolerated.add(index);
    return this.#tell(index, tolerated);
  }

  /** Tells the dependants of an ended step, and theirs when they end because of it. */
  #tell(index: number, tolerated: boolean): Passed[] {
    const passed: Passed[] = [];
    const ends = new Map<number, NodeStatus>();
    const queue = [index];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      const status = ends.get(at) ?? this.statusOf(at);
      const upstream = this.steps[at]!.continueOn;
      const { verdict, error } = upstreamVerdict(status, upstream, at === index && tolerated);
      for (const dependent of this.edges.dependents[at]!) {
        if (ends.has(dependent) || this.statusOf(dependent) !== NodeStatus.NotStarted) continue;
        if (verdict === "run") {
          if (--this.#open[dependent]! === 0) this.#ready.push(dependent);
        } else if (verdict === "abort" || verdict === "skip") {
          const end = verdict === "abort" ? NodeStatus.Aborted : NodeStatus.Skipped;
          ends.set(dependent, end);
          passed.push({ index: dependent, status: end, error });
          queue.push(dependent);
        }
      }
    }
    return passed;
  }
}
