/** What is run in a soak: definitions of every kind, whose steps leave marks that the ledger is held against. */

/**
 * `step.sh SECONDS [EXIT CODE]`: a line when it begins, one each second, one when it ends. Each has the kind of the
 * line, run, step, a word of this execution and the seconds since the machine began.
 */
export const STEP_SCRIPT = `#!/bin/sh
read word < /proc/sys/kernel/random/uuid
mark() {
  read up rest < /proc/uptime
  echo "$1 $DAG_RUN_ID $DAG_RUN_STEP_NAME $word $up" >> WORK/marks
}
mark begin
left=$1
while [ "$left" -gt 0 ]; do
  sleep 1
  mark goes-on
  left=$((left - 1))
done
mark end-\${2:-0}
exit \${2:-0}
`;

/** Steps of these names may be executed so often in one attempt; all others once. */
export const TRIES: Readonly<Record<string, number>> = { flaky: 3, hopeless: 3, again: 3 };

function step(name: string, seconds: number, more = "", exit = 0): string {
  return `  - {name: ${name}, command: WORK/step.sh ${seconds} ${exit}${more === "" ? "" : `, ${more}`}}\n`;
}

const CHAIN = `type: chain\nsteps:\n${step("one", 0)}${step("two", 1)}${step("three", 0)}`;
const PART = `---\nname: part\nsteps:\n${step("inner", 0)}${step("more", 1)}`;
const NEAR = "workerSelector: {pool: near}\n";
const FAR = "workerSelector: {pool: far}\n";

function every(seconds: number, more = ""): string {
  return `schedule:\n  start: "*/${seconds} * * * * *"\n${more}`;
}

/** Seconds between two fires of each schedule, by definition and kind. */
export const PERIODS: Readonly<Record<string, number>> = {
  "tick-all start": 10,
  "tick-latest start": 20,
  "tick-queue start": 20,
  "tick-replace start": 30,
  "tick-near start": 30,
  "tick-far start": 30,
  "tick-stopped start": 60,
  "tick-stopped stop": 60,
};

export const SCHEDULED: Readonly<Record<string, string>> = {
  "tick-all": every(10, "  catchup: all\n") + `steps:\n${step("only", 0)}`,
  "tick-latest": every(20) + `steps:\n  - {name: sub, call: part}\n${PART}`,
  "tick-queue": every(20, "  overlap: queue\n") + `steps:\n${step("slow", 8)}`,
  "tick-replace": every(30, "  overlap: replace\n") + `steps:\n${step("slow", 40)}`,
  "tick-near": every(30) + NEAR + CHAIN,
  "tick-far": every(30) + FAR + CHAIN,
  "tick-stopped": `schedule:\n  start: "0 * * * * *"\n  stop: "30 * * * * *"\nsteps:\n${step("long", 50)}`,
};

const OUTPUTS = `type: chain
steps:
  - {name: give, command: 'WORK/step.sh 0 >/dev/null; echo "{\\"n\\": 7}"', output: GIVEN}
  - {name: take, command: 'WORK/step.sh 0; test "\${GIVEN.n}" = 7'}
`;

const FLAKY = `type: chain
steps:
  - name: flaky
    command: 'echo x >> WORK/tries-$DAG_RUN_ID; WORK/step.sh 0; test "$(wc -l < WORK/tries-$DAG_RUN_ID)" -ge 3 && rm WORK/tries-$DAG_RUN_ID'
    retryPolicy: {limit: 2, intervalSec: 1}
${step("after", 0)}`;

const HOPELESS = `handlerOn:
  failure: {command: echo failed}
  exit: {command: echo over}
steps:
${step("hopeless", 0, "retryPolicy: {limit: 2, intervalSec: 0}", 3)}${
  step("skipped", 0, "depends: hopeless")
}`;

const REPEATED = `steps:
${step("again", 0, "repeatPolicy: {repeat: while, exitCode: [0], limit: 3, intervalSec: 1}")}`;

const PARALLEL = `steps:
  - {name: all, call: part, parallel: {items: [a, b, c, d], maxConcurrent: 2}}
`;

const TALK = `steps:
  - {name: talk, command: 'WORK/step.sh 1; seq 1 20000'}
`;

export const QUEUED: Readonly<Record<string, string>> = {
  plain: `queue: wide\n${CHAIN}`,
  outputs: `queue: wide\n${OUTPUTS}`,
  flaky: `queue: wide\n${FLAKY}`,
  hopeless: `queue: wide\n${HOPELESS}`,
  repeated: `queue: wide\n${REPEATED}`,
  late: `queue: wide\nsteps:\n${step("late", 30, "timeoutSec: 2")}`,
  talk: `queue: wide\n${TALK}`,
  narrow: `queue: narrow\nmaxActiveRuns: 1\nsteps:\n${step("slow", 3)}`,
  sub: `queue: wide\nsteps:\n  - {name: sub, call: part}\n${PART}`,
  parallel: `queue: wide\n${PARALLEL}${PART}`,
  resumed: `queue: wide\nonCrash: resume\n${CHAIN}`,
  near: `queue: wide\n${NEAR}${CHAIN}`,
  far: `queue: wide\n${FAR}${CHAIN}`,
  "near-resumed": `queue: wide\nonCrash: resume\n${NEAR}${CHAIN}`,
  "far-resumed": `queue: wide\nonCrash: resume\n${FAR}${CHAIN}`,
  "far-parts": `queue: wide\n${PARALLEL}${PART.replace("steps:", `${FAR}steps:`)}`,
  "near-parts": `queue: wide\n${PARALLEL}${PART.replace("steps:", `${NEAR}steps:`)}`,
};

/** What a person makes, changes, renames and removes. */
export const TALE = `${CHAIN}${step("last", 3)}`;
