/** Evaluates preconditions and the conditions of repetitions. */
import { matches } from "../core/condition.ts";
import type { Condition } from "../core/dag.ts";
import { messageOf } from "../core/errors.ts";
import type { ConditionResult } from "../core/run.ts";
import type { CommandResult } from "../ports/commands.ts";
import type { Variables } from "../ports/executor.ts";
import { expandText, type TextOptions } from "./text.ts";

export interface ConditionContext {
  readonly variables: Variables;
  readonly options: TextOptions;
  /** Runs a condition without `expected` as a command; its exit code decides. */
  runShell(text: string): Promise<Pick<CommandResult, "exitCode">>;
}

const OTHER = "other condition was not met";

/**
 * Evaluates every condition, also after one was not met. Nothing is thrown: a condition that cannot be evaluated has
 * an error that does not say that it "was not met", and `negate` does not turn it into success.
 */
export async function evaluateConditions(
  conditions: readonly Condition[],
  context: ConditionContext,
): Promise<ConditionResult[]> {
  const results: ConditionResult[] = [];
  for (const condition of conditions) {
    results.push({ ...condition, error: await errorOf(condition, context) });
  }
  if (results.every((result) => result.error === "")) return results;
  return results.map((result) => result.error === "" ? { ...result, error: OTHER } : result);
}

async function errorOf(condition: Condition, context: ConditionContext): Promise<string> {
  try {
    const unmet = condition.expected === ""
      ? await runCondition(condition, context)
      : await compareCondition(condition, context);
    if (!condition.negate) return unmet && `condition was not met: ${unmet}`;
    return unmet ? "" : "condition was not met: it holds and negate is set";
  } catch (error) {
    return `Failed to evaluate the condition "${condition.condition}": ${messageOf(error)}`;
  }
}

async function runCondition(condition: Condition, context: ConditionContext): Promise<string> {
  const { exitCode } = await context.runShell(condition.condition);
  return exitCode === 0 ? "" : `exit status ${exitCode}`;
}

async function compareCondition(condition: Condition, context: ConditionContext): Promise<string> {
  const actual = await expandText(condition.condition, context.variables, context.options);
  if (matches(actual, condition.expected)) return "";
  const shown = actual.length > MAX_SHOWN ? `${actual.slice(0, MAX_SHOWN)}...` : actual;
  return `expected ${JSON.stringify(condition.expected)}, got ${JSON.stringify(shown)}`;
}

const MAX_SHOWN = 1000;
