/** Opens the nodes of one attempt for the engine. */
import type { Condition, Step } from "../core/dag.ts";
import type { ConditionResult, NodeKey } from "../core/run.ts";
import type { OpenStep, StepHost } from "../engine/step_host.ts";
import type { Executors } from "../ports/executor.ts";
import type { Attempt } from "../ports/run_store.ts";
import { AgentOpenStep } from "./open_step.ts";
import type { RunContext } from "./run_context.ts";
import type { RunTrace } from "./run_trace.ts";

export class AgentStepHost implements StepHost {
  readonly #context: RunContext;
  readonly #attempt: Attempt;
  readonly #executors: Executors;
  readonly #trace: RunTrace | null;

  constructor(context: RunContext, attempt: Attempt, executors: Executors, trace: RunTrace | null) {
    this.#context = context;
    this.#attempt = attempt;
    this.#executors = executors;
    this.#trace = trace;
  }

  async open(key: NodeKey, step: Step, extra: Readonly<Record<string, string>>): Promise<OpenStep> {
    const { gate } = this.#context.ports;
    if (gate) await gate.granted();
    const variables = this.#trace ? { ...extra, ...this.#trace.envOf(key) } : extra;
    return await AgentOpenStep.open(this.#context, this.#attempt, this.#executors, step, variables);
  }

  async conditions(conditions: readonly Condition[]): Promise<ConditionResult[]> {
    const context = this.#context;
    const { conditionResults } = await import("./conditions.ts");
    return await conditionResults(conditions, {
      scope: context.scope(),
      shell: context.shell,
      cwd: context.workingDir,
      ports: context.ports,
    });
  }
}
