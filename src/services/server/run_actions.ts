/** What is done to runs: each of these gives the work to a process of its own, or asks the one that owns the run. */
import type { RetryPoint } from "../../core/retry_plan.ts";
import type { RunRef } from "../../core/run.ts";
import type { Trigger } from "../../ports/run_launcher.ts";

export interface NewRunRequest {
  /** Path or name of the definition. */
  readonly dag: string;
  /** Replaces the name of the definition; "" keeps it. */
  readonly name: string;
  /** "" makes a new one. */
  readonly dagRunId: string;
  /** One text as after `--params`; null takes the defaults. */
  readonly params: string | null;
  /** Takes definition and parameters of this run of the DAG; "" takes the file. */
  readonly fromRunId: string;
}

export type DryRunRequest = Pick<NewRunRequest, "dag" | "params">;

/** What a run would do. */
export interface DryRun {
  readonly params: readonly string[];
  /** `succeeded` when all would go well. */
  readonly status: string;
  readonly error: string;
  readonly steps: readonly { readonly name: string; readonly status: string; readonly error: string }[];
}

/** A run of a definition that no file holds. */
export interface TextRunRequest {
  /** YAML. */
  readonly text: string;
  readonly name: string;
  /** "" makes a new one. */
  readonly dagRunId: string;
  /** One text as after `--params`; null takes the defaults. */
  readonly params: string | null;
}

export interface Decision {
  readonly run: RunRef;
  /** Sub-run below it in which the step waits; "" for the run itself. */
  readonly subRunId: string;
  readonly step: string;
  /** Who decides. */
  readonly by: string;
}

export interface RunActions {
  /** Resolves when the run is recorded. @throws DaguError when it could not begin */
  start(request: NewRunRequest): Promise<RunRef>;
  /** Resolves when the run is recorded and in line. */
  enqueue(request: NewRunRequest & { readonly queue: string; readonly trigger?: Trigger }): Promise<RunRef>;
  startText(request: TextRunRequest): Promise<RunRef>;
  enqueueText(request: TextRunRequest & { readonly queue: string }): Promise<RunRef>;
  /** Takes a queued run out of the line. */
  dequeue(run: RunRef): Promise<void>;
  retry(run: RunRef, point: RetryPoint): Promise<void>;
  /** @throws DaguError when the definition or the parameters cannot be used */
  dryRun(request: DryRunRequest): Promise<DryRun>;
  /** Resolves when the owner was asked. */
  stop(run: RunRef): Promise<void>;
  /** @returns whether the run goes on: no further step of it waits */
  approve(decision: Decision & { readonly inputs: Readonly<Record<string, string>> }): Promise<boolean>;
  reject(decision: Decision & { readonly reason: string }): Promise<void>;
}

/** The same actions; after each of them `note` is told of the run, before anybody gets the answer. */
export function notedActions(actions: RunActions, note: (run: RunRef) => Promise<void>): RunActions {
  const noting =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>, runOf: (result: R, ...args: A) => RunRef) =>
    async (...args: A): Promise<R> => {
      const result = await act(...args);
      await note(runOf(result, ...args));
      return result;
    };
  return {
    start: noting(actions.start, (run) => run),
    enqueue: noting(actions.enqueue, (run) => run),
    startText: noting(actions.startText, (run) => run),
    enqueueText: noting(actions.enqueueText, (run) => run),
    dequeue: noting(actions.dequeue, (_, run) => run),
    retry: noting(actions.retry, (_, run) => run),
    stop: noting(actions.stop, (_, run) => run),
    dryRun: actions.dryRun,
    approve: noting(actions.approve, (_, { run }) => run),
    reject: noting(actions.reject, (_, { run }) => run),
  };
}
