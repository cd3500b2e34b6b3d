/** Kills real runs and checks what is left of them. Used by a short test and by a long campaign. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals } from "../assert.ts";
import type { Random } from "../fakes/random.ts";
import { Home, pause, until } from "./home.ts";

export interface KillCounts {
  kills: number;
  /** Before there was any record. */
  early: number;
  /** After the run had ended. */
  late: number;
  /** Snapshots that a reader looked at while runs were written. */
  looks: number;
  /** Steps that had begun before the kills. */
  begun: number;
}

/** A chain in which each step leaves a mark when it begins. */
export function chain(steps: number): string {
  const all = Array.from(
    { length: steps },
    (_, i) => `  - {name: s${i}, command: 'echo $DAG_RUN_ID:${i} >> marks'}\n`,
  );
  return `workingDir: WORK\nsteps:\n${all.join("")}`;
}

/**
 * Whole lines of status files that cannot be parsed, and files without one. What stands behind the last line end is
 * a write that the system shows page by page, or was killed in: every reader leaves it out.
 */
function tornLines(home: Home, counts: KillCounts): string[] {
  const torn: string[] = [];
  for (const path of home.files(/\/status\.jsonl$/, `${home.path}/data`)) {
    if (path.includes("/.new-")) continue; // No reader looks there.
    let text: string;
    try {
      text = Deno.readTextFileSync(path);
    } catch {
      continue; // Replaced or removed at this moment.
    }
    counts.looks++;
    const whole = text.split("\n").slice(0, -1);
    if (whole.length === 0) torn.push(`${path}: no whole line`);
    for (const line of whole) {
      try {
        JSON.parse(line);
      } catch {
        torn.push(`${path}: ${line.slice(0, 80)}`);
      }
    }
  }
  return torn;
}

/**
 * Kills `kills` starts of a chain at random instants, two at a time, each in a home of its own. Each must be readable at once and known as
 * ended, know all steps that another one was begun after, leave no process, and be completed by `retry` without
 * running a finished step again.
 * The instants are spread over the run: over the moments after each of its steps has begun, and those before the first.
 */
export async function killChains(
  options: { kills: number; steps: number; random: Random },
): Promise<KillCounts> {
  const counts: KillCounts = { kills: 0, early: 0, late: 0, looks: 0, begun: 0 };
  const { kills, steps, random } = options;
  const text = chain(steps);
  const lane = async () => {
    const wholeMs = await wholeRun(text);
    while (counts.kills < kills) {
      const id = `k${counts.kills++}`;
      const begun = Math.max(0, random.below(steps + BEFORE_STEPS) - BEFORE_STEPS);
      const afterMs = random.next() * wholeMs / (begun === 0 ? 2 : steps);
      await killOne(text, id, { begun, afterMs }, counts);
    }
  };
  await Promise.all([lane(), lane()]);
  return counts;
}

/** A fraction of the kills, as if it were so many steps, comes before the first step or soon after it. */
const BEFORE_STEPS = 5;

/** @returns milliseconds that a run takes here and now when nobody kills it */
async function wholeRun(text: string): Promise<number> {
  await using home = await Home.make();
  const file = home.dag("chain", text);
  const began = performance.now();
  const { code, stderr } = await home.run(["start", "-q", "--run-id", "whole", file]);
  assertEquals(code, 0, stderr);
  return performance.now() - began;
}

