/**
 * Runs random DAGs on the engine with a fake clock, and checks what the contract says of every run. One seed makes
 * one world: graph, behaviour of steps, limits, and the moment of a stop.
 */
import { HANDLER_NAMES, type Step } from "../../src/core/dag.ts";
import { isFinishedNode, isSuccessfulRun, NodeStatus, RunStatus } from "../../src/core/status.ts";
import { buildGraph } from "../../src/core/graph.ts";
import { RunEngine } from "../../src/engine/run_engine.ts";
import { assert, assertEquals } from "../assert.ts";
import { makeDag, makeStep, NO_CONTINUE } from "./dags.ts";
import { drive, FakeClock, settle } from "./fake_clock.ts";
import { type Behaviour, FakeHost, FakeJournal } from "./fake_host.ts";
import { Random } from "./random.ts";

function randomStep(random: Random, name: string, earlier: readonly string[]): Step {
  const depends = earlier.filter(() => random.chance(Math.min(0.9, 2 / (earlier.length + 1))));
  const retries = random.chance(0.3);
  const repeats = random.chance(0.15);
  return makeStep(name, {
    depends,
    timeoutMs: random.chance(0.2) ? 1 + random.below(3000) : 0,
    signalOnStop: random.chance(0.2) ? "SIGINT" : "",
    preconditions: random.chance(0.15)
      ? [{ condition: name, expected: "x", negate: random.chance(0.3) }]
      : [],
    output: random.chance(0.3) ? { name: name.toUpperCase(), key: "", omit: false } : null,
    continueOn: {
      ...NO_CONTINUE,
      failure: random.chance(0.25),
      skipped: random.chance(0.25),
      exitCodes: random.chance(0.1) ? [1 + random.below(3)] : [],
      markSuccess: random.chance(0.1),
    },
    retry: retries
      ? {
        limit: random.below(4),
        intervalMs: random.below(2000),
        exitCodes: random.chance(0.3) ? [1, 2] : [],
        backoff: random.chance(0.5) ? 2 : 0,
        maxIntervalMs: random.chance(0.5) ? 1500 : 0,
      }
      : null,
    repeat: repeats
      ? {
        mode: random.pick(["while", "until"] as const),
        intervalMs: random.below(1000),
        limit: 1 + random.below(4),
        condition: null,
        exitCodes: random.chance(0.3) ? [0] : [],
        backoff: 0,
        maxIntervalMs: 0,
      }
      : null,
  });
}

function randomBehaviour(random: Random): Behaviour {
  return {
    lasts: random.chance(0.03) ? Infinity : random.below(4000),
    exitCode: random.chance(0.3) ? 1 + random.below(4) : 0,
    diesAfter: random.chance(0.2) ? Infinity : random.below(6000),
    status: random.chance(0.03) ? NodeStatus.PartiallySucceeded : undefined,
  };
}

/** Builds the world of a seed, runs it, and throws when a rule does not hold. Returns the final state. */
export async function simulate(seed: number): Promise<RunStatus> {
  const random = new Random(seed);
  const names: string[] = [];
  const steps: Step[] = [];
  for (let i = 0, n = random.below(14); i < n; i++) {
    steps.push(randomStep(random, `s${i}`, names));
    names.push(`s${i}`);
  }
  const handlers = Object.fromEntries(
    HANDLER_NAMES.filter(() => random.chance(0.4)).map((name) => [name, makeStep(name)]),
  );
  const dag = makeDag(steps, {
    handlers,
    maxActiveSteps: random.chance(0.5) ? 1 + random.below(4) : 0,
    delayMs: random.chance(0.2) ? random.below(500) : 0,
    // A run with endless steps must be ended by something.
    timeoutMs: random.chance(0.3) ? 1 + random.below(15_000) : 200_000,
    maxCleanUpMs: 5000,
    preconditions: random.chance(0.1) ? [{ condition: "dag", expected: "x", negate: false }] : [],
  });
  const clock = new FakeClock();
  const began = clock.now();
  const held = new Map<string, boolean>();
  const holds = (name: string) => {
    if (!held.has(name)) held.set(name, random.chance(0.7));
    return held.get(name)!;
  };
  const host = new FakeHost(
    clock,
    (step) =>
      /^s\d/.test(step) ? randomBehaviour(random) : { ...randomBehaviour(random), lasts: random.below(500) },
    (c) => holds(c.condition),
  );
  const journal = new FakeJournal(dag);
  const engine = new RunEngine({ dag, edges: buildGraph(steps), journal, host, clock, only: null });
  const stopAt = random.chance(0.35) ? random.below(20_000) : -1;
  let stopped = false;
  if (stopAt >= 0) {
    void clock.sleep(stopAt).then(() => {
      stopped = true;
      engine.stop();
    });
  }
  const status = await drive(clock, engine.run());
  await settle();
  check({ dag, host, journal, status, stopped, began });
  return status;
}

