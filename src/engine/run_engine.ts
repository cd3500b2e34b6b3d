/** Drives one attempt: conditions, handlers, the walk over the graph, time limit, stop, and the final state. */
import { type Dag, type HandlerName, NOTHING_ALLOWED, type Step } from "../core/dag.ts";
import { messageOf } from "../core/errors.ts";
import type { Graph } from "../core/graph.ts";
import type { NodeKey, NodeState, RunEvent, RunRecord } from "../core/run.ts";
import { isSuccessfulRun, NodeStatus, RunStatus, runStatusName } from "../core/status.ts";
import { finalRunStatus } from "../core/transitions.ts";
import type { Clock } from "../ports/clock.ts";
import type { SignalName } from "../ports/executor.ts";
import { GraphWalk } from "./graph_walk.ts";
import { type NodeContext, runNode } from "./node_run.ts";
import { Slots } from "./slots.ts";
import type { StepHost } from "./step_host.ts";
import { Stopper } from "./stopper.ts";

/** Where the engine's changes go; `record` is the fold of all of them. */
export interface RunJournal {
  readonly record: RunRecord;
  append(event: RunEvent): void;
}

export interface RunEngineOptions {
  readonly dag: Dag;
  readonly edges: Graph;
  /** Nodes that are finished in its record are not run again. */
  readonly journal: RunJournal;
  readonly host: StepHost;
  readonly clock: Clock;
  /** The one step to run, whatever stands above and below it (`retry --step`); null runs all that are not finished. */
  readonly only: number | null;
}

export class RunEngine {
  readonly #dag: Dag;
  readonly #journal: RunJournal;
  readonly #host: StepHost;
  readonly #clock: Clock;
  readonly #walk: GraphWalk;
  readonly #slots: Slots;
  readonly #only: number | null;
  readonly #steps = new Stopper();
  readonly #handlers = new Stopper();
  #cancelled = false;
  #prevented = false;
  #killed = false;
  #handlerFailed = false;
  #inHandlers = false;
  /** Wakes the loop over the steps: a step ended, or a place became free. */
  #changed: () => void = () => {};

