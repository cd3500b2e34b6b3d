/** The life of one node: conditions, executions with retries, repetitions, and the state that it ends in. */
import { backoffMs } from "../core/backoff.ts";
import type { RepeatPolicy, RetryPolicy, Step } from "../core/dag.ts";
import { messageOf } from "../core/errors.ts";
import { mergeUses, type PermissionUse } from "../core/permissions.ts";
import type { ChildRun, NodeKey, NodeState } from "../core/run.ts";
import { NodeStatus } from "../core/status.ts";
import type { Clock } from "../ports/clock.ts";
import type { StepOutcome } from "../ports/executor.ts";
import { type Ended, superviseExecution, TIMEOUT_EXIT_CODE } from "./execution.ts";
import type { OpenStep, StepHost } from "./step_host.ts";
import type { Stopper } from "./stopper.ts";

/** What the node's surroundings offer to it. */
export interface NodeContext {
  readonly host: StepHost;
  readonly clock: Clock;
  readonly stopper: Stopper;
  /** Between the first signal and SIGKILL, milliseconds. */
  readonly graceMs: number;
  /** Records a change of the node. */
  readonly emit: (patch: Partial<NodeState>) => void;
  /** Sleeps without holding the node's place among the active steps; true when it was stopped meanwhile. */
  readonly pause: (ms: number) => Promise<boolean>;
}

/** How a node ended. */
export interface NodeEnd {
  readonly status: NodeStatus;
  /** A failure that `continueOn` allows. */
  readonly tolerated: boolean;
}

/** What one round (an execution with its retries) came to. */
interface Round {
  readonly status: NodeStatus;
  readonly exitCode: number;
  readonly error: string;
}

/**
 * Runs one node to its end.
 * @param initial its state: children of an earlier attempt
 * @param countsExecutions false for handlers: their executions are not counted
 */
export async function runNode(
  key: NodeKey,
  step: Step,
  initial: NodeState,
  extra: Readonly<Record<string, string>>,
  countsExecutions: boolean,
  context: NodeContext,
): Promise<NodeEnd> {
  const { emit, clock } = context;
  let open: OpenStep | null = null;
  let begun = false;
  try {
    open = await context.host.open(key, step, extra);
    emit({
      status: NodeStatus.Running,
      startedAt: clock.now(),
      stdout: open.files.stdout,
      stderr: open.files.stderr,
    });
    await open.prepare();
    begun = countsExecutions;
    return await new NodeRun(step, initial, countsExecutions, open, context).run();
  } catch (error) {
    // A command between backticks fails when a stop ends it.
    const stopped = context.stopper.raised;
    const status = stopped ? NodeStatus.Aborted : NodeStatus.Failed;
    emit({
      status,
      finishedAt: clock.now(),
      error: messageOf(error),
      exitCode: 1,
      pgid: 0,
      ...(begun ? { doneCount: 1 } : {}),
    });
    return { status, tolerated: !stopped && step.continueOn.failure };
  } finally {
    await open?.close();
  }
}

class NodeRun {
  #done = 0;
  #retries = 0;
  #children: readonly ChildRun[];
  #earlierChildren: readonly ChildRun[] = [];
  #used: PermissionUse | null = null;

  constructor(
    readonly step: Step,
    initial: NodeState,
    readonly countsExecutions: boolean,
    readonly open: OpenStep,
    readonly context: NodeContext,
  ) {
    this.#children = initial.children;
  }

