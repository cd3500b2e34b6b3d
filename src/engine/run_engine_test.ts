import type { Dag, Step } from "../core/dag.ts";
import { NodeStatus, RunStatus } from "../core/status.ts";
import { assert, assertEquals, assertMatch } from "../../tests/assert.ts";
import { makeDag, makeRepeat, makeRetry, makeStep, NO_CONTINUE } from "../../tests/fakes/dags.ts";
import { drive, FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { type Behaviour, FakeHost, FakeJournal } from "../../tests/fakes/fake_host.ts";
import { buildGraph } from "../core/graph.ts";
import { RunEngine } from "./run_engine.ts";

const OK: Behaviour = { lasts: 100, exitCode: 0, diesAfter: 0 };
const FAIL: Behaviour = { lasts: 100, exitCode: 3, diesAfter: 0 };
const ENDLESS: Behaviour = { lasts: Infinity, exitCode: 0, diesAfter: Infinity };

/** Behaviours by step; a list is used up one execution after the other, its last one stays. */
type Plan = Record<string, Behaviour | Behaviour[]>;

class Bench {
  readonly clock = new FakeClock(0);
  readonly host: FakeHost;
  readonly journal: FakeJournal;
  readonly engine: RunEngine;

  constructor(
    readonly dag: Dag,
    plan: Plan = {},
    holds: Record<string, boolean> = {},
    only: number | null = null,
  ) {
    this.host = new FakeHost(this.clock, (step) => {
      const behaviour = plan[step] ?? OK;
      if (!Array.isArray(behaviour)) return behaviour;
      return behaviour.length > 1 ? behaviour.shift()! : behaviour[0]!;
    }, (c) => holds[c.condition] ?? true);
    this.journal = new FakeJournal(dag);
    this.engine = new RunEngine({
      dag,
      edges: buildGraph(dag.steps),
      journal: this.journal,
      host: this.host,
      clock: this.clock,
      only,
    });
  }

  run(): Promise<RunStatus> {
    return drive(this.clock, this.engine.run());
  }

  stopAt(ms: number): this {
    void this.clock.sleep(ms).then(() => this.engine.stop());
    return this;
  }

  state(name: string) {
    const { nodes, handlers } = this.journal.record;
    return [...nodes, ...Object.values(handlers)].find((n) => n.step.name === name)!.state;
  }

  statuses(): NodeStatus[] {
    return this.journal.record.nodes.map((n) => n.state.status);
  }

  begins(name: string): number[] {
    return this.host.seen.filter((s) => s.step === name).map((s) => s.begin);
  }
}

const { Succeeded, Failed, Aborted, Skipped, NotStarted, PartiallySucceeded, Waiting } = NodeStatus;
const chain = (...names: string[]): Step[] =>
  names.map((name, i) => makeStep(name, { depends: i === 0 ? [] : [names[i - 1]!] }));

Deno.test("a run without steps succeeds", async () => {
  assertEquals(await new Bench(makeDag([])).run(), RunStatus.Succeeded);
});

Deno.test("a failure aborts what depends on it, and only the first of them says why", async () => {
  const bench = new Bench(makeDag([...chain("a", "b", "c"), makeStep("other")]), { a: FAIL });
  assertEquals(await bench.run(), RunStatus.Failed);
  assertEquals(bench.statuses(), [Failed, Aborted, Aborted, Succeeded]);
  assertEquals([bench.state("b").error, bench.state("c").error], ["upstream failed", ""]);
});

Deno.test("continueOn.failure lets dependants run and makes the run a partial success", async () => {
  const [a, b] = chain("a", "b");
  const lenient = { ...a!, continueOn: { ...NO_CONTINUE, failure: true } };
  const bench = new Bench(makeDag([lenient, b!]), { a: FAIL });
  assertEquals(await bench.run(), RunStatus.PartiallySucceeded);
  assertEquals(bench.statuses(), [Failed, Succeeded]);
  // Nothing succeeded besides: then it is a failure.
  assertEquals(await new Bench(makeDag([lenient]), { a: FAIL }).run(), RunStatus.Failed);
});

Deno.test("markSuccess turns an allowed failure into a success that keeps its error", async () => {
  const step = makeStep("a", { continueOn: { ...NO_CONTINUE, exitCodes: [3], markSuccess: true } });
  const bench = new Bench(makeDag([step]), { a: FAIL });
  assertEquals(await bench.run(), RunStatus.Succeeded);
  assertEquals(bench.state("a").error, "exit status 3");
});

Deno.test("a skipped step skips its dependants unless continueOn.skipped", async () => {
  const gate = (name: string, skipped: boolean, depends: string[]) =>
    makeStep(name, {
      depends,
      preconditions: [{ condition: "no", expected: "x", negate: false }],
      continueOn: { ...NO_CONTINUE, skipped },
    });
  const steps = [
    gate("a", false, []),
    makeStep("b", { depends: ["a"] }),
    gate("c", true, []),
    makeStep("d", { depends: ["c"] }),
  ];
  const bench = new Bench(makeDag(steps), {}, { no: false });
  assertEquals(await bench.run(), RunStatus.Succeeded);
  assertEquals(bench.statuses(), [Skipped, Skipped, Skipped, Succeeded]);
  assertEquals(bench.state("b").error, "upstream skipped");
});

Deno.test("retries wait with backoff, are counted, and only listed exit codes are retried", async () => {
  const retry = makeRetry(3, 1000, { backoff: 2, maxIntervalMs: 2000 });
  const bench = new Bench(makeDag([makeStep("a", { retry })]), { a: FAIL });
  assertEquals(await bench.run(), RunStatus.Failed);
  assertEquals(bench.begins("a"), [0, 1100, 3200, 5300]);
  assertEquals([bench.state("a").retryCount, bench.state("a").doneCount], [3, 1]);
  const picky = new Bench(makeDag([makeStep("a", { retry: { ...retry, exitCodes: [75] } })]), { a: FAIL });
  await picky.run();
  assertEquals(picky.begins("a").length, 1);
});

Deno.test("a failed step may ask for a longer pause before its retry, within bounds", async () => {
  const retry = makeRetry(1, 1000);
  const pauses: [asked: number, maxIntervalMs: number, second: number][] = [
    [500, 0, 1100],
    [5000, 0, 5100],
    [5000, 3000, 3100],
    [86_400_000, 0, 3_600_100],
  ];
  for (const [retryAfterMs, maxIntervalMs, second] of pauses) {
    const step = makeStep("a", { retry: { ...retry, maxIntervalMs } });
    const bench = new Bench(makeDag([step]), { a: { ...FAIL, retryAfterMs } });
    await bench.run();
    assertEquals(bench.begins("a"), [0, second]);
  }
});

Deno.test("a repeated step counts its executions and stops at its limit", async () => {
  const repeat = makeRepeat(3, 500);
  const bench = new Bench(makeDag([makeStep("a", { repeat })]));
  assertEquals(await bench.run(), RunStatus.Succeeded);
  assertEquals(bench.begins("a"), [0, 600, 1200]);
  assertEquals([bench.state("a").doneCount, bench.state("a").repeated], [3, true]);
});

Deno.test("repeat until an exit code goes on through failures and ends as the last execution did", async () => {
  const repeat = makeRepeat(9, 0, { mode: "until", exitCodes: [0] });
  const bench = new Bench(makeDag([makeStep("a", { repeat })]), { a: [FAIL, FAIL, OK] });
  assertEquals(await bench.run(), RunStatus.Succeeded);
  assertEquals(bench.begins("a").length, 3);
});

Deno.test("a step out of time gets TERM, then KILL, and fails with 124 without a retry", async () => {
  const retry = makeRetry(3, 0);
  const bench = new Bench(makeDag([makeStep("a", { timeoutMs: 1000, retry })]), { a: ENDLESS });
  assertEquals(await bench.run(), RunStatus.Failed);
  assertEquals(bench.host.seen.map((s) => s.signals), [[{ at: 1000, name: "SIGTERM" }, {
    at: 6000,
    name: "SIGKILL",
  }]]);
  assertEquals(bench.state("a").exitCode, 124);
});

Deno.test("stop: the step's own signal, KILL after the clean-up time, abort and exit handlers", async () => {
  const handlers = { abort: makeStep("onCancel"), exit: makeStep("onExit"), success: makeStep("onSuccess") };
  const [a, b] = chain("a", "b");
  const bench = new Bench(makeDag([{ ...a!, signalOnStop: "SIGINT" }, b!], { handlers }), { a: ENDLESS })
    .stopAt(2000);
  assertEquals(await bench.run(), RunStatus.Aborted);
  assertEquals(bench.host.seen[0]!.signals, [{ at: 2000, name: "SIGINT" }, { at: 7000, name: "SIGKILL" }]);
  assertEquals(bench.statuses(), [Aborted, NotStarted]);
  assertEquals(bench.host.opened.slice(1).map((o) => [o.name, o.extra["DAG_RUN_STATUS"]]), [
    ["onCancel", "aborted"],
    ["onExit", "aborted"],
  ]);
});

Deno.test("a second stop kills at once", async () => {
  const bench = new Bench(makeDag([makeStep("a")]), { a: ENDLESS }).stopAt(1000).stopAt(1500);
  assertEquals(await bench.run(), RunStatus.Aborted);
  assertEquals(bench.host.seen[0]!.end, 1500);
});

Deno.test("a stop between two tries ends the step there", async () => {
  const retry = makeRetry(5, 60_000);
  const bench = new Bench(makeDag([makeStep("a", { retry })]), { a: FAIL }).stopAt(5000);
  assertEquals(await bench.run(), RunStatus.Aborted);
  assertEquals([bench.begins("a").length, bench.state("a").finishedAt], [1, 5000]);
});

Deno.test("out of time as a whole: KILL, nothing else starts, failure and exit handlers do their work", async () => {
  const handlers = { failure: makeStep("onFailure"), exit: makeStep("onExit") };
  const bench = new Bench(makeDag(chain("a", "b"), { handlers, timeoutMs: 3000 }), { a: ENDLESS });
  assertEquals(await bench.run(), RunStatus.Failed);
  assertEquals(bench.host.seen[0]!.signals, [{ at: 3000, name: "SIGKILL" }]);
  assertEquals(bench.statuses(), [Aborted, Aborted]);
  assertEquals([bench.state("onFailure").status, bench.state("onExit").status], [Succeeded, Succeeded]);
});

Deno.test("out of time between two tries: the step says so, with what went wrong before", async () => {
  const retry = makeRetry(5, 60_000);
  const bench = new Bench(makeDag([makeStep("a", { retry })], { timeoutMs: 5000 }), { a: FAIL });
  assertEquals(await bench.run(), RunStatus.Failed);
  assertEquals(bench.statuses(), [Aborted]);
  assertMatch(bench.state("a").error, /^The run timed out before another try: ./);
});

Deno.test("out of time between two rounds: the step did not do all that it had to", async () => {
  const repeat = makeRepeat(3, 60_000);
  const bench = new Bench(makeDag([makeStep("a", { repeat })], { timeoutMs: 5000 }));
  assertEquals(await bench.run(), RunStatus.Failed);
  assertEquals([bench.statuses(), bench.state("a").error], [
    [Aborted],
    "The run timed out before it went on",
  ]);
});

Deno.test("an unmet condition of the DAG aborts the run before any step", async () => {
  const handlers = { init: makeStep("onInit"), abort: makeStep("onCancel"), exit: makeStep("onExit") };
  const preconditions = [{ condition: "no", expected: "x", negate: false }];
  const bench = new Bench(makeDag([makeStep("a")], { handlers, preconditions }), {}, { no: false });
  assertEquals(await bench.run(), RunStatus.Aborted);
  assertEquals(bench.host.opened.map((o) => o.name), ["onCancel", "onExit"]);
  assertEquals(bench.journal.record.conditions.map((c) => c.error !== ""), [true]);
});

Deno.test("a failing success handler fails the run, and only the exit handler follows", async () => {
  const handlers = {
    success: makeStep("onSuccess"),
    failure: makeStep("onFailure"),
    exit: makeStep("onExit"),
  };
  const bench = new Bench(makeDag([makeStep("a")], { handlers }), { onSuccess: FAIL });
  assertEquals(await bench.run(), RunStatus.Failed);
  assertEquals(bench.host.opened.map((o) => [o.name, o.extra["DAG_RUN_STATUS"]]).slice(1), [
    ["onSuccess", "succeeded"],
    ["onExit", "failed"],
  ]);
});

Deno.test("a failing handler leaves a partial success what it is", async () => {
  const [a, b] = chain("a", "b");
  const steps = [{ ...a!, continueOn: { ...NO_CONTINUE, failure: true } }, b!];
  const handlers = { success: makeStep("onSuccess"), exit: makeStep("onExit") };
  const bench = new Bench(makeDag(steps, { handlers }), { a: FAIL, onSuccess: FAIL });
  assertEquals(await bench.run(), RunStatus.PartiallySucceeded);
  assertEquals(bench.host.opened.at(-1)!.extra["DAG_RUN_STATUS"], "partially_succeeded");
});

Deno.test("a waiting step makes the run wait, after the others went as far as they could", async () => {
  const handlers = { wait: makeStep("onWait"), exit: makeStep("onExit") };
  const steps = [...chain("ask", "later"), makeStep("free")];
  const bench = new Bench(makeDag(steps, { handlers }), { ask: { ...OK, status: Waiting } });
  assertEquals(await bench.run(), RunStatus.Waiting);
  assertEquals(bench.statuses(), [Waiting, NotStarted, Succeeded]);
  assertEquals(bench.host.opened.at(-1), {
    name: "onWait",
    extra: { DAG_RUN_STATUS: "waiting", DAG_WAITING_STEPS: "ask" },
  });
});

Deno.test("a partly succeeded sub-DAG makes the run a partial success", async () => {
  const bench = new Bench(makeDag(chain("sub", "next")), { sub: { ...OK, status: PartiallySucceeded } });
  assertEquals(await bench.run(), RunStatus.PartiallySucceeded);
  assertEquals(bench.statuses(), [PartiallySucceeded, Succeeded]);
});

Deno.test("maxActiveSteps bounds what runs at once, and a pausing step gives its place away", async () => {
  const retry = makeRetry(1, 10_000);
  const steps = [makeStep("a", { retry }), makeStep("b"), makeStep("c")];
  const bench = new Bench(makeDag(steps, { maxActiveSteps: 1 }), { a: [FAIL, OK] });
  assertEquals(await bench.run(), RunStatus.Succeeded);
  assertEquals(bench.host.maxActive, 1);
  assertEquals(bench.begins("c"), [200]);
  assert(bench.begins("a")[1]! >= 10_100, "the second try comes after its pause");
});

Deno.test("delaySec parts the starts of steps", async () => {
  const bench = new Bench(makeDag([makeStep("a"), makeStep("b")], { delayMs: 1000 }));
  await bench.run();
  assertEquals([bench.begins("a"), bench.begins("b")], [[0], [1000]]);
});

Deno.test("kill ends everything at once and runs no handler", async () => {
  const bench = new Bench(makeDag([makeStep("a")], { handlers: { exit: makeStep("onExit") } }), {
    a: ENDLESS,
  });
  void bench.clock.sleep(500).then(() => bench.engine.kill());
  assertEquals(await bench.run(), RunStatus.Aborted);
  await settle();
  assertEquals([bench.host.seen.length, bench.host.seen[0]!.end], [1, 500]);
});

Deno.test("handlers are neither retried nor repeated, and their failures are not allowed", async () => {
  const retry = makeRetry(3, 0);
  const repeat = makeRepeat(3, 0);
  const continueOn = { ...NO_CONTINUE, failure: true, markSuccess: true };
  const again = new Bench(makeDag([makeStep("a")], { handlers: { exit: makeStep("onExit", { repeat }) } }));
  assertEquals(await again.run(), RunStatus.Succeeded);
  assertEquals(again.begins("onExit").length, 1);
  const dag = makeDag([makeStep("a")], { handlers: { exit: makeStep("onExit", { retry, continueOn }) } });
  const bench = new Bench(dag, { onExit: FAIL });
  assertEquals(await bench.run(), RunStatus.Failed);
  assertEquals(bench.begins("onExit").length, 1);
});

Deno.test("an attempt at one step tells how that step went", async () => {
  const steps = chain("a", "b", "c");
  const good = new Bench(makeDag(steps), {}, {}, 1);
  assertEquals(await good.run(), RunStatus.Succeeded);
  assertEquals(good.statuses(), [NotStarted, Succeeded, NotStarted]);
  assertEquals(await new Bench(makeDag(steps), { b: FAIL }, {}, 1).run(), RunStatus.Failed);
});
