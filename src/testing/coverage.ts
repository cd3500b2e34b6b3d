/** What the tests of a DAG have played: its steps, and each way that its conditions, failures and handlers can go. */
import { type Condition, type Dag, HANDLER_NAMES, HANDLER_STEP_NAMES, type Step } from "../core/dag.ts";
import type { ConditionResult } from "../core/run.ts";
import { NodeStatus } from "../core/status.ts";
import type { Simulation } from "./simulation.ts";
import { nodeOf } from "./verdict.ts";

/** One thing that tests can play, and whether one of them did. */
export interface Covered {
  readonly what: string;
  readonly played: boolean;
}

export interface Coverage {
  readonly steps: readonly Covered[];
  readonly branches: readonly Covered[];
}

export function coverageOf(dag: Dag, runs: readonly Simulation[]): Coverage {
  const executed = new Set(runs.flatMap(({ executions }) => executions.map(({ step }) => step)));
  const steps = dag.steps.map(({ name }) => ({ what: `step ${name}`, played: executed.has(name) }));
  const branches = [
    ...conditions("preconditions of the DAG", dag.preconditions, runs.map(({ record }) => record.conditions)),
    ...dag.steps.flatMap((step) => branchesOf(step, runs)),
    ...HANDLER_NAMES.filter((name) => dag.handlers[name]).map((name) => ({
      what: `handler ${name}`,
      played: executed.has(HANDLER_STEP_NAMES[name]),
    })),
  ];
  return { steps, branches };
}

function branchesOf(step: Step, runs: readonly Simulation[]): Covered[] {
  const nodes = runs.flatMap((run) => {
    const node = nodeOf(run.record, step.name);
    return node ? [{ run, state: node.state }] : [];
  });
  const some = (what: string, test: (one: (typeof nodes)[number]) => boolean) => ({
    what,
    played: nodes.some(test),
  });
  const found = conditions(
    `preconditions of step ${step.name}`,
    step.preconditions,
    nodes.map(({ state }) => state.conditions),
  );
  if (step.retry) {
    found.push(
      some(
        `step ${step.name} is tried again and succeeds`,
        ({ state }) => state.retryCount > 0 && state.status === NodeStatus.Succeeded,
      ),
      some(
        `step ${step.name} fails in spite of its retries`,
        ({ state }) => state.retryCount > 0 && state.status === NodeStatus.Failed,
      ),
    );
  }
  if (step.repeat?.mode) {
    found.push(some(`step ${step.name} is repeated`, ({ state }) => state.repeated));
  }
  const { failure, exitCodes, outputs, skipped } = step.continueOn;
  if (failure || exitCodes.length > 0 || outputs.length > 0) {
    found.push(
      some(
        `the run goes on after a failure of step ${step.name}`,
        ({ run, state }) => state.exitCode !== 0 && !stopsAfter(run, step),
      ),
    );
  }
  if (skipped) {
    found.push(
      some(
        `the run goes on although step ${step.name} is skipped`,
        ({ state }) => state.status === NodeStatus.Skipped,
      ),
    );
  }
  return found;
}

/** Whether what depends on a step was not executed. */
function stopsAfter({ record }: Simulation, { name }: Step): boolean {
  const after = record.nodes.filter(({ step }) => step.depends.includes(name));
  return after.length > 0 &&
    after.every(({ state }) => state.startedAt === 0 || state.status === NodeStatus.Aborted);
}

function conditions(
  what: string,
  list: readonly Condition[],
  results: readonly (readonly ConditionResult[])[],
): Covered[] {
  if (list.length === 0) return [];
  const looked = results.filter((result) => result.length > 0);
  return [
    { what: `${what} met`, played: looked.some((result) => result.every(({ error }) => error === "")) },
    { what: `${what} not met`, played: looked.some((result) => result.some(({ error }) => error !== "")) },
  ];
}
