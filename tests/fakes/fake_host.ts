/** A step host and an executor whose behaviour a test decides: no files, no processes. */
import type { Condition, Dag, Step } from "../../src/core/dag.ts";
import {
  applyEvent,
  type ConditionResult,
  type NodeKey,
  type RunEvent,
  type RunRecord,
} from "../../src/core/run.ts";
import { makeRecord } from "./records.ts";
import type { OpenStep, StepHost } from "../../src/engine/step_host.ts";
import type { RunJournal } from "../../src/engine/run_engine.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Execution, Executor, StepOutcome, StepTask } from "../../src/ports/executor.ts";

/** What the next execution of a step does. */
export interface Behaviour {
  readonly retryAfterMs?: number;
  /** Milliseconds until it ends by itself; Infinity runs until it gets a signal. */
  readonly lasts: number;
  readonly exitCode: number;
  /** Milliseconds until it ends after a signal other than SIGKILL; Infinity ignores such signals. */
  readonly diesAfter: number;
  readonly status?: StepOutcome["status"];
  readonly output?: string;
}

/** One execution, as it was seen. */
export interface Seen {
  readonly step: string;
  readonly begin: number;
  end: number;
  readonly signals: { at: number; name: string }[];
}

export class FakeHost implements StepHost {
  readonly seen: Seen[] = [];
  /** Extra variables that each node was opened with, by name. */
  readonly opened: { name: string; extra: Readonly<Record<string, string>> }[] = [];
  readonly published: Record<string, string> = {};
  active = 0;
  maxActive = 0;

  constructor(
    readonly clock: Clock,
    /** Called once for each execution, in order. */
    readonly behave: (step: string) => Behaviour,
    /** Whether a condition holds. */
    readonly holds: (condition: Condition) => boolean = () => true,
  ) {}

  conditions(conditions: readonly Condition[]): Promise<ConditionResult[]> {
    return Promise.resolve(conditions.map((c) => ({
      ...c,
      error: this.holds(c) !== c.negate ? "" : "condition was not met",
    })));
  }

  open(_key: NodeKey, step: Step, extra: Readonly<Record<string, string>>): Promise<OpenStep> {
    this.opened.push({ name: step.name, extra });
    let output = "";
    return Promise.resolve({
      files: { stdout: `/log/${step.name}.out`, stderr: `/log/${step.name}.err` },
      prepare: () => Promise.resolve(),
      conditions: (list) => this.conditions(list),
      number: (value) => Promise.resolve(Number(value)),
      executor: () => Promise.resolve(this.#executor((text) => output = text)),
      task: (previous) => Promise.resolve({ step, ...previous } as StepTask),
      capture: (given) => Promise.resolve({ value: given ?? output, tooLong: output.length > 100 }),
      publish: (name, value) => void (this.published[name] = value),
      outputMatches: (patterns) => Promise.resolve(patterns.some((p) => output.includes(p))),
      close: () => Promise.resolve(),
    });
  }

  #executor(tell: (output: string) => void): Executor {
    return {
      start: (task): Execution => {
        const behaviour = this.behave(task.step.name);
        const seen: Seen = { step: task.step.name, begin: this.clock.now(), end: NaN, signals: [] };
        this.seen.push(seen);
        this.active++;
        this.maxActive = Math.max(this.maxActive, this.active);
        const ended = new AbortController();
        let finish: (outcome: StepOutcome) => void;
        const done = new Promise<StepOutcome>((resolve) => finish = resolve);
        const end = (outcome: StepOutcome) => {
          if (ended.signal.aborted) return;
          ended.abort();
          this.active--;
          seen.end = this.clock.now();
          tell(behaviour.output ?? "");
          finish(outcome);
        };
        if (behaviour.lasts !== Infinity) {
          void this.clock.sleep(behaviour.lasts, ended.signal).then(() =>
            end({
              exitCode: behaviour.exitCode,
              error: behaviour.exitCode === 0 ? "" : `exit status ${behaviour.exitCode}`,
              status: behaviour.status,
              ...(behaviour.retryAfterMs === undefined ? {} : { retryAfterMs: behaviour.retryAfterMs }),
            })
          );
        }
        return {
          done,
          signal: (name) => {
            if (ended.signal.aborted) return;
            seen.signals.push({ at: this.clock.now(), name });
            const code = name === "SIGKILL" ? 137 : 143;
            const outcome = { exitCode: code, error: code === 137 ? "signal: killed" : "signal: terminated" };
            if (name === "SIGKILL") end(outcome);
            else if (behaviour.diesAfter !== Infinity) {
              void this.clock.sleep(behaviour.diesAfter, ended.signal).then(() => end(outcome));
            }
          },
        };
      },
    };
  }
}

/** A journal in memory that also keeps every event. */
export class FakeJournal implements RunJournal {
  record: RunRecord;
  readonly events: RunEvent[] = [];

  constructor(dag: Dag) {
    this.record = makeRecord(dag, { dagRunId: "run-1", createdAt: 0 });
  }

  append(event: RunEvent): void {
    this.events.push(event);
    this.record = applyEvent(this.record, event);
  }
}
