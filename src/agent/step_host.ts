/** Opens the nodes of one attempt for the engine. */
import type { Condition, Step } from "../core/dag.ts";
import type { ConditionResult, NodeKey } from "../core/run.ts";
import type { OpenStep, StepHost } from "../engine/step_host.ts";
import { ensureUserDir } from "../platform/user_dir.ts";
import type { Executors } from "../ports/executor.ts";
import type { Attempt } from "../ports/run_store.ts";
import { AgentOpenStep } from "./open_step.ts";
import type { RunContext } from "./run_context.ts";

export class AgentStepHost implements StepHost {
  readonly #context: RunContext;
  readonly #attempt: Attempt;
  readonly #executors: Executors;

  constructor(context: RunContext, attempt: Attempt, executors: Executors) {
    this.#context = context;
    this.#attempt = attempt;
    this.#executors = executors;
  }

  async open(_key: NodeKey, step: Step, extra: Readonly<Record<string, string>>): Promise<OpenStep> {
    await this.#context.ports.gate?.granted();
    return await AgentOpenStep.open(this.#context, this.#attempt, this.#executors, step, extra);
  }

  async conditions(conditions: readonly Condition[]): Promise<ConditionResult[]> {
    const context = this.#context;
    ensureUserDir(context.workingDir);
    const { conditionResults } = await import("./conditions.ts");
    return await conditionResults(conditions, {
      scope: context.scope(),
      shell: context.shell,
      cwd: context.workingDir,
      ports: context.ports,
    });
  }
}
