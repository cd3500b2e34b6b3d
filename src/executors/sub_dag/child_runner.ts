/** Runs one child of a step, and passes signals to it whenever they come. */
import { type RandomBytes, randomSubRunId, subRunId } from "../../core/ids.ts";
import { RunStatus } from "../../core/status.ts";
import { parseTraceParent } from "../../core/trace_context.ts";
import type { ExecutionEvents, SignalName, StepTask } from "../../ports/executor.ts";
import type { SubRun, SubRunResult, SubRuns } from "../../ports/sub_runs.ts";

export class ChildRunner {
  launched = false;
  #run: SubRun | null = null;
  readonly #early: SignalName[] = [];

  constructor(
    readonly subRuns: SubRuns,
    readonly random: RandomBytes,
    readonly task: StepTask,
    readonly events: ExecutionEvents,
  ) {}

  /** The id is computed from the parameters, so that a retry of the step finds the same child. */
  async idFor(params: string): Promise<string> {
    const { step, repeated, variables } = this.task;
    if (repeated) return randomSubRunId(this.random);
    return await subRunId(variables.get("DAG_RUN_ID") ?? "", step.name, params);
  }

  async run(params: string, dagRunId?: string): Promise<SubRunResult> {
    const { step } = this.task;
    const id = dagRunId ?? await this.idFor(params);
    const dag = await this.task.evaluate(step.call!.name);
    if (this.#early.length > 0) return aborted(dag, id);
    this.#run = this.subRuns.start({
      dag,
      dagRunId: id,
      params,
      workerSelector: step.workerSelector,
      onWait: (reason) => this.events.onWait(reason),
      trace: parseTraceParent(this.task.env.TRACEPARENT ?? "", this.task.env.TRACESTATE),
      onLaunch: () => {
        this.launched = true;
        this.events.onChild({ dagRunId: id, params });
      },
    });
    return await this.#run.done;
  }

  signal(name: SignalName): void {
    if (this.#run) this.#run.signal(name);
    else this.#early.push(name);
  }
}

function aborted(dag: string, id: string): SubRunResult {
  return { ref: { name: dag, id }, status: RunStatus.Aborted, params: "", outputs: {}, error: "" };
}
