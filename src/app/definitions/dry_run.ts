/** `dry`: walks a DAG as a run would, with executors that do nothing; leaves no history. */
import { currentDir } from "../../platform/folders/current_dir.ts";
import type { RunObserver } from "../../agent/agent_ports.ts";
import { resolveSnapshot } from "../../agent/snapshot.ts";
import type { Config } from "../../config/config.ts";
import type { Condition, Dag } from "../../core/dag.ts";
import { uuidV7 } from "../../core/ids.ts";
import {
  applyEvent,
  type ConditionResult,
  newRunRecord,
  type RunEvent,
  type RunRecord,
} from "../../core/run.ts";
import { buildGraph } from "../../core/graph.ts";
import { evaluateConditions } from "../../eval/conditions.ts";
import { entriesOf, Scope } from "../../eval/scope.ts";
import { expandText } from "../../eval/text.ts";
import { RunEngine } from "../../engine/run_engine.ts";
import type { OpenStep, StepHost } from "../../engine/step_host.ts";
import { randomBytes } from "../../platform/random.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { Executor, StepTask } from "../../ports/executor.ts";
import type { ParamInput } from "../app.ts";
import { openServices } from "../services.ts";
import { givenParams } from "../runs/start_run.ts";

export async function dryRun(
  config: Config,
  options: { dag: string; params: ParamInput; name: string; observer: RunObserver },
): Promise<RunRecord> {
  const services = openServices(config);
  const loaded = await services.dags.load(options.dag);
  const { ports } = services.agent("local");
  const { dag, env, params } = await resolveSnapshot({
    dag: options.name === "" ? loaded : { ...loaded, name: options.name },
    params: givenParams(options.params),
    defaultWorkingDir: "",
    cwd: currentDir(),
  }, ports);
  const id = uuidV7(systemClock.now(), randomBytes);
  const plan = withoutWaiting(dag);
  let record = newRunRecord({
    dag: plan,
    dagRunId: id,
    attemptId: "",
    root: { name: dag.name, id },
    parent: null,
    params,
    createdAt: systemClock.now(),
    log: "",
    pid: 0,
    workerId: "local",
  });
  const journal = {
    get record() {
      return record;
    },
    append(event: RunEvent) {
      record = applyEvent(record, event);
      options.observer.onEvent(event, record);
    },
  };
  options.observer.onStart(record);
  const engine = new RunEngine({
    dag: plan,
    edges: buildGraph(plan.steps),
    journal,
    host: dryHost(new Scope({ dagEnv: entriesOf(env), params: entriesOf(params) })),
    clock: systemClock,
    only: null,
  });
  await engine.run();
  return record;
}

/** Nothing is waited for, and no handler runs. */
function withoutWaiting(dag: Dag): Dag {
  const steps = dag.steps.map((step) => ({ ...step, repeat: null, retry: null, timeoutMs: 0, output: null }));
  return { ...dag, steps, handlers: {}, delayMs: 0, timeoutMs: 0 };
}

const DRY_EXECUTOR: Executor = {
  start: () => ({ done: Promise.resolve({ exitCode: 0, error: "" }), signal: () => {} }),
};

/** Conditions that are commands, or that need what a step would print, count as met. */
function dryHost(variables: Scope): StepHost {
  const conditions = (list: readonly Condition[]) => compared(list, variables);
  return {
    open: (_key, step) =>
      Promise.resolve(
        {
          files: { stdout: "", stderr: "" },
          prepare: () => Promise.resolve(),
          conditions,
          number: (value) => Promise.resolve(Number(value)),
          executor: () => Promise.resolve(DRY_EXECUTOR),
          task: () => Promise.resolve({ step } as StepTask),
          capture: () => Promise.resolve({ value: "", tooLong: false }),
          publish: () => {},
          outputMatches: () => Promise.resolve(false),
          close: () => Promise.resolve(),
        } satisfies OpenStep,
      ),
    conditions,
  };
}

/** Compares what can be compared without running anything. */
async function compared(list: readonly Condition[], variables: Scope): Promise<ConditionResult[]> {
  const decided = await Promise.all(list.map(async (condition) => {
    if (condition.expected === "" || condition.condition.includes("`")) return false;
    return !(await expandText(condition.condition, variables)).includes("$");
  }));
  const known = list.filter((_, i) => decided[i]);
  const runShell = () => Promise.resolve({ exitCode: 0 });
  const results = await evaluateConditions(known, { variables, options: {}, runShell });
  return list.map((condition, i) => decided[i] ? results.shift()! : { ...condition, error: "" });
}