async function killOne(
  text: string,
  id: string,
  at: { begun: number; afterMs: number },
  counts: KillCounts,
): Promise<void> {
  await using home = await Home.make();
  const file = home.dag("chain", text);
  const marks = () =>
    home.marks().filter((line) => line.startsWith(`${id}:`)).map((line) => line.slice(id.length + 1));
  const child = home.spawn(["start", "-q", "--run-id", id, file]);
  let ended = false;
  child.status.then(() => ended = true);
  while (!ended && marks().length < at.begun) {
    assertEquals(tornLines(home, counts), [], id);
    await pause(1);
  }
  const killAt = performance.now() + at.afterMs;
  while (performance.now() < killAt) {
    assertEquals(tornLines(home, counts), [], id);
    await pause(Math.min(5, killAt - performance.now()));
  }
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
  await child.status;
  assertEquals(tornLines(home, counts), [], id);
  const stored = await home.store.find("chain", id);
  if (!stored) {
    assertEquals(marks(), [], `${id}: steps ran, and there is no record`);
    counts.early++;
    return;
  }
  await home.quiet();
  const told = await home.run(["status", "--run-id", id, "--json", "chain"]);
  assertEquals(told.code, 0, `${id}: ${told.stderr}`);
  const now = await home.store.find("chain", id);
  assert(now, `${id} cannot be found any more`);
  const { nodes, status } = now.record;
  const begun = marks();
  counts.begun += begun.length;
  // A step begins when the one before it is known as finished.
  for (let i = 0; i < begun.length - 1; i++) {
    assertEquals(nodes[i]!.state.status, NodeStatus.Succeeded, `${id}: step ${i} left its mark`);
  }
  const complete = nodes.every((node) => node.state.status === NodeStatus.Succeeded);
  if (complete && status === RunStatus.Succeeded) counts.late++;
  else assertEquals(status, RunStatus.Failed, id);
  const finished = nodes.map((node) => node.state.status === NodeStatus.Succeeded);
  const before = begun.length;
  const again = await home.run(["retry", "-q", "--run-id", id, "chain"]);
  assertEquals(again.code, 0, `${id}: ${again.stderr}`);
  const after = await home.store.find("chain", id);
  assertEquals(after?.record.status, RunStatus.Succeeded, id);
  const ran = marks().slice(before);
  assertEquals(ran, finished.flatMap((is, i) => is ? [] : [String(i)]), `${id}: steps of the retry`);
}

/** A run with something particular about it, killed when a mark says so. */
export interface Shape {
  readonly name: string;
  readonly text: string;
  /** Mark after which it is killed. */
  readonly at: string;
  /** Names of root steps that must be known as finished. */
  readonly finished: readonly string[];
  /** Lines of the marks that must not come a second time with the retry. */
  readonly once: readonly string[];
  /** Lines that the retry must add. */
  readonly again: readonly string[];
}

/** Steps wait for the file `go` until the retry: so the kill comes when it is meant to. */
const WAIT = "while [ ! -e go ]; do sleep 0.02; done";

export const SHAPES: readonly Shape[] = [
  {
    name: "sub",
    at: "inner-2",
    finished: ["first"],
    once: ["first", "inner-1"],
    again: ["inner-2", "last"],
    text: `
workingDir: WORK
steps:
  - {name: first, command: echo first >> marks}
  - {name: call, call: inner}
  - {name: last, command: echo last >> marks}
---
name: inner
workingDir: WORK
steps:
  - {name: i1, command: echo inner-1 >> marks}
  - {name: i2, command: 'echo inner-2 >> marks; ${WAIT}'}
`,
  },
  {
    name: "nested",
    at: "leaf-2",
    finished: ["first"],
    once: ["first", "mid-1", "leaf-1"],
    again: ["leaf-2", "mid-2"],
    text: `
workingDir: WORK
steps:
  - {name: first, command: echo first >> marks}
  - {name: call, call: mid}
---
name: mid
workingDir: WORK
steps:
  - {name: m1, command: echo mid-1 >> marks}
  - {name: call, call: leaf}
  - {name: m2, command: echo mid-2 >> marks}
---
name: leaf
workingDir: WORK
steps:
  - {name: l1, command: echo leaf-1 >> marks}
  - {name: l2, command: 'echo leaf-2 >> marks; ${WAIT}'}
`,
  },
  {
    name: "parallel",
    at: "begin-3",
    finished: ["first"],
    once: ["first", "end-1"],
    again: ["end-2", "end-3", "last"],
    text: `
workingDir: WORK
steps:
  - {name: first, command: echo first >> marks}
  - name: many
    call: item
    parallel: {items: ["1", "2", "3"], maxConcurrent: 2}
  - {name: last, command: echo last >> marks}
---
name: item
workingDir: WORK
params: "N"
steps:
  - {name: begin, command: 'echo begin-$1 >> marks'}
  - {name: work, command: 'test $1 = 1 || { ${WAIT}; }'}
  - {name: end, command: 'echo end-$1 >> marks'}
`,
  },
  {
    name: "handler",
    at: "handler",
    finished: ["only"],
    once: ["only"],
    again: ["handler", "exit"],
    text: `
workingDir: WORK
handlerOn:
  success: {command: 'echo handler >> marks; ${WAIT}'}
  exit: {command: echo exit >> marks}
steps:
  - {name: only, command: echo only >> marks}
`,
  },
  {
    name: "retrying",
    at: "try",
    finished: ["first"],
    once: ["first"],
    again: ["done"],
    text: `
workingDir: WORK
steps:
  - {name: first, command: echo first >> marks}
  - name: flaky
    command: 'test ! -e go || { echo done >> marks; exit 0; }; echo try >> marks; exit 1'
    retryPolicy: {limit: 5, intervalSec: 60}
`,
  },
  {
    name: "condition",
    at: "asked",
    finished: ["first"],
    once: ["first"],
    again: ["asked", "done"],
    text: `
workingDir: WORK
steps:
  - {name: first, command: echo first >> marks}
  - name: asks
    preconditions: ['echo asked >> marks; ${WAIT}']
    command: echo done >> marks
`,
  },
  {
    name: "strays",
    at: "begun",
    finished: ["first"],
    once: ["first"],
    again: ["begun", "done"],
    text: `
workingDir: WORK
steps:
  - {name: first, command: echo first >> marks}
  - name: strays
    script: |
      trap '' TERM HUP
      (sleep 300 &)
      setsid sleep 301 &
      setsid sh -c 'trap "" TERM; sleep 302; sleep 303' &
      sleep 304 &
      echo begun >> marks
      ${WAIT}
      pkill -P $$ 2>/dev/null || true
      echo done >> marks
`,
  },
];

