/** Stops of real runs, asked for in every way: handlers run, states are right, nothing is alive afterwards. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { Home, until } from "../support/home.ts";

/** Steps that do what they can to live on. `maxCleanUpTimeSec` is their grace time. */
const STUBBORN = `
workingDir: WORK
type: graph
maxCleanUpTimeSec: 1
handlerOn:
  abort: {command: echo abort >> marks}
  exit: {command: echo exit $DAG_RUN_STATUS >> marks}
steps:
  - {name: deaf, script: "trap '' TERM INT HUP\\necho deaf >> marks\\nwhile :; do sleep 1; done"}
  - {name: forks, script: "sleep 300 &\\n(sleep 301 &)\\necho forks >> marks\\nsleep 302"}
  - {name: leaves, script: "setsid sh -c 'trap \\"\\" TERM; sleep 303; sleep 304' &\\necho leaves >> marks\\nsleep 305"}
  - {name: never, depends: [deaf, forks, leaves], command: echo never >> marks}
`;
const BEGUN = ["deaf", "forks", "leaves"];

async function begun(home: Home): Promise<void> {
  for (const mark of BEGUN) await home.marked(mark);
}

async function stateOf(home: Home, dag: string, id: string): Promise<RunStatus | undefined> {
  return (await home.store.find(dag, id))?.record.status;
}

for (const way of ["name", "run id", "file"]) {
  Deno.test(`stop by ${way} ends steps that do not want to`, async () => {
    await using home = await Home.make();
    const file = home.dag("stubborn", STUBBORN);
    const run = home.spawn(["start", "--run-id", "r", file]);
    await begun(home);
    const args = { "name": ["stubborn"], "run id": ["--run-id", "r", "stubborn"], "file": [file] }[way]!;
    const stopped = await home.run(["stop", ...args]);
    assertEquals(stopped.code, 0, stopped.stderr);
    await home.quiet();
    assertEquals((await run.status).code, 0);
    const stored = await home.store.find("stubborn", "r");
    assertEquals(stored?.record.status, RunStatus.Aborted);
    assertEquals(stored?.record.nodes.map((node) => node.state.status), [
      ...BEGUN.map(() => NodeStatus.Aborted),
      NodeStatus.NotStarted,
    ]);
    assertEquals(home.marks().slice(3), ["abort", "exit aborted"]);
  });
}

for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130], ["SIGHUP", 129]] as const) {
  Deno.test(`${signal} to start: handlers run, children gone, exit code ${code}`, async () => {
    await using home = await Home.make();
    home.dag("stubborn", STUBBORN);
    const run = home.spawn(["start", "--run-id", "r", "stubborn"]);
    await begun(home);
    run.kill(signal);
    await home.quiet();
    assertEquals((await run.status).code, code);
    assertEquals(await stateOf(home, "stubborn", "r"), RunStatus.Aborted);
    assertEquals(home.marks().slice(3), ["abort", "exit aborted"]);
  });
}

Deno.test("what somebody else has ended, taking it for dead, ends at once and without handlers", async () => {
  await using home = await Home.make();
  home.dag("stubborn", STUBBORN);
  const run = home.spawn(["start", "--run-id", "r", "stubborn"]);
  await begun(home);
  const { dir } = (await home.store.find("stubborn", "r"))!;
  run.kill("SIGSTOP");
  Deno.copyFileSync(`${dir}/status.jsonl`, `${dir}/other`);
  Deno.renameSync(`${dir}/other`, `${dir}/status.jsonl`);
  const taken = Deno.readTextFileSync(`${dir}/status.jsonl`);
  run.kill("SIGCONT");
  assertEquals((await run.status).code, 74);
  await home.quiet();
  assertEquals(home.marks().slice(3), []);
  assertEquals(Deno.readTextFileSync(`${dir}/status.jsonl`), taken);
});