  constructor(options: RunEngineOptions) {
    this.#dag = options.dag;
    this.#journal = options.journal;
    this.#host = options.host;
    this.#clock = options.clock;
    this.#only = options.only;
    this.#slots = new Slots(options.dag.maxActiveSteps);
    this.#walk = new GraphWalk(
      options.dag.steps,
      options.edges,
      (i) => options.journal.record.nodes[i]!.state.status,
    );
  }

  /**
   * Asks the run to end: running steps get their signal (`forced` when given) and, after the clean-up time,
   * SIGKILL; then the handlers run. A second request ends the steps at once, or the handler that runs.
   */
  stop(forced: SignalName = ""): void {
    this.#cancelled = true;
    if (this.#inHandlers) this.#handlers.raise("stop", forced);
    else this.#steps.raise("stop", forced);
  }

  /** Ends everything at once; handlers that have not begun do not run. */
  kill(): void {
    this.#killed = this.#cancelled = true;
    for (const stopper of [this.#steps, this.#handlers]) {
      stopper.raise("stop", "SIGKILL");
      stopper.raise("stop");
    }
  }

  /** Runs to the end and returns the final state; it is recorded too. Never rejects. */
  async run(): Promise<RunStatus> {
    const { record } = this.#journal;
    if (record.status !== RunStatus.Running) {
      this.#emit({ status: RunStatus.Running, startedAt: this.#clock.now() });
    }
    const finished = new AbortController();
    this.#watchTimeout(finished.signal);
    if (await this.#mayStart() && !this.#steps.raised) await this.#runSteps();
    finished.abort();
    return await this.#end();
  }

  #emit(patch: Extract<RunEvent, { kind: "run" }>["patch"]): void {
    this.#journal.append({ kind: "run", patch });
  }

  #watchTimeout(finished: AbortSignal): void {
    if (this.#dag.timeoutMs <= 0) return;
    void this.#clock.sleep(this.#dag.timeoutMs, finished).then(() => {
      if (!finished.aborted) this.#steps.raise("timeout");
    });
  }

  /** Conditions of the DAG, then the init handler. */
  async #mayStart(): Promise<boolean> {
    if (this.#dag.preconditions.length > 0) {
      const results = await this.#host.conditions(this.#dag.preconditions);
      this.#emit({ conditions: results });
      if (results.some((r) => r.error !== "")) {
        this.#prevented = true;
        return false;
      }
    }
    if (this.#dag.handlers.init && !await this.#runHandler("init", RunStatus.Running, {})) {
      this.#prevented = true;
      return false;
    }
    return true;
  }

  async #runSteps(): Promise<void> {
    if (this.#only !== null) return await this.#runStep(this.#only);
    this.#pass(this.#walk.start());
    let active = 0;
    for (;;) {
      while (this.#walk.hasReady && !this.#steps.raised && this.#slots.tryTake()) {
        active++;
        void this.#runStep(this.#walk.next()!).finally(() => {
          active--;
          this.#changed();
        });
        if (this.#dag.delayMs > 0) await this.#clock.sleep(this.#dag.delayMs, this.#steps.signal);
      }
      if (active === 0) return;
      await new Promise<void>((resolve) => this.#changed = resolve);
    }
  }

  async #runStep(index: number): Promise<void> {
    const step = this.#dag.steps[index]!;
    const initial = this.#journal.record.nodes[index]!.state;
    const end = await runNode(index, step, initial, {}, true, this.#context(index, this.#steps));
    if (this.#only === null) this.#slots.give();
    if (end.status === NodeStatus.Rejected) this.#steps.raise("stop");
    const passed = this.#walk.ended(index, end.tolerated);
    // What a stop kept from beginning stays as it is, so that a retry can complete the run.
    if (this.#steps.reason !== "stop") this.#pass(passed);
  }

  /** Records steps that end because of what stands above them. */
  #pass(passed: ReturnType<GraphWalk["start"]>): void {
    for (const { index, status, error } of passed) {
      this.#journal.append({ kind: "node", node: index, patch: { status, error } });
    }
  }

  #context(key: NodeKey, stopper: Stopper): NodeContext {
    return {
      host: this.#host,
      clock: this.#clock,
      stopper,
      graceMs: this.#dag.maxCleanUpMs,
      emit: (patch: Partial<NodeState>) => this.#journal.append({ kind: "node", node: key, patch }),
      pause: async (ms) => {
        if (ms > 0) await this.#pause(ms, stopper, typeof key === "number" && this.#only === null);
        return stopper.raised;
      },
    };
  }

  /** A step that only waits does not keep others from running: it gives its place back meanwhile. */
  async #pause(ms: number, stopper: Stopper, hasPlace: boolean): Promise<void> {
    if (hasPlace) {
      this.#slots.give();
      this.#changed();
    }
    await this.#clock.sleep(ms, stopper.signal);
    if (hasPlace) await this.#slots.take();
  }

  /** Runs a handler; true when it succeeded or was skipped. */
  async #runHandler(name: HandlerName, status: RunStatus, more: Record<string, string>): Promise<boolean> {
    const step: Step | undefined = this.#dag.handlers[name];
    if (!step) return true;
    const extra = { DAG_RUN_STATUS: runStatusName(status), ...more };
    const stopper = name === "init" ? this.#steps : this.#handlers;
    const initial = this.#journal.record.handlers[name]!.state;
    const end = await runNode(name, once(step), initial, extra, false, this.#context(name, stopper));
    return end.status === NodeStatus.Succeeded || end.status === NodeStatus.Skipped ||
      end.status === NodeStatus.PartiallySucceeded;
  }

  /** Steps that never began and cannot any more because the time is over. */
  #abandon(): void {
    this.#journal.record.nodes.forEach((node, index) => {
      if (node.state.status !== NodeStatus.NotStarted) return;
      this.#journal.append({ kind: "node", node: index, patch: { status: NodeStatus.Aborted } });
    });
  }

  #status(): RunStatus {
    const { nodes } = this.#journal.record;
    const only = this.#only;
    // An attempt at one step tells how that step went, whatever the others came to before.
    return finalRunStatus(only === null ? nodes : [nodes[only]!], {
      cancelled: this.#cancelled,
      prevented: this.#prevented,
      timedOut: this.#steps.reason === "timeout",
      handlerFailed: this.#handlerFailed,
      tolerated: (index) => this.#walk.tolerated(only ?? index),
    });
  }

  /** Handlers of the outcome, and the final state. */
  async #end(): Promise<RunStatus> {
    this.#inHandlers = true;
    if (this.#steps.reason === "timeout") this.#abandon();
    const status = this.#status();
    if (status === RunStatus.Waiting) {
      const waiting = this.#journal.record.nodes
        .filter((n) => n.state.status === NodeStatus.Waiting).map((n) => n.step.name);
      await this.#tryHandler("wait", status, { DAG_WAITING_STEPS: waiting.join(",") });
    } else if (status !== RunStatus.Rejected) {
      const outcome = isSuccessfulRun(status)
        ? "success"
        : status === RunStatus.Aborted
        ? "abort"
        : "failure";
      await this.#tryHandler(outcome, status, {});
      await this.#tryHandler("exit", this.#status(), {});
    }
    const final = this.#status();
    this.#emit({ status: final, finishedAt: this.#clock.now() });
    return final;
  }

  async #tryHandler(name: HandlerName, status: RunStatus, more: Record<string, string>): Promise<void> {
    if (this.#killed) return;
    try {
      if (!await this.#runHandler(name, status, more)) this.#handlerFailed = true;
    } catch (error) {
      this.#handlerFailed = true;
      this.#emit({ error: messageOf(error) });
    }
  }
}

/** A handler is carried out once, and its failure counts, whatever its definition says. */
function once(handler: Step): Step {
  return { ...handler, retry: null, repeat: null, continueOn: NOTHING_ALLOWED };
}
