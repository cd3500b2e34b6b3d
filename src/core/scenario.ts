/**
 * A run that is played instead of carried out: what its steps and commands do, and what is expected of it. Times are
 * milliseconds.
 */
import type { Param } from "./dag.ts";
import type { NodeStatus, RunStatus } from "./status.ts";

/** What a step or command does that is not really run. */
export interface Fake {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** Infinity: until it is stopped. */
  readonly lastsMs: number;
  /** Outputs by name, besides what the step's `output` takes from stdout. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Waits for an approval that does not come. */
  readonly waits: boolean;
}

/** One execution of a step that is to be played. */
export interface FakeCall {
  /** Its name. */
  readonly step: string;
  /** Counts the executions of the step from 1: tries and repetitions. */
  readonly run: number;
  /** The command or script with all references replaced; several commands are lines. */
  readonly command: string;
  /** The variables of the step, without those of the host. */
  readonly env: Readonly<Record<string, string>>;
}

export type FakeStep = (call: FakeCall) => Fake;

export interface Scenario {
  /** null takes the defaults of the definition. */
  readonly params: readonly Param[] | null;
  /** Variables of the host. */
  readonly env: Readonly<Record<string, string>>;
  /** Values of secrets by their names; others have made-up ones. */
  readonly secrets: Readonly<Record<string, string>>;
  /** When the run begins, Unix milliseconds. */
  readonly at: number;
  /** When somebody stops it, after its begin; null when nobody does. */
  readonly stopAfterMs: number | null;
  /** By name of the step; others succeed after a second and print nothing. */
  readonly steps: Readonly<Record<string, FakeStep>>;
  /** Commands of conditions and between backticks, by their text; others succeed and print nothing. */
  readonly commands: Readonly<Record<string, Fake>>;
}

export interface StepExpectation {
  readonly status: NodeStatus | null;
  /** Executions. */
  readonly runs: number | null;
  readonly exitCode: number | null;
  /** As {@link matches} has it; of the last execution. "" expects nothing. */
  readonly command: string;
  /** Values of variables in the last execution. */
  readonly env: Readonly<Record<string, string>>;
  /** Text that its error has to hold. */
  readonly error: string;
}

export interface Expectations {
  readonly status: RunStatus;
  /** Steps and handlers that were executed, in the order of their begin; null expects nothing. */
  readonly path: readonly string[] | null;
  /** Each list: a step ends before the next one of the list begins. */
  readonly order: readonly (readonly string[])[];
  readonly steps: Readonly<Record<string, StepExpectation>>;
  /** Values of outputs, as {@link matches} has it. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly lastsMs: number | null;
  /** Text that the error of the run has to hold. */
  readonly error: string;
}

/** A test of a definition. */
export interface WorkflowTest {
  readonly name: string;
  /** Where it begins in the definition. */
  readonly line: number;
  readonly scenario: Scenario;
  readonly expect: Expectations;
}

/** What a step does that nobody says anything about. */
export const DEFAULT_FAKE: Fake = {
  stdout: "",
  stderr: "",
  exitCode: 0,
  lastsMs: 1000,
  outputs: {},
  waits: false,
};

/** The scenario in which nothing is chosen; it begins at the turn of 2026. */
export const DEFAULT_SCENARIO: Scenario = {
  params: null,
  env: {},
  secrets: {},
  at: Date.UTC(2026, 0, 1),
  stopAfterMs: null,
  steps: {},
  commands: {},
};

/** One thing after the other, the last one for good. */
export function inTurn(fakes: readonly Fake[]): FakeStep {
  return ({ run }) => fakes[Math.min(run, fakes.length) - 1] ?? DEFAULT_FAKE;
}
