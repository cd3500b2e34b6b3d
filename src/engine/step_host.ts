/** What the engine needs from its surroundings to run one node. The agent provides it; tests fake it. */
import type { Condition, Step } from "../core/dag.ts";
import type { ConditionResult, NodeKey } from "../core/run.ts";
import type { Executor, StepTask } from "../ports/executor.ts";
import type { StepFiles } from "../ports/run_store.ts";

export interface StepHost {
  /**
   * Opens a node: log files, variables. `extra` are further variables of this node (`DAG_RUN_STATUS` of handlers).
   * A throw fails the node with the error's message.
   */
  open(key: NodeKey, step: Step, extra: Readonly<Record<string, string>>): Promise<OpenStep>;
  /** Conditions of the DAG as a whole. */
  conditions(conditions: readonly Condition[]): Promise<ConditionResult[]>;
}

/** What was captured of an execution's output. */
export interface Captured {
  readonly value: string;
  /** The output is longer than `maxOutputSize`; value is empty then. */
  readonly tooLong: boolean;
}

export interface OpenStep {
  readonly files: StepFiles;
  /** Opens what an execution writes to. A throw fails the node before it counts as executed. */
  prepare(): Promise<void>;
  /** Conditions of the step. */
  conditions(conditions: readonly Condition[]): Promise<ConditionResult[]>;
  /** A number that may be a template; `what` names the field in errors. */
  number(value: number | string, what: string): Promise<number>;
  executor(): Promise<Executor>;
  /** The task of the next execution; outputs captured so far are visible to it. */
  task(previous: { readonly repeated: boolean; readonly children: StepTask["children"] }): Promise<StepTask>;
  /** Output of the execution that just ended. */
  capture(given: string | undefined): Promise<Captured>;
  /** Makes a captured output visible to everything that starts later. */
  publish(name: string, value: string): void;
  /** Whether a line of the last execution's stdout matches one of the patterns. */
  outputMatches(patterns: readonly string[]): Promise<boolean>;
  close(): Promise<void>;
}