Deno.test("of two runs of one DAG only the named one is stopped", async () => {
  await using home = await Home.make();
  home.dag(
    "twice",
    "workingDir: WORK\nsteps:\n  - {name: s, command: 'echo $DAG_RUN_ID >> marks; until [ -e go ]; do sleep 0.02; done'}\n",
  );
  const one = home.spawn(["start", "--run-id", "one", "twice"]);
  const two = home.spawn(["start", "--run-id", "two", "twice"]);
  await home.marked("one");
  await home.marked("two");
  assertEquals((await home.run(["stop", "--run-id", "one", "twice"])).code, 0);
  await one.status;
  assertEquals(await stateOf(home, "twice", "one"), RunStatus.Aborted);
  assertEquals(await stateOf(home, "twice", "two"), RunStatus.Running);
  Deno.writeTextFileSync(`${home.path}/work/go`, "");
  assertEquals((await two.status).code, 0);
  assertEquals(await stateOf(home, "twice", "two"), RunStatus.Succeeded);
  const nothing = await home.run(["stop", "twice"]);
  assertEquals(nothing.code, 0);
  assertMatch(nothing.stderr, /Nothing to stop/);
});

Deno.test("stop without an id ends every run of the DAG", async () => {
  await using home = await Home.make();
  home.dag(
    "many",
    "workingDir: WORK\nsteps:\n  - {name: s, command: 'echo $DAG_RUN_ID >> marks; sleep 300'}\n",
  );
  const ids = ["a", "b", "c"];
  const runs = ids.map((id) => home.spawn(["start", "--run-id", id, "many"]));
  for (const id of ids) await home.marked(id);
  assertEquals((await home.run(["stop", "many"])).code, 0);
  for (const run of runs) assertEquals((await run.status).code, 0);
  for (const id of ids) assertEquals(await stateOf(home, "many", id), RunStatus.Aborted, id);
  await home.quiet();
});

Deno.test("stop of a parent runs the handlers of its children, and theirs", async () => {
  await using home = await Home.make();
  home.dag(
    "top",
    `
workingDir: WORK
handlerOn: {abort: {command: echo top-abort >> marks}}
steps:
  - {name: call, call: mid}
---
name: mid
workingDir: WORK
handlerOn: {abort: {command: echo mid-abort >> marks}, exit: {command: echo mid-exit >> marks}}
steps:
  - {name: m, call: leaf, parallel: {items: [1, 2]}}
---
name: leaf
workingDir: WORK
params: "N"
handlerOn: {abort: {command: 'echo leaf-abort-$1 >> marks'}}
steps:
  - {name: l, command: 'echo leaf-$1 >> marks; sleep 300'}
`,
  );
  const run = home.spawn(["start", "--run-id", "r", "top"]);
  await home.marked("leaf-1");
  await home.marked("leaf-2");
  assertEquals((await home.run(["stop", "top"])).code, 0);
  assertEquals((await run.status).code, 0);
  await home.quiet();
  const marks = home.marks().slice(2);
  assertEquals(marks.slice(0, 2).sort(), ["leaf-abort-1", "leaf-abort-2"]);
  assertEquals(marks.slice(2), ["mid-abort", "mid-exit", "top-abort"]);
  for (const path of home.files(/\/status\.jsonl$/, `${home.path}/data`)) {
    const last = JSON.parse(Deno.readTextFileSync(path).trimEnd().split("\n").at(-1)!);
    assertEquals(last.status, RunStatus.Aborted, path);
  }
});

Deno.test("a second signal ends at once what ignores the first", async () => {
  await using home = await Home.make();
  home.dag("slow", STUBBORN.replace("maxCleanUpTimeSec: 1", "maxCleanUpTimeSec: 600"));
  const run = home.spawn(["start", "--run-id", "r", "slow"]);
  await begun(home);
  run.kill("SIGTERM");
  // The steps that do not ignore it have ended: the first signal has been seen.
  await until(
    () => !home.alive().some(({ command }) => command === "sleep 302"),
    "the end of the willing step",
  );
  assertEquals(home.marks().slice(3), []);
  run.kill("SIGTERM");
  await home.quiet();
  assertEquals((await run.status).code, 143);
  assertEquals(await stateOf(home, "slow", "r"), RunStatus.Aborted);
});

