/** What every executor has to do, whatever it runs: start, output, failure, retry, stop, time limit, permissions. */
import type { Step } from "../../src/core/dag.ts";
import { superviseExecution } from "../../src/engine/execution.ts";
import { Stopper } from "../../src/engine/stopper.ts";
import type { SandboxManifest } from "../../src/executors/sandbox/sandboxed_executor.ts";
import { systemClock } from "../../src/platform/time/system_clock.ts";
import type { Executor } from "../../src/ports/executor.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { makeStep } from "../fakes/dags.ts";
import { type Need, testNeeding } from "../needs.ts";
import { StepBench, type StepSetting } from "../support/step_bench.ts";

/** A step, and what it is given besides. */
export interface Sample {
  readonly step: Partial<Step>;
  readonly setting?: StepSetting;
}

// deno-lint-ignore no-explicit-any
type AnyExecutor = Executor | SandboxManifest<any>;

/** One kind of steps with its counterpart at hand. */
export interface ExecutorSubject {
  readonly executor: AnyExecutor;
  /** Ends well. */
  readonly good: Sample;
  /** What `good` prints, as far as it matters. */
  readonly prints: RegExp;
  /** Ends badly, each time in the same way. */
  readonly bad: Sample;
  readonly error: RegExp;
  /** Does not end by itself. */
  readonly endless: Sample;
  /** `endless` hears SIGKILL only. */
  readonly deaf?: boolean;
  /** Resolves when an endless step is at its work; absent where that cannot be seen from outside. */
  readonly begun?: () => Promise<void>;
  /** Needs what an empty `permissions` block does not allow; null for code that needs nothing. */
  readonly needy: Sample | null;
  close(): Promise<void>;
}

export interface ExecutorCase {
  readonly name: string;
  readonly needs?: readonly Need[];
  open(bench: StepBench): Promise<ExecutorSubject>;
}

const TIMEOUT_MS = 100;
/** Longer than any test: a step that needs to be killed makes its test hang. */
const GRACE_MS = 3_600_000;

export function testExecutor({ name, needs = [], open }: ExecutorCase): void {
  const test = (what: string, fn: (bench: StepBench, subject: ExecutorSubject) => Promise<void>) =>
    testNeeding({
      name: `executor ${name}: ${what}`,
      needs,
      fn: async () => {
        using bench = new StepBench();
        const subject = await open(bench);
        try {
          await fn(bench, subject);
        } finally {
          await subject.close();
        }
      },
    });

  test("a step that ends well, and what it prints", async (bench, { executor, good, prints }) => {
    const { exitCode, error, stdout } = await bench.run(executor, good.step, good.setting);
    assertEquals([exitCode, error], [0, ""]);
    assertMatch(stdout, prints);
  });

  test("a failure has an exit code and says what failed; a retry starts anew", async (bench, subject) => {
    const { executor, good, bad, error } = subject;
    const first = await bench.run(executor, bad.step, bad.setting);
    assert(first.exitCode !== 0 && first.exitCode < 256, String(first.exitCode));
    assertMatch(first.error, error);
    const again = await bench.run(executor, bad.step, bad.setting);
    assertEquals([again.exitCode, again.error, again.stdout], [first.exitCode, first.error, first.stdout]);
    assertEquals((await bench.run(executor, good.step, good.setting)).error, "");
  });

  test("a stop ends a step that goes on, and one that is about to start", async (bench, subject) => {
    const { executor, good, endless, begun } = subject;
    for (const signal of ["SIGTERM", "SIGKILL"]) {
      const step = bench.start(executor, endless.step, endless.setting);
      await begun?.();
      step.signal(signal);
      if (signal === "SIGTERM") step.signal("SIGKILL");
      const { exitCode, error } = await step.result;
      assert(exitCode !== 0, signal);
      assertMatch(error, /signal|stop/i, signal);
    }
    const early = bench.start(executor, endless.step, endless.setting);
    early.signal("SIGTERM");
    early.signal("SIGKILL");
    assert((await early.result).exitCode !== 0, "early");
    assertEquals((await bench.run(executor, good.step, good.setting)).error, "");
  });

  test("a time limit ends a step that goes on", async (bench, { executor, endless, deaf = false }) => {
    const limits = { timeoutMs: TIMEOUT_MS, graceMs: deaf ? TIMEOUT_MS : GRACE_MS };
    const execution = bench.start(executor, endless.step, endless.setting);
    const step = makeStep("s", endless.step);
    const ended = await superviseExecution(execution, step, limits, new Stopper(), systemClock);
    assertEquals(ended.endedBy, "step-timeout");
    assert(ended.outcome.exitCode !== 0);
  });

  test(
    "an empty block of permissions refuses what the step needs",
    async (bench, { executor, needy, good }) => {
      const permissions = {};
      if (needy === null) {
        const { error } = await bench.run(executor, { ...good.step, permissions }, {
          ...good.setting,
          permissions,
        });
        assertEquals(error, "");
        return;
      }
      const refused = await bench.run(executor, { ...needy.step, permissions }, {
        ...needy.setting,
        permissions,
      });
      assertMatch(refused.error, /^Missing permission \w+ ".*permissions: \{/);
      assertEquals(refused.stdout, "");
      assert(refused.exitCode !== 0);
    },
  );
}
