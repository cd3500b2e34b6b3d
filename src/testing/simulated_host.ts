/** Opens steps for the engine: variables as in a real run, and an executor that does what the scenario says. */
import { outputMatches } from "../core/condition.ts";
import type { Condition, Dag, Step } from "../core/dag.ts";
import { DaguError } from "../core/errors.ts";
import type { ConditionResult, NodeKey, RunRecord } from "../core/run.ts";
import { DEFAULT_FAKE, type Fake, type FakeCall, type Scenario } from "../core/scenario.ts";
import { NodeStatus } from "../core/status.ts";
import type { OpenStep, StepHost } from "../engine/step_host.ts";
import { evaluateConditions } from "../eval/conditions.ts";
import { type RunLayers, Scope, type StepReference, valuesOf } from "../eval/scope.ts";
import { evaluateEnv, expandText, type TextOptions } from "../eval/text.ts";
import type { Clock } from "../ports/clock.ts";
import type { Execution as Running, Executor, StepOutcome, StepTask } from "../ports/executor.ts";

/** One execution of a step or handler. */
export interface Execution extends FakeCall {
  readonly exitCode: number;
  /** Milliseconds since the run began. */
  readonly begin: number;
  readonly end: number;
}

export interface SimulatedRun {
  readonly dag: Dag;
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly options: TextOptions;
  /** As it is at the time of the call. */
  readonly record: () => RunRecord;
}

type Noted = { -readonly [K in keyof Execution]: Execution[K] };

export class SimulatedHost implements StepHost {
  readonly executions: Noted[] = [];
  readonly #run: SimulatedRun;
  readonly #layers: RunLayers;
  readonly #outputs = new Map<string, string>();

  constructor(run: SimulatedRun, layers: RunLayers) {
    this.#run = run;
    this.#layers = { ...layers, outputs: this.#outputs, steps: (id) => stepReference(run.record(), id) };
  }

  conditions(conditions: readonly Condition[]): Promise<ConditionResult[]> {
    return this.#conditions(conditions, new Scope(this.#layers));
  }

  async open(_key: NodeKey, step: Step, extra: Readonly<Record<string, string>>): Promise<OpenStep> {
    const files = { stdout: `/simulated/${step.name}.out`, stderr: `/simulated/${step.name}.err` };
    const own = new Map([
      ["DAG_RUN_STEP_NAME", step.name],
      ["DAG_RUN_STEP_STDOUT_FILE", files.stdout],
      ["DAG_RUN_STEP_STDERR_FILE", files.stderr],
      ...Object.entries(extra),
    ]);
    const { options } = this.#run;
    let scope = new Scope(this.#layers, { step: own });
    const evaluate = async () => {
      const env = valuesOf(await evaluateEnv(step.env, new Scope(this.#layers, { step: own }), options));
      scope = new Scope(this.#layers, { step: own, env });
    };
    let command = "";
    let last = DEFAULT_FAKE;
    const call = () => ({ command, env: scope.environment().env });
    return await Promise.resolve({
      files,
      prepare: () => Promise.resolve(),
      conditions: async (list) => {
        await evaluate();
        return await this.#conditions(list, scope);
      },
      number: async (value, what) =>
        typeof value === "number" ? value : numberOf(await expandText(value, scope, options), what),
      executor: () => Promise.resolve(this.#executor(step, call, (fake) => last = fake)),
      task: async () => {
        await evaluate();
        command = await commandOf(step, scope, options);
        return { step } as StepTask;
      },
      capture: (given) => Promise.resolve({ value: (given ?? last.stdout).trim(), tooLong: false }),
      publish: (name, value) => void this.#outputs.set(name, value),
      outputMatches: (patterns) =>
        Promise.resolve(last.stdout.split("\n").some((line) => outputMatches(line, patterns))),
      close: () => Promise.resolve(),
    });
  }

  #conditions(conditions: readonly Condition[], variables: Scope): Promise<ConditionResult[]> {
    const { options } = this.#run;
    return evaluateConditions(conditions, {
      variables,
      options,
      runShell: (text) => options.commands!.run({ program: "sh", args: [text.trim()], env: {}, cwd: "" }),
    });
  }

  #executor(
    step: Step,
    told: () => Pick<FakeCall, "command" | "env">,
    played: (fake: Fake) => void,
  ): Executor {
    const { scenario, clock } = this.#run;
    return {
      start: () => {
        const run = 1 + this.executions.filter((one) => one.step === step.name).length;
        const call: FakeCall = { step: step.name, run, ...told() };
        const fake = fakeOf(scenario, step, call);
        played(fake);
        const noted: Noted = { ...call, exitCode: 0, begin: clock.now() - scenario.at, end: NaN };
        this.executions.push(noted);
        const running = play(fake, clock);
        void running.done.then(({ exitCode }) => {
          noted.exitCode = exitCode;
          noted.end = clock.now() - scenario.at;
        });
        return running;
      },
    };
  }
}

/** A step that asks somebody waits unless it is told otherwise. */
function fakeOf({ steps }: Scenario, step: Step, call: FakeCall): Fake {
  if (Object.hasOwn(steps, step.name)) return steps[step.name]!(call);
  return { ...DEFAULT_FAKE, waits: step.executor.type === "hitl" };
}

function play(fake: Fake, clock: Clock): Running {
  const ended = new AbortController();
  const { promise, resolve } = Promise.withResolvers<StepOutcome>();
  const end = (outcome: StepOutcome) => {
    ended.abort();
    resolve(outcome);
  };
  if (fake.lastsMs !== Infinity) {
    void clock.sleep(fake.lastsMs, ended.signal).then(() => end(outcomeOf(fake)));
  }
  return {
    done: promise,
    signal: (name) =>
      name === "SIGKILL"
        ? end({ exitCode: 137, error: "signal: killed" })
        : end({ exitCode: 143, error: "signal: terminated" }),
  };
}

function outcomeOf({ exitCode, outputs, waits }: Fake): StepOutcome {
  if (waits) return { exitCode: 0, error: "", status: NodeStatus.Waiting };
  return { exitCode, error: exitCode === 0 ? "" : `exit status ${exitCode}`, outputs };
}

async function commandOf(step: Step, scope: Scope, options: TextOptions): Promise<string> {
  const texts = step.commands.map(({ text, args }) => [text, ...args ?? []].join(" "));
  if (step.script !== "") texts.push(step.script);
  if (step.call) texts.push(`${step.call.name} ${step.call.params}`.trim());
  // Backticks and operators are the shell's business.
  const plain: TextOptions = { os: options.os };
  return (await Promise.all(texts.map((text) => expandText(text, scope, plain)))).join("\n");
}

function stepReference(record: RunRecord, id: string): StepReference | undefined {
  const state = record.nodes.find((node) => node.step.id === id)?.state;
  if (!state || state.stdout === "") return undefined;
  return { stdout: state.stdout, stderr: state.stderr, exitCode: state.exitCode };
}

function numberOf(text: string, what: string): number {
  const number = Number(text);
  if (text.trim() !== "" && number >= 0 && Number.isFinite(number)) return Math.trunc(number);
  throw new DaguError(`Cannot use ${what}: it yields "${text}", a number is needed`);
}
