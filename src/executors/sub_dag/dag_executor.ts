/** Runs one sub-DAG as a step. */
import { type RandomBytes, randomSubRunId, subRunId } from "../../core/ids.ts";
import { RunStatus } from "../../core/status.ts";
import { parseTraceParent } from "../../core/trace_context.ts";
import type {
  Execution,
  ExecutionEvents,
  Executor,
  SignalName,
  StepOutcome,
  StepTask,
} from "../../ports/executor.ts";
import type { SubRun, SubRunResult, SubRuns } from "../../ports/sub_runs.ts";
import { callParams } from "./call_params.ts";
import { outcomeOf, printed, resultObject } from "./result.ts";

export class DagExecutor implements Executor {
  readonly #subRuns: SubRuns;
  readonly #random: RandomBytes;

  constructor(subRuns: SubRuns, random: RandomBytes) {
    this.#subRuns = subRuns;
    this.#random = random;
  }

  start(task: StepTask, events: ExecutionEvents): Execution {
    const child = new ChildRunner(this.#subRuns, this.#random, task, events);
    const run = async (): Promise<StepOutcome> => {
      const result = await child.run(await callParams(task, task.step.call!.params));
      if (!child.launched) return { exitCode: 1, error: result.error };
      const text = printed(resultObject(result));
      await task.log.write("stdout", new TextEncoder().encode(text + "\n"));
      return { ...outcomeOf(result), output: text };
    };
    return { done: run(), signal: (name) => child.signal(name) };
  }
}

/** Runs one child of a step, and passes signals to it whenever they come. */
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