/** Kills a run of that shape after its mark and a moment, then looks at it, and retries it. */
export async function killShape(shape: Shape, random: Random): Promise<void> {
  await using home = await Home.make();
  home.dag(shape.name, shape.text);
  const child = home.spawn(["start", "-q", "--run-id", "r", shape.name]);
  await home.marked(shape.at);
  await pause(random.below(60));
  child.kill("SIGKILL");
  await child.status;
  await home.quiet();
  const told = await home.run(["status", "--run-id", "r", shape.name]);
  assertEquals(told.code, 0, told.stderr);
  const stored = await home.store.find(shape.name, "r");
  assertEquals(stored?.record.status, RunStatus.Failed, `${shape.name}: state after the kill`);
  for (const node of stored!.record.nodes) {
    assert(node.state.status !== NodeStatus.Running, `${shape.name}: "${node.step.name}" runs for ever`);
    const known = node.state.status === NodeStatus.Succeeded;
    if (shape.finished.includes(node.step.name)) {
      assert(known, `${shape.name}: "${node.step.name}" is forgotten`);
    }
  }
  for (const path of home.files(/\/child_[^/]+\/attempt_[^/]+\/status\.jsonl$/)) {
    const last = JSON.parse(Deno.readTextFileSync(path).trimEnd().split("\n").at(-1)!);
    assert(last.status !== RunStatus.Running, `${shape.name}: a sub-run runs for ever`);
  }
  assertEquals(
    home.files(/\/data\/(sock|proc)\//),
    [],
    `${shape.name}: what the dead process could not remove`,
  );
  const before = home.marks();
  Deno.writeTextFileSync(`${home.path}/work/go`, "");
  const again = await home.run(["retry", "-q", "--run-id", "r", shape.name]);
  assertEquals(again.code, 0, `${shape.name}: ${again.stderr}`);
  assertEquals((await home.store.find(shape.name, "r"))?.record.status, RunStatus.Succeeded);
  const added = home.marks().slice(before.length);
  for (const line of shape.once) assert(!added.includes(line), `${shape.name}: "${line}" came twice`);
  for (const line of shape.again) assert(added.includes(line), `${shape.name}: "${line}" did not come`);
}

/** `stop` of a run whose agent was killed together with its guard ends what they left. */
export async function stopAfterKill(): Promise<void> {
  await using home = await Home.make();
  home.dag(
    "left",
    "workingDir: WORK\nsteps:\n  - {name: s, script: 'setsid sleep 300 & echo on >> marks; sleep 301'}\n",
  );
  const child = home.spawn(["start", "-q", "--run-id", "r", "left"]);
  await home.marked("on");
  const guards = home.alive().filter(({ command }) => command.includes("dagu-guard"));
  assert(guards.length > 0, "There is no guard");
  for (const { pid } of guards) Deno.kill(pid, "SIGKILL");
  child.kill("SIGKILL");
  await child.status;
  assert(home.alive().length >= 2, "Nothing was left to be ended");
  const stopped = await home.run(["stop", "--run-id", "r", "left"]);
  assertEquals(stopped.code, 0, stopped.stderr);
  await until(() => home.alive().length === 0, "the end of what was left");
  assertEquals((await home.store.find("left", "r"))?.record.status, RunStatus.Failed);
}
