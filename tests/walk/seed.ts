/** What the pages have to show: definitions of every kind, and runs of them. */
import type { Subject } from "./stage.ts";

const SLEEPS = "steps: [{name: sleeper, command: sleep 600}]\n";
const FAILS_ONCE = "test -e WORK/NAME || { touch WORK/NAME; exit 1; }";
const GATE = `
steps:
  - name: before
    command: echo b4
  - name: gate
    type: hitl
    config: {prompt: "Shall we go on?", input: [REASON], required: [REASON]}
  - name: afterwards
    command: echo gone-on
`;

const failsOnce = (name: string) => `
steps:
  - name: opening
    command: echo opened
  - name: once
    command: ${JSON.stringify(FAILS_ONCE.replaceAll("NAME", name))}
    shell: sh
`;

const DEFINITIONS: Readonly<Record<string, string>> = {
  good: `
description: two good steps
tags: [nightly, prod]
schedule: "0 3 * * *"
params: DAY=monday
steps:
  - name: first
    command: echo hello-out
  - name: second
    command: "echo second-out; echo second-err >&2"
    shell: sh
    depends: first
    output: ANSWER
`,
  grouped: 'group: reports\nschedule: "*/5 4 * * *"\nsteps: [{name: a, command: echo grouped}]\n',
  fails: `
steps:
  - name: boom
    command: "echo to-out; echo broke-here >&2; exit 3"
    shell: sh
  - name: after
    command: echo not-reached
handlerOn:
  failure:
    command: echo handled
`,
  long: 'steps: [{name: count, command: "seq -f line-%05g-end 2500", shell: sh}]\n',
  parent: 'steps: [{name: go, call: child, params: "N=7"}]\n',
  child: "params: N=0\nsteps: [{name: work, command: echo child-says-$N, output: SAID}]\n",
  gated: GATE,
  approved: GATE,
  rejected: GATE,
  idle: "steps: [{name: lonely, command: echo nobody}]\n",
  line: `maxActiveRuns: 1\n${SLEEPS}`,
  leaves: `maxActiveRuns: 1\n${SLEEPS}`,
  stops: SLEEPS,
  starts: "params: WHO=nobody\nsteps: [{name: greet, command: echo hi-$WHO}]\n",
  queues: "steps: [{name: greet, command: echo queued-up}]\n",
  retries: failsOnce("retries"),
  repeats: failsOnce("repeats"),
  amended: "steps: [{name: wrong, command: exit 1, shell: sh}]\n",
  paused: 'schedule: "0 5 1 1 *"\nsteps: [{name: a, command: echo a}]\n',
  edited: "steps: [{name: a, command: echo old-text}]\n",
  moved: "steps: [{name: a, command: echo moved}]\n",
  removed: "steps: [{name: a, command: echo removed}]\n",
  hooked: "steps: [{name: a, command: echo hooked}]\n",
};

/** The definition that no API takes. */
const BROKEN = "steps:\n  - name: x\n    command: echo x\n    depends: nowhere\n";

/** How the runs that are made at the start end. */
const RUNS: readonly (readonly [dag: string, status: string])[] = [
  ["good", "succeeded"],
  ["grouped", "succeeded"],
  ["fails", "failed"],
  ["long", "succeeded"],
  ["parent", "succeeded"],
  ["gated", "waiting"],
  ["approved", "waiting"],
  ["rejected", "waiting"],
  ["stops", "running"],
  ["retries", "failed"],
  ["repeats", "failed"],
  ["amended", "failed"],
];

/** Ids of the runs, by DAG. */
export type Seeded = Readonly<Record<string, string>>;

export async function seed(subject: Subject): Promise<Seeded> {
  Deno.writeTextFileSync(`${subject.home.path}/dags/broken.yaml`, BROKEN);
  for (const [name, text] of Object.entries(DEFINITIONS)) {
    await subject.ask("POST", "/dags", { name, spec: text.replaceAll("WORK", `${subject.home.path}/work`) });
  }
  for (const [dag] of RUNS) await subject.ask("POST", `/dags/${dag}/start`, {});
  const ids: Record<string, string> = {};
  // The second of each waits for the first.
  const lines = ["line", "leaves"];
  for (const dag of lines) await subject.ask("POST", `/dags/${dag}/enqueue`, {});
  for (const dag of lines) {
    await subject.reaches(dag, "running");
    ids[dag] = (await subject.ask("POST", `/dags/${dag}/enqueue`, {})).dagRunId;
  }
  for (const [dag, status] of RUNS) ids[dag] = await subject.reaches(dag, status);
  return ids;
}
