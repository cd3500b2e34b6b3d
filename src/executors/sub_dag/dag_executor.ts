/** Runs one sub-DAG as a step. */
import type { RandomBytes } from "../../core/ids.ts";
import type { Execution, ExecutionEvents, Executor, StepOutcome, StepTask } from "../../ports/executor.ts";
import type { SubRuns } from "../../ports/sub_runs.ts";
import { callParams } from "./call_params.ts";
import { ChildRunner } from "./child_runner.ts";
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
      if (!child.launched) return { exitCode: 1, error: result.error, begun: false };
      const text = printed(resultObject(result));
      await task.log.write("stdout", new TextEncoder().encode(text + "\n"));
      return { ...outcomeOf(result), output: text };
    };
    return { done: run(), signal: (name) => child.signal(name) };
  }
}
