/** The server as a process: runs by REST, changes by events, an orderly end. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { Home, until } from "../support/home.ts";
import { type SentEvent, ServerProcess } from "../support/server_process.ts";

const STEPS = `
steps:
  - name: first
    command: echo one; echo first >> WORK/marks
  - name: second
    command: while ! test -f WORK/go; do sleep 0.05; done; echo two
`;

function runStates(events: readonly SentEvent[], id: string): string[] {
  const labels = events.filter((event) => event.type === "run" && event.data.run?.dagRunId === id)
    .map((event) => event.data.run.statusLabel as string);
  return labels.filter((label, i) => label !== labels[i - 1]);
}

Deno.test("server: a run that the command line starts is seen at once, step by step, and its log as it grows", async () => {
  await using home = await Home.make();
  home.dag("one", STEPS);
  await using server = await ServerProcess.start(home);
  const lists = await server.events("runs");
  const run = home.spawn(["start", "--quiet", "--run-id=r1", "one"]);
  await home.marked("first");
  await until(() => runStates(lists, "r1").includes("running"), "the event of the start");
  const details = await server.events("run:one/r1,log:one/r1/second/stdout");
  Deno.writeTextFileSync(`${home.path}/work/go`, "");
  await run.status;
  await until(() => runStates(lists, "r1").at(-1) === "succeeded", "the event of the end");
  const second = () =>
    details.filter((event) => event.type === "step" && event.data.node.step.name === "second")
      .map((event) => event.data.node.statusLabel);
  await until(() => second().includes("succeeded"), "the event of the step");
  const logged = () =>
    details.filter((event) => event.type === "log").map((event) => event.data.text).join("");
  await until(() => logged() === "two\n", "the line of the log", logged);
  assertEquals((await server.get("/dag-runs")).dagRuns[0].statusLabel, "succeeded");
  const first = lists.find((event) => event.type === "run")!;
  const again = await server.events("runs", first.id);
  await until(() => runStates(again, "r1").at(-1) === "succeeded", "what was missed");
  assertEquals(again[0]!.data.reset, false);
  assertEquals((await server.events("runs", "other-1"))[0]!.data.reset, true);
});

Deno.test("server: who looks at a run sees what the runs below it do, on all levels", async () => {
  await using home = await Home.make();
  const calls = (dag: string) => `steps: [{name: go, call: ${dag}}]\n`;
  home.dag("top", calls("middle"));
  home.dag("middle", calls("bottom"));
  home.dag("bottom", "steps: [{name: work, command: while ! test -f WORK/go; do sleep 0.05; done}]\n");
  await using server = await ServerProcess.start(home);
  const early = await server.events("run:top/r1");
  const run = home.spawn(["start", "--quiet", "--run-id=r1", "top"]);
  const states = (events: readonly SentEvent[], name: string) => {
    const labels = events.filter(({ type, data }) => type === "sub-run" && data.run.name === name)
      .map(({ data }) => data.run.statusLabel as string);
    return labels.filter((label, i) => label !== labels[i - 1]);
  };
  const works = () =>
    early.filter(({ type, data }) => type === "sub-step" && data.name === "bottom")
      .map(({ data }) => `${data.node.step.name} ${data.node.statusLabel}`);
  await until(() => works().includes("work running"), "the step two levels below");
  Deno.writeTextFileSync(`${home.path}/work/go`, "");
  await run.status;
  await until(() => states(early, "middle").at(-1) === "succeeded", "the end of the sub-run");
  assertEquals(states(early, "bottom").slice(-2), ["running", "succeeded"]);
  assert(works().includes("work succeeded"));
  const { data } = early.find(({ type }) => type === "sub-run")!;
  assertEquals([data.run.rootDAGRunName, data.run.rootDAGRunId], ["top", "r1"]);
});

Deno.test("server: a definition that is sent along is refused, unless the settings allow it", async () => {
  await using home = await Home.make();
  await using server = await ServerProcess.start(home);
  const sent = server.post("/dag-runs", { spec: "steps: [echo]", name: "sent" });
  assertMatch(
    await sent.then(() => "done", String),
    /403.*the setting permissions\.allowInlineRuns of this server is off/,
  );
  assertEquals((await server.get("/dag-runs")).dagRuns, []);
});

Deno.test("server: a definition that is sent along is run, kept with its run, and run again", async () => {
  await using home = await Home.make();
  Deno.writeTextFileSync(`${home.path}/config.yaml`, "permissions: {allowInlineRuns: true}\n");
  await using server = await ServerProcess.start(home);
  const spec =
    "name: sent\nparams: WHO=nobody\nsteps:\n  - name: greet\n    command: echo hi-$WHO from $(pwd)\n";
  const { dagRunId } = await server.post("/dag-runs", { spec, params: "WHO=you" });
  const details = async () => (await server.get(`/dag-runs/sent/${dagRunId}`)).dagRunDetails;
  await until(async () => (await details()).statusLabel === "succeeded", "the end of the run");
  const { trigger, attemptId } = await details();
  assertEquals(trigger, "manual");
  assertEquals((await server.get(`/dag-runs/sent/${dagRunId}/spec`)).spec, spec);
  const log = `/dag-runs/sent/${dagRunId}/steps/greet/log`;
  assertEquals((await server.get(log)).content, `hi-you from ${home.path}/dags`);
  await server.post(`/dag-runs/sent/${dagRunId}/retry`);
  await until(async () => {
    const now = await details();
    return now.attemptId !== attemptId && now.statusLabel === "succeeded";
  }, "the end of the second attempt");
  assertEquals((await server.get("/dags")).dags, [], "no file was made of it");
  const waiting = await server.post("/dag-runs/enqueue", { spec, name: "other" });
  const { dagRuns } = await server.get("/dag-runs?name=other&why=true");
  assertEquals([dagRuns[0].dagRunId, dagRuns[0].statusLabel], [waiting.dagRunId, "queued"]);
  assert(dagRuns[0].why.includes("no scheduler"), dagRuns[0].why);
});

/** Says one line after the other, each when the one before was noticed. */
const TALK = `
steps:
  - name: talk
    script: |
      noted() { until test "$(wc -l < "$DAG_RUN_STEP_STDOUT_FILE.marks")" -ge "$1"; do sleep 0.05; done; }
      echo one
      noted 1 2>> WORK/noise
      echo two >&2
      noted 2
      echo three
`;

