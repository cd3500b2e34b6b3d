/** Runs one sub-DAG for each item, a bounded number at a time. */
import type { RandomBytes } from "../../core/ids.ts";
import { messageOf } from "../../core/errors.ts";
import { isSuccessfulRun, NodeStatus, RunStatus } from "../../core/status.ts";
import type {
  Execution,
  ExecutionEvents,
  Executor,
  SignalName,
  StepOutcome,
  StepTask,
} from "../../ports/executor.ts";
import type { SubRunResult, SubRuns } from "../../ports/sub_runs.ts";
import { callParams } from "./call_params.ts";
import { ChildRunner } from "./child_runner.ts";
import { itemsOf } from "./items.ts";
import { outcomeOf, printed, resultObject } from "./result.ts";

export class ParallelExecutor implements Executor {
  readonly #subRuns: SubRuns;
  readonly #random: RandomBytes;

  constructor(subRuns: SubRuns, random: RandomBytes) {
    this.#subRuns = subRuns;
    this.#random = random;
  }

  start(task: StepTask, events: ExecutionEvents): Execution {
    const fan = new FanOut(task, () => new ChildRunner(this.#subRuns, this.#random, task, events));
    return { done: fan.run(), signal: (name) => fan.signal(name) };
  }
}

class FanOut {
  readonly #running = new Set<ChildRunner>();
  readonly #errors: string[] = [];
  #stopped = false;

  constructor(readonly task: StepTask, readonly runner: () => ChildRunner) {}

  signal(name: SignalName): void {
    this.#stopped = true;
    for (const child of this.#running) child.signal(name);
  }

  async run(): Promise<StepOutcome> {
    let results: SubRunResult[];
    try {
      results = await this.#runAll(await this.#plan());
    } catch (error) {
      return { exitCode: 1, error: messageOf(error), begun: false };
    }
    if (results.length === 0 && this.#errors.length > 0) return { ...this.#outcome(results), begun: false };
    const good = results.filter((r) => isSuccessfulRun(r.status));
    const total = results.length + this.#errors.length;
    const text = printed({
      summary: { total, succeeded: good.length, failed: total - good.length },
      results: results.map(resultObject),
      outputs: good.map((r) => r.outputs),
    });
    await this.task.log.write("stdout", new TextEncoder().encode(text + "\n"));
    return { ...this.#outcome(results), output: text };
  }

  /** Parameters of the children by run id: equal ones collapse into one run. */
  async #plan(): Promise<Map<string, string>> {
    const { call } = this.task.step;
    const plan = new Map<string, string>();
    for (const item of await itemsOf(this.task)) {
      const params = call!.params === ""
        ? item.params
        : await callParams(this.task, call!.params, { ITEM: item.text });
      plan.set(await this.runner().idFor(params), params);
    }
    return plan;
  }

  async #runAll(plan: Map<string, string>): Promise<SubRunResult[]> {
    const queue = [...plan].entries();
    const results: SubRunResult[] = [];
    const work = async () => {
      for (const [index, [id, params]] of queue) {
        if (this.#stopped) return;
        const child = this.runner();
        this.#running.add(child);
        const result = await child.run(params, id);
        this.#running.delete(child);
        if (child.launched) results[index] = result;
        else this.#errors.push(result.error);
      }
    };
    const width = Math.min(this.task.step.parallel!.maxConcurrent, plan.size);
    await Promise.all(Array.from({ length: width }, work));
    return results.filter((result) => result !== undefined);
  }

  #outcome(results: readonly SubRunResult[]): StepOutcome {
    if (this.#stopped) return { exitCode: 143, error: "signal: terminated" };
    const outcomes = results.map(outcomeOf);
    const failed = [...this.#errors, ...outcomes.map((o) => o.error).filter((e) => e !== "")];
    if (failed.length > 0) return { exitCode: 1, error: [...new Set(failed)].slice(0, 20).join("; ") };
    if (results.some((r) => r.status === RunStatus.Waiting)) {
      return { exitCode: 0, error: "", status: NodeStatus.Waiting };
    }
    return outcomes.find((o) => o.status === NodeStatus.PartiallySucceeded) ?? { exitCode: 0, error: "" };
  }
}
