import { assertEquals } from "../../tests/assert.ts";
import { loadDag } from "../spec/load.ts";
import { workflowTests } from "../spec/workflow_tests.ts";
import { coverageOf } from "./coverage.ts";
import { simulate, type Simulation } from "./simulation.ts";
import { unmet } from "./verdict.ts";

const FILE = "/dags/flow.yaml";

/** Plays the tests of a definition: for each its name and what did not come true. */
async function play(text: string): Promise<{ wrong: Record<string, string[]>; runs: Simulation[] }> {
  const dag = loadDag({ text, file: FILE });
  const { dags, issues } = workflowTests(text, FILE, dag);
  assertEquals(issues, []);
  const wrong: Record<string, string[]> = {};
  const runs: Simulation[] = [];
  for (const { dag, tests } of dags) {
    for (const test of tests) {
      const run = await simulate(dag, test.scenario);
      runs.push(run);
      wrong[test.name] = unmet(test.expect, run);
    }
  }
  return { wrong, runs };
}

Deno.test("simulation: parameters, outputs, retries, order and time", async () => {
  const { wrong } = await play(`
params: { DAY: today, DEPTH: 2 }
env: [{ BASE: "https://example.com" }]
steps:
  - name: fetch
    id: f
    command: curl -sf \${BASE}/\${DAY}
    output: DATA
    retryPolicy: { limit: 3, intervalSec: 60 }
  - [{ name: left, command: left $DATA }, { name: right, env: [{ SIDE: "r\${DEPTH}" }], command: right }]
  - name: join
    command: "join \${f.exitCode} \${DATA.rows[0]}"
handlerOn:
  success: { command: "report \${DATA}" }
  exit: { command: "bye $DAG_RUN_STATUS" }
tests:
  - name: second try
    params: { DAY: "2026-01-31" }
    steps:
      fetch: [{ exitCode: 7, takesSec: 5 }, '{"rows":[42]}']
      left: { takesSec: 10 }
    expect:
      path: [fetch, left, right, join, onSuccess, onExit]
      order: [[fetch, left, join], [right, join]]
      takesSec: 79
      outputs: { DATA: '{"rows":[42]}' }
      steps:
        fetch: { runs: 2, exitCode: 0, command: curl -sf https://example.com/2026-01-31 }
        right: { env: { SIDE: r2, DAY: "2026-01-31" } }
        join: { command: "join 0 42", status: succeeded }
        onSuccess: { command: 'report {"rows":[42]}' }
        onExit: { command: bye succeeded }
  - name: no luck
    steps: { fetch: { exitCode: 7 } }
    expect:
      status: failed
      path: [fetch, onExit]
      steps: { fetch: { runs: 4, status: failed, error: exit status 7 }, join: aborted }
  - name: all wrong
    expect:
      status: failed
      path: [fetch]
      order: [right, left]
      takesSec: 1
      outputs: { DATA: x, NONE: y }
      error: boom
      steps:
        fetch: { runs: 2, exitCode: 1, command: curl, env: { DAY: tomorrow, NONE: x }, error: boom, status: failed }
`);
  assertEquals(wrong["second try"], []);
  assertEquals(wrong["no luck"], []);
  assertEquals(wrong["all wrong"], [
    "the run is succeeded, expected failed",
    'the error of the run is "", expected it to hold boom',
    "the path is fetch, left, right, join, onSuccess, onExit, expected fetch",
    "step left begins before step right has ended",
    "step fetch is succeeded, expected failed",
    "step fetch was executed once, expected twice",
    "the exit code of step fetch is 0, expected 1",
    'the command of step fetch is "curl -sf https://example.com/today", expected curl',
    "DAY of step fetch is today, expected tomorrow",
    "NONE of step fetch is not set, expected x",
    'the error of step fetch is "", expected it to hold boom',
    'output DATA is "", expected x',
    "output NONE is not set, expected y",
    "the time that the run takes is 5 s, expected 1 s",
  ]);
});

Deno.test("simulation: conditions, commands, stops, time limits, approvals, coverage", async () => {
  const text = `
params: { DAY: "\`date +%F\`" }
preconditions: [{ condition: "\${MODE}", expected: on }]
steps:
  - name: check
    command: check
    preconditions: [test -f x]
    continueOn: skipped
  - name: load
    command: load
    timeoutSec: 30
    continueOn: { exitCode: 3 }
    retryPolicy: { limit: 1, intervalSec: 1 }
  - name: poll
    command: poll
    repeatPolicy: { repeat: until, condition: "\${STATE}", expected: done, intervalSec: 10 }
    output: STATE
  - name: ask
    type: hitl
handlerOn:
  failure: echo
  abort: { command: echo }
  wait: { command: echo }
env: [{ MODE: on }]
tests:
  - name: waits
    at: "2026-03-29T01:30:00Z"
    commands: { date +%F: "2026-03-29", test -f x: { exitCode: 1 } }
    steps: { poll: [busy, busy, done] }
    expect:
      status: waiting
      path: [load, poll, ask, onWait]
      steps: { check: skipped, load: { env: { DAY: "2026-03-29" } }, poll: { runs: 3 }, ask: waiting }
      takesSec: 26
  - name: approved
    steps: { poll: done, load: { exitCode: 3 }, ask: "" }
    expect: { status: partially_succeeded, steps: { load: failed, check: succeeded } }
  - name: too slow
    steps: { load: { hangs: true } }
    expect: { status: failed, steps: { load: { error: timed out after 30 s } } }
  - name: stopped
    stopAfterSec: 2
    steps: { load: { hangs: true } }
    expect: { status: aborted, path: [check, load, onCancel], takesSec: 3 }
`.replace("  failure: echo\n", "  failure: { command: echo }\n");
  const { wrong, runs } = await play(text);
  assertEquals(wrong, { waits: [], approved: [], "too slow": [], stopped: [] });
  const { steps, branches } = coverageOf(loadDag({ text, file: FILE }), runs);
  assertEquals(steps.filter(({ played }) => !played), []);
  assertEquals(branches.filter(({ played }) => !played).map(({ what }) => what), [
    "preconditions of the DAG not met",
    "step load is tried again and succeeds",
  ]);
});

Deno.test("simulation: what cannot be played is said", async () => {
  const text = "steps: [{ name: fetch, command: a }]\ntests:\n  - name: a\n    at: noon\n" +
    "    steps: { fetsch: x }\n    expect: { path: [fetch, onExit] }\n";
  const { issues } = workflowTests(text, FILE, loadDag({ text, file: FILE }));
  assertEquals(issues.map(({ message, position }) => `${position?.line}: ${message}`), [
    '4: Expected a time such as "2026-01-31T02:30:00Z", got "noon"',
    '5: There is no step "fetsch"; did you mean "fetch"?',
    '6: There is no step "onExit"',
  ]);
  const broken = await play('params: { A: "${B:?not there}" }\nsteps: [a]\ntests: [{ name: t }]\n');
  assertEquals(broken.wrong, {
    t: ['the run is failed, expected succeeded (Cannot expand "${B:?not there}": not there)'],
  });
});