/** Places in which a run can be when the stop comes, other than an ordinary step. */
const PLACES: Readonly<Record<string, { readonly text: string; readonly marks: readonly string[] }>> = {
  "a wait for the next try": {
    text: `
steps:
  - {name: s, command: 'echo here >> marks; exit 1', retryPolicy: {limit: 3, intervalSec: 600}}`,
    marks: ["here", "abort", "exit"],
  },
  "a wait for the next repetition": {
    text: `
steps:
  - {name: s, command: echo here >> marks, repeatPolicy: {repeat: true, intervalSec: 600}}
  - {name: t, command: echo never >> marks}`,
    marks: ["here", "abort", "exit"],
  },
  "a condition of the DAG": {
    text: `
preconditions:
  - condition: 'echo here >> marks; sleep 300'
steps:
  - {name: s, command: echo never >> marks}`,
    marks: ["here", "abort", "exit"],
  },
  "a condition of a step": {
    text: `
steps:
  - name: s
    preconditions: ['echo here >> marks; sleep 300']
    command: echo never >> marks`,
    marks: ["here", "abort", "exit"],
  },
  "the evaluation of a text": {
    text: `
steps:
  - name: s
    env: [{V: "\`echo here >> marks; sleep 300\`"}]
    command: echo never >> marks`,
    marks: ["here", "abort", "exit"],
  },
  "the pause between two steps": {
    text: `
delaySec: 600
steps:
  - {name: s, command: echo here >> marks}
  - {name: t, command: echo never >> marks}`,
    marks: ["here", "abort", "exit"],
  },
};

for (const [place, { text, marks }] of Object.entries(PLACES)) {
  Deno.test(`stop in ${place}`, async () => {
    await using home = await Home.make();
    home.dag(
      "place",
      `workingDir: WORK\nhandlerOn: {abort: {command: echo abort >> marks}, exit: {command: echo exit >> marks}}${text}\n`,
    );
    const run = home.spawn(["start", "--run-id", "r", "place"]);
    await home.marked("here");
    assertEquals((await home.run(["stop", "place"])).code, 0);
    await home.quiet();
    await run.status;
    assertEquals(home.marks(), marks);
    assertEquals(await stateOf(home, "place", "r"), RunStatus.Aborted);
  });
}

for (const handler of ["init", "success", "exit"]) {
  Deno.test(`stop in the ${handler} handler`, async () => {
    await using home = await Home.make();
    home.dag(
      "handlers",
      `workingDir: WORK\nhandlerOn: {${handler}: {command: 'echo here >> marks; sleep 300'}}\nsteps:\n  - {name: s, command: echo step >> marks}\n`,
    );
    const run = home.spawn(["start", "--run-id", "r", "handlers"]);
    await home.marked("here");
    assertEquals((await home.run(["stop", "handlers"])).code, 0);
    await home.quiet();
    await run.status;
    const state = await stateOf(home, "handlers", "r");
    assert(state === RunStatus.Aborted || state === RunStatus.Failed, `The run is ${state}`);
    assertEquals(home.marks().includes("step"), handler !== "init");
  });
}

Deno.test("stop reaches a run without a socket by its file", async () => {
  await using home = await Home.make();
  home.dag("deaf", "workingDir: WORK\nsteps:\n  - {name: s, command: 'echo on >> marks; sleep 300'}\n");
  const run = home.spawn(["start", "--run-id", "r", "deaf"]);
  await home.marked("on");
  for (const path of home.files(/\/data\/sock\//)) Deno.removeSync(path);
  assertEquals((await home.run(["stop", "deaf"])).code, 0);
  await home.quiet();
  assertEquals((await run.status).code, 0);
  assertEquals(await stateOf(home, "deaf", "r"), RunStatus.Aborted);
});