  async run(): Promise<NodeEnd> {
    const { step, context } = this;
    if (step.preconditions.length > 0) {
      const results = await this.open.conditions(step.preconditions);
      const unmet = results.find((r) => r.error !== "");
      if (unmet) {
        const status = context.stopper.raised ? NodeStatus.Aborted : NodeStatus.Skipped;
        // A condition that could not be evaluated is told apart from one that was not met.
        const error = /condition was not met/.test(unmet.error) ? "" : unmet.error;
        context.emit({ status, finishedAt: context.clock.now(), conditions: results, error });
        return { status, tolerated: false };
      }
      context.emit({ conditions: results });
    }
    let round = await this.#round(false);
    while (await this.#again(round)) round = await this.#round(true);
    return await this.#finish(round);
  }

  /** One execution, and its retries. */
  async #round(repeated: boolean): Promise<Round> {
    const { step, context } = this;
    if (repeated) {
      this.#earlierChildren = [...this.#earlierChildren, ...this.#children];
      this.#children = [];
      context.emit({ repeated: true, children: [], childrenRepeated: this.#earlierChildren });
    }
    for (let tries = 0;; tries++) {
      if (context.stopper.raised) return this.#cutOff("");
      const ended = await this.#execute(repeated);
      const round = await this.#judge(ended);
      if (round.status !== NodeStatus.Failed || ended.endedBy !== "") return round;
      const policy = step.retry;
      if (!policy || !await this.#mayRetry(policy, round, tries)) return round;
      this.#retries++;
      context.emit({
        retryCount: this.#retries,
        retriedAt: context.clock.now(),
        error: round.error,
        exitCode: round.exitCode,
      });
      const interval = await this.#intervalMs(policy);
      const pause = backoffMs(interval, policy.backoff, tries, policy.maxIntervalMs);
      const asked = Math.min(ended.outcome.retryAfterMs ?? 0, policy.maxIntervalMs || MAX_ASKED_PAUSE_MS);
      if (await context.pause(Math.max(pause, asked))) return this.#cutOff(round.error);
    }
  }

  /** Neither a further try nor a further round begins. @param before error of the last try */
  #cutOff(before: string): Round {
    if (this.context.stopper.reason !== "timeout") return { ...ABORTED, error: before };
    return {
      ...ABORTED,
      error: `The run timed out before ${before === "" ? "it went on" : `another try: ${before}`}`,
    };
  }

  async #mayRetry(policy: RetryPolicy, round: Round, tries: number): Promise<boolean> {
    if (policy.exitCodes.length > 0 && !policy.exitCodes.includes(round.exitCode)) return false;
    return tries < await this.open.number(policy.limit, "retryPolicy.limit");
  }

  async #intervalMs(policy: RetryPolicy): Promise<number> {
    if (typeof policy.intervalMs === "number") return policy.intervalMs;
    return await this.open.number(policy.intervalMs, "retryPolicy.intervalSec") * 1000;
  }