interface World {
  readonly dag: ReturnType<typeof makeDag>;
  readonly host: FakeHost;
  readonly journal: FakeJournal;
  readonly status: RunStatus;
  readonly stopped: boolean;
  readonly began: number;
}

function check({ dag, host, journal, status, stopped, began }: World): void {
  const { record } = journal;
  assertEquals(record.status, status, "The recorded state is the one returned");
  assert(status !== RunStatus.Running && status !== RunStatus.NotStarted, "The run has ended");
  assertEquals(host.active, 0, "Nothing of an ended run is left alive");
  if (dag.maxActiveSteps > 0) {
    assert(host.maxActive <= Math.max(dag.maxActiveSteps, 1), "maxActiveSteps is kept");
  }

  const stateOf = new Map(record.nodes.map((n) => [n.step.name, n.state]));
  for (const { step, state } of record.nodes) {
    const runs = host.seen.filter((s) => s.step === step.name);
    assert(state.status !== NodeStatus.Running, `${step.name} is not running after the end`);
    if (status !== RunStatus.Aborted) assert(isFinishedNode(state.status), `${step.name} has ended`);
    // Retries and repetitions are bounded by their policies.
    const rounds = step.repeat && step.repeat.mode !== "" ? step.repeat.limit : 1;
    const tries = 1 + (step.retry ? Number(step.retry.limit) : 0);
    assert(
      runs.length <= rounds * tries,
      `${step.name} ran ${runs.length} times of at most ${rounds * tries}`,
    );
    // Nothing starts before everything above it has ended.
    for (const name of step.depends) {
      const above = stateOf.get(name)!;
      const upstream = record.nodes.find((n) => n.step.name === name)!.step;
      if (runs.length > 0) {
        assert(
          above.finishedAt > 0 || above.status === NodeStatus.Skipped,
          `${name} ended before ${step.name}`,
        );
        assert(runs[0]!.begin >= above.finishedAt, `${step.name} began after ${name} ended`);
      }
      if (above.status === NodeStatus.Failed && !mayContinue(upstream, above.exitCode)) {
        assert(runs.length === 0, `${step.name} must not run below the failed ${name}`);
        assert(
          state.status === NodeStatus.Aborted || state.status === NodeStatus.Skipped ||
            status === RunStatus.Aborted,
          `${step.name} is ended by ${name}`,
        );
      }
      if (above.status === NodeStatus.Skipped && !upstream.continueOn.skipped) {
        assert(runs.length === 0, `${step.name} must not run below the skipped ${name}`);
      }
    }
    for (const run of runs) {
      assert(!Number.isNaN(run.end), `each execution of ${step.name} has ended`);
      // Whoever got a signal is killed when the clean-up time is over, and not before.
      const kill = run.signals.find((s) => s.name === "SIGKILL");
      const first = run.signals[0];
      if (kill && first && kill !== first) {
        const outOfTime = kill.at - began >= dag.timeoutMs;
        assert(kill.at - first.at >= dag.maxCleanUpMs || outOfTime, "KILL comes after the clean-up time");
      }
      if (first && first.name !== "SIGKILL") assert(run.end - first.at <= dag.maxCleanUpMs, "ended in time");
    }
  }
  checkOutcome(dag, host, record, status, stopped);
}

function mayContinue(step: Step, exitCode: number): boolean {
  return step.continueOn.failure || step.continueOn.exitCodes.includes(exitCode);
}

/** Which handlers ran, and that the final state follows from the nodes. */
function checkOutcome(
  dag: World["dag"],
  host: FakeHost,
  record: FakeJournal["record"],
  status: RunStatus,
  stopped: boolean,
): void {
  const ran = host.opened.map((o) => o.name).filter((n) => !/^s\d/.test(n));
  const outcomes = ran.filter((n) => ["success", "failure", "abort"].includes(n));
  assert(outcomes.length <= 1, "At most one handler of the outcome runs");
  if (dag.handlers.exit) assert(ran.includes("exit"), "The exit handler runs");
  if (ran.includes("exit")) assertEquals(ran.at(-1), "exit", "The exit handler is the last one");
  const failed = record.nodes.some((n) =>
    n.state.status === NodeStatus.Failed && !mayContinue(n.step, n.state.exitCode)
  );
  const complete = record.nodes.every((n) =>
    n.state.status === NodeStatus.Succeeded || n.state.status === NodeStatus.Skipped ||
    n.state.status === NodeStatus.PartiallySucceeded
  );
  const handlerFailed = Object.values(record.handlers).some((n) => n.state.status === NodeStatus.Failed);
  if (status === RunStatus.Succeeded) {
    assert(complete && !handlerFailed, "A succeeded run has only good nodes");
  }
  if (failed) assert(!isSuccessfulRun(status), "A failure that is not allowed fails the run");
  if (stopped && !complete && status !== RunStatus.Aborted) {
    // The stop came when the steps were already over.
    assert(record.nodes.every((n) => isFinishedNode(n.state.status)), "A stopped run is aborted");
  }
}
