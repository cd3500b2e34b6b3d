/** A step that waits for a person: it prints what it asks for, and the run goes on when it was approved. */
import { NodeStatus } from "../../core/status.ts";
import type { Execution, Executor, StepOutcome, StepTask } from "../../ports/executor.ts";

export class HitlExecutor implements Executor {
  start(task: StepTask): Execution {
    return { done: ask(task), signal: () => {} };
  }
}

async function ask(task: StepTask): Promise<StepOutcome> {
  const { prompt, input, required } = task.step.executor.config;
  const lines = ["Waiting for human approval..."];
  if (typeof prompt === "string" && prompt !== "") lines.push("", "Prompt:", await task.evaluate(prompt));
  if (Array.isArray(input) && input.length > 0) {
    lines.push("", `Expected inputs: [${input.map(String).join(" ")}]`);
  }
  if (Array.isArray(required) && required.length > 0) {
    lines.push(`Required inputs: [${required.map(String).join(" ")}]`);
  }
  await task.log.write("stdout", new TextEncoder().encode(lines.join("\n") + "\n"));
  return { exitCode: 0, error: "", status: NodeStatus.Waiting };
}