  async #execute(repeated: boolean): Promise<Ended> {
    const { step, context } = this;
    const executor = await this.open.executor();
    const task = await this.open.task({ repeated, children: this.#children });
    let waits = "";
    const execution = executor.start(task, {
      onProcessGroup: (pgid) => context.emit({ pgid }),
      onPermissions: (permissions) => context.emit({ permissions }),
      onUse: (use) => context.emit({ used: this.#used = mergeUses(this.#used, use) }),
      onWait: (reason) => {
        if (reason === waits) return;
        waits = reason;
        context.emit({ error: reason });
      },
      onChild: (child) => {
        if (this.#children.some((c) => c.dagRunId === child.dagRunId)) return;
        this.#children = [...this.#children, child];
        context.emit({ children: this.#children });
      },
    });
    const limits = { timeoutMs: step.timeoutMs, graceMs: context.graceMs };
    return await superviseExecution(execution, step, limits, context.stopper, context.clock);
  }

  /** What an ended execution means, with its output captured. */
  async #judge(ended: Ended): Promise<Round> {
    const { outcome } = ended;
    const { step } = this;
    if (outcome.shown) this.context.emit({ shown: outcome.shown });
    const tooLong = outcome.begun === false ? "" : await this.#capture(outcome);
    if (ended.endedBy === "stop" || ended.endedBy === "timeout") {
      return { status: NodeStatus.Aborted, exitCode: outcome.exitCode, error: outcome.error };
    }
    if (ended.endedBy === "step-timeout") {
      const error = `Step timed out after ${step.timeoutMs / 1000} s`;
      return { status: NodeStatus.Failed, exitCode: TIMEOUT_EXIT_CODE, error };
    }
    if (tooLong) return { status: NodeStatus.Failed, exitCode: 1, error: tooLong };
    if (outcome.status !== undefined) {
      return { status: outcome.status, exitCode: outcome.exitCode, error: outcome.error };
    }
    const failed = outcome.exitCode !== 0 || outcome.error !== "";
    return {
      status: failed ? NodeStatus.Failed : NodeStatus.Succeeded,
      exitCode: outcome.exitCode,
      error: outcome.error,
    };
  }

  /** Publishes the step's outputs; returns what is wrong when one is too long. */
  async #capture(outcome: StepOutcome): Promise<string> {
    const { output } = this.step;
    const given = Object.entries(outcome.outputs ?? {});
    const wanted: [string, string | undefined][] = output ? [...given, [output.name, outcome.output]] : given;
    if (wanted.length === 0) return "";
    const outputs: Record<string, string> = {};
    for (const [name, text] of wanted) {
      const captured = await this.open.capture(text);
      if (captured.tooLong) return `Cannot capture "${name}": output exceeded the maximum size limit`;
      outputs[name] = captured.value;
    }
    for (const [name, value] of Object.entries(outputs)) this.open.publish(name, value);
    this.context.emit({ outputs });
    return "";
  }

  /** Whether the step is to be executed once more; waits for the pause in between. */
  async #again(round: Round): Promise<boolean> {
    const { repeat } = this.step;
    if (round.status === NodeStatus.Aborted) return false;
    this.#done++;
    if (round.status === NodeStatus.Waiting || !repeat || repeat.mode === "" || this.context.stopper.raised) {
      return false;
    }
    if (repeat.limit > 0 && this.#done >= repeat.limit) return false;
    if (!await this.#repeatWanted(repeat, round)) return false;
    if (this.countsExecutions) this.context.emit({ doneCount: this.#done });
    const stopped = await this.context.pause(
      backoffMs(repeat.intervalMs, repeat.backoff, this.#done, repeat.maxIntervalMs),
    );
    // A stop lets what was done so far count; out of time, the round that was due is missing.
    return !stopped || this.context.stopper.reason === "timeout";
  }

  async #repeatWanted(repeat: RepeatPolicy, round: Round): Promise<boolean> {
    let holds: boolean;
    if (repeat.condition) {
      const [result] = await this.open.conditions([repeat.condition]);
      holds = result!.error === "";
    } else if (repeat.exitCodes.length > 0) {
      holds = repeat.exitCodes.includes(round.exitCode);
    } else {
      // Plain repetition goes on while (or until) the step succeeds.
      holds = round.status === NodeStatus.Succeeded || round.status === NodeStatus.PartiallySucceeded;
    }
    return repeat.mode === "while" ? holds : !holds;
  }

  async #finish(round: Round): Promise<NodeEnd> {
    const { step, context } = this;
    let { error } = round;
    let tolerated = false;
    try {
      tolerated = round.status === NodeStatus.Failed && await this.#tolerates(round);
    } catch (problem) {
      // A pattern that is none: the step's own failure stays what it was.
      error = `${error}; cannot apply continueOn: ${messageOf(problem)}`;
    }
    const status = tolerated && step.continueOn.markSuccess ? NodeStatus.Succeeded : round.status;
    context.emit({
      status,
      finishedAt: context.clock.now(),
      error,
      exitCode: round.exitCode,
      pgid: 0,
      ...(this.countsExecutions ? { doneCount: this.#done } : {}),
    });
    return { status, tolerated: tolerated && !step.continueOn.markSuccess };
  }

  async #tolerates(round: Round): Promise<boolean> {
    const { failure, exitCodes, outputs } = this.step.continueOn;
    if (failure || exitCodes.includes(round.exitCode)) return true;
    return outputs.length > 0 && await this.open.outputMatches(outputs);
  }
}

/** A server that asks for a longer pause does not hold up the run. */
const MAX_ASKED_PAUSE_MS = 3_600_000;

const ABORTED: Round = { status: NodeStatus.Aborted, exitCode: 0, error: "" };
