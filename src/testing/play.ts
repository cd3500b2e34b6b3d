/** Plays a definition for tests in TypeScript. */
import { type Definition, treeOf } from "../builder/dag.ts";
import type { DataNode } from "../builder/data_node.ts";
import type { ExpectationSpec, FakeSpec, TestSpec } from "../builder/language.ts";
import type { MadeUpName, Scalar } from "../builder/values.ts";
import { yamlText } from "../builder/yaml_text.ts";
import type { HandlerStepName } from "../builder/dag.ts";
import { SpecError } from "../core/errors.ts";
import { DEFAULT_FAKE, type Fake, type FakeCall, type FakeStep } from "../core/scenario.ts";
import { nodeStatusName, runStatusName } from "../core/status.ts";
import { loadDag } from "../spec/load.ts";
import { workflowTests } from "../spec/workflow_tests.ts";
import { simulate, type Simulation } from "./simulation.ts";
import { pathOf, unmet } from "./verdict.ts";

export type { FakeCall } from "../core/scenario.ts";

/** What a step does: what it prints, or more; a list is one for each execution, a function is asked each time. */
export type FakeOf<O extends string> =
  | Scalar
  | FakeSpec<O>
  | readonly (Scalar | FakeSpec<O>)[]
  | ((call: FakeCall) => Scalar | FakeSpec<O>);

/** A run to play. Fields are those of `tests`, see docs/testing.md. */
export type PlaySpec<N extends string, O extends string, P extends string> =
  & Omit<TestSpec<N, O, P>, "name" | "steps" | "expect">
  & {
    /** What steps and handlers do, by name; others succeed after a second and print nothing. */
    readonly steps?: { readonly [K in N]?: FakeOf<O> };
  };

/** What became of a step or handler. */
export interface PlayedStep {
  /** Such as `succeeded`. */
  readonly status: string;
  /** Executions, with retries and repetitions. */
  readonly runs: number;
  /** "" when it did not fail. */
  readonly error: string;
  /** Of its last execution, as are `command` and `env`; 0 when there was none. */
  readonly exitCode: number;
  /** Command or script with references replaced. */
  readonly command: string;
  /** Variables that it was given. */
  readonly env: Readonly<Record<string, string>>;
}

/** A run that was played. */
export interface PlayedRun<N extends string = string, O extends string = string> {
  /** Such as `succeeded`. */
  readonly status: string;
  /** "" when nothing went wrong with the run as such. */
  readonly error: string;
  /** Steps and handlers that were executed, in the order of their begin. */
  readonly path: readonly string[];
  /** Values of outputs by name. */
  readonly outputs: { readonly [K in O]?: string };
  /** Steps and handlers by name. */
  readonly steps: { readonly [K in N | HandlerStepName]: PlayedStep };
  /** How long the run took by its own clock. */
  readonly takesSec: number;
  /** What of some expectations did not come true, in sentences; [] when all of them did. */
  unmet(expect: ExpectationSpec<N | MadeUpName | HandlerStepName, O>): string[];
}

/**
 * Plays a run of a definition by the engine that carries real runs out: nothing is started, the clock jumps.
 * @param definition what `dag` made, or the text of a definition in YAML
 * @throws SpecError when the definition or the run is not right
 */
export async function play<N extends string, O extends string, P extends string>(
  definition: Definition<N, O, P> | string,
  run: PlaySpec<NoInfer<N> | MadeUpName | HandlerStepName, NoInfer<O>, NoInfer<P>> = {},
): Promise<PlayedRun<N, O>> {
  const document = typeof definition === "string" ? definition : yamlText([treeOf(definition)]);
  const dag = loadDag({ text: document, file: FILE });
  const steps = Object.entries<FakeOf<O> | undefined>(run.steps ?? {});
  const plain = steps.filter(([, fake]) => typeof fake !== "function");
  const testOf = (more: object) => {
    const tests = treeOf({ tests: [{ name: "play", ...more }] });
    const { dags: [tested], issues } = workflowTests(yamlText([tests]), FILE, dag);
    if (issues.length > 0) throw new SpecError(issues);
    return tested!.tests[0]!;
  };
  const { scenario } = testOf({ ...run, steps: Object.fromEntries(plain) });
  const asked = steps.flatMap(([name, fake]) =>
    typeof fake === "function" ? [[name, (call: FakeCall) => fakeFrom(fake(call))] as const] : []
  );
  const fakes: Record<string, FakeStep> = { ...scenario.steps, ...Object.fromEntries(asked) };
  const played = await simulate(dag, { ...scenario, steps: fakes });
  return playedRun(played, (expect) => unmet(testOf({ expect }).expect, played));
}

const FILE = "/definition.yaml";

function playedRun<N extends string, O extends string>(
  played: Simulation,
  check: PlayedRun<N, O>["unmet"],
): PlayedRun<N, O> {
  const { record, executions, outputs, lastsMs } = played;
  const nodes = [...record.nodes, ...Object.values(record.handlers)];
  const steps = nodes.map(({ step, state }) => {
    const own = executions.filter((one) => one.step === step.name);
    const { exitCode = 0, command = "", env = {} } = own.at(-1) ?? {};
    const { status, error } = state;
    const told: PlayedStep = {
      status: nodeStatusName(status),
      runs: own.length,
      error,
      exitCode,
      command,
      env,
    };
    return [step.name, told] as const;
  });
  return {
    status: runStatusName(record.status),
    error: record.error,
    path: pathOf(executions),
    outputs: outputs as PlayedRun<N, O>["outputs"],
    steps: Object.fromEntries(steps) as PlayedRun<N, O>["steps"],
    takesSec: lastsMs / 1000,
    unmet: check,
  };
}

function fakeFrom(given: Scalar | FakeSpec): Fake {
  if (typeof given !== "object" || "float" in given) return { ...DEFAULT_FAKE, stdout: text(given) };
  const { stdout, stderr, exitCode, takesSec, hangs, waits, outputs } = given;
  const seconds = typeof takesSec === "number" ? takesSec : takesSec?.float ?? 1;
  return {
    stdout: text(stdout),
    stderr: text(stderr),
    exitCode: Number(text(exitCode) || "0"),
    lastsMs: hangs ? Infinity : seconds * 1000,
    outputs: Object.fromEntries(Object.entries(outputs ?? {}).map(([name, value]) => [name, text(value)])),
    waits: waits ?? false,
  };
}

/** As YAML has scalars for variables. */
function text(value: Scalar | null | undefined): string {
  if (value === undefined || value === null) return "";
  const node: DataNode = treeOf(value);
  return node.kind === "scalar" ? node.text : "";
}