Deno.test("server: what a step says on both streams is shown in the order in which it came", async () => {
  await using home = await Home.make();
  home.dag("talk", TALK);
  const before = Date.now();
  assertEquals((await home.run(["start", "--quiet", "--run-id=r1", "talk"])).code, 0);
  await using server = await ServerProcess.start(home);
  const log = "/dag-runs/talk/r1/steps/talk/log";
  const merged = await server.get(`${log}?merge=1`);
  assertEquals(merged.content, "one\ntwo\nthree");
  assertEquals(merged.streams, ["stdout", "stderr", "stdout"]);
  const times: number[] = merged.times;
  assert(times.every((time, i) => time >= (times[i - 1] ?? before) && time <= Date.now()), times.join());
  assertEquals((await server.get(`${log}/search?merge=1&q=t`)).matches, [
    { line: 2, text: "two" },
    { line: 3, text: "three" },
  ]);
  assertEquals((await server.get(`${log}?stream=stderr&times=1`)).times, [times[1]]);
});

Deno.test("server: runs are started, queued, taken out, stopped, retried and approved by REST", async () => {
  await using home = await Home.make();
  home.dag("one", STEPS);
  home.dag(
    "gate",
    "steps:\n  - name: g\n    type: hitl\n    config: {input: [WHO]}\n  - name: a\n    command: echo ${WHO}\n",
  );
  await using server = await ServerProcess.start(home);
  const events = await server.events("runs,dags");
  const label = async (dag: string, id: string) =>
    (await server.get(`/dag-runs/${dag}/${id}`)).dagRunDetails.statusLabel as string;

  assertEquals(await server.post("/dags/one/start", { dagRunId: "r1", params: "A=1" }), { dagRunId: "r1" });
  await home.marked("first");
  await server.post("/dag-runs/one/r1/stop");
  await until(async () => await label("one", "r1") === "aborted", "the end of the run");
  Deno.writeTextFileSync(`${home.path}/work/go`, "");
  await server.post("/dag-runs/one/r1/retry", { dagRunId: "r1" });
  await until(async () => await label("one", "r1") === "succeeded", "the end of the retry");
  assertEquals((await server.get("/dag-runs/one/r1")).dagRunDetails.params, "A=1");
  assertEquals(await server.post("/dag-runs/one/r1/reschedule", { dagRunId: "r2" }), {
    dagRunId: "r2",
    queued: false,
  });
  await until(async () => await label("one", "r2") === "succeeded", "the end of the copy");

  await server.post("/dags/one/enqueue", { dagRunId: "q1" });
  const [waiting] = (await server.get("/queues")).queues[0].queued;
  assertEquals(
    [waiting.dagRunId, waiting.why],
    ["q1", 'Run "q1" of "one": it is queued: no scheduler is running'],
  );
  await server.post("/dag-runs/one/q1/dequeue");
  await until(async () => (await server.get("/queues")).queues.length === 0, "the empty queue");

  await server.post("/dags/gate/start", { dagRunId: "g1" });
  await until(async () => await label("gate", "g1") === "waiting", "the wait");
  const approved = await server.post("/dag-runs/gate/g1/steps/g/approve", { inputs: { WHO: "me" } });
  assertEquals(approved, { dagRunId: "g1", stepName: "g", resumed: true });
  await until(async () => await label("gate", "g1") === "succeeded", "the end after the approval");
  assertEquals((await server.get("/dag-runs/gate/g1/steps/a/log")).content, "me");
  await until(() => runStates(events, "g1").at(-1) === "succeeded", "the event of that end");

  home.dag("late", "steps:\n  - echo late\n");
  await until(
    () => events.some((event) => event.type === "dags" && event.data.files.includes("late")),
    "the new file",
  );
  assertEquals((await server.get("/dags?name=late")).dags.length, 1);
  assertEquals((await server.stop()).code, 0);
  await home.quiet();
});

Deno.test("server: of many who want one id at once one gets it, the others are told that it is taken", async () => {
  await using home = await Home.make();
  home.dag("one", "steps: [echo one]\n");
  await using server = await ServerProcess.start(home);
  for (const action of ["enqueue", "start"]) {
    const asked = await Promise.allSettled(
      Array.from({ length: 20 }, () => server.post(`/dags/one/${action}`, { dagRunId: action })),
    );
    const refused = asked.flatMap((one) => one.status === "rejected" ? [String(one.reason)] : []);
    assertEquals(refused.length, 19);
    for (const why of refused) assertMatch(why, /: 409 .*"already_exists"/);
  }
});

Deno.test("server: a run outlives the server, one that was killed is seen as failed, the end is orderly", async () => {
  await using home = await Home.make();
  home.dag("one", STEPS);
  const server = await ServerProcess.start(home);
  await server.events("runs");
  await server.post("/dags/one/start", { dagRunId: "r1" });
  await home.marked("first");
  const { code, said } = await server.stop();
  assertEquals(code, 0, said);
  assert(!/WARN|ERROR/.test(said), said);
  await using next = await ServerProcess.start(home);
  const events = await next.events("runs");
  const { pid } = (await home.store.find("one", "r1"))!.lease!;
  Deno.kill(pid, "SIGKILL");
  await until(() => runStates(events, "r1").at(-1) === "failed", "the event of the death");
  assertEquals((await next.get("/dag-runs")).dagRuns[0].statusLabel, "failed");
});

Deno.test("start-all: what is queued runs, both end in good order", async () => {
  await using home = await Home.make();
  home.dag("one", "steps:\n  - echo hi\n");
  await using server = await ServerProcess.start(home, { command: "start-all" });
  await server.post("/dags/one/enqueue", { dagRunId: "q1" });
  const label = async () => (await server.get("/dag-runs/one/q1")).dagRunDetails.statusLabel;
  await until(async () => await label() === "succeeded", "the end of the queued run");
  const { code, said } = await server.stop();
  assertEquals(code, 0, said);
  assert(said.includes("Scheduler ended") && said.includes("Server ended"), said);
  await home.quiet();
});
