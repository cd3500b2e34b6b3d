import { NO_RECORDS } from "../../../tests/fakes/desk_world.ts";
import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { FakeClock, settle } from "../../../tests/fakes/fake_clock.ts";
import { aTask } from "../../../tests/fakes/tasks.ts";
import type { LabelRules } from "../../core/label_rules.ts";
import type { PeerIdentity, PeerRole } from "../../core/peer/peer_identity.ts";
import type { TaskClaim } from "../../ports/task.ts";
import { MemoryDispatchStore } from "../../stores/memory/dispatch_store.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import { COORDINATOR_METHODS, type CoordinatorMethod } from "../../transport/grpc/methods.ts";
import type { Message } from "../../transport/wire/message.ts";
import { stateNumber, taskToWire } from "../../transport/grpc/task_wire.ts";
import { coordinatorHandlers } from "./coordinator_service.ts";
import { DispatchDesk } from "./desk.ts";

const SIGNAL = new AbortController().signal;
/** Nobody waits for the answer. */
const GIVEN_UP = AbortSignal.abort();

function peer(id: string, ...roles: PeerRole[]): PeerIdentity {
  return { id, roles };
}

const WORKER = peer("w1", "worker");
const CLIENT = peer("scheduler", "client");

function bench(labels: LabelRules = {}) {
  let random = 0;
  const clock = new FakeClock(1_000_000);
  const desk = new DispatchDesk({
    fence: { epoch: 1, holds: () => true },
    clock,
    random: (length) => new Uint8Array(length).fill(++random),
    store: new MemoryDispatchStore(),
    pack: (task) => Promise.resolve(task),
    look: () => Promise.resolve(null),
    onLost: () => Promise.resolve(null),
    records: NO_RECORDS,
    log: () => {},
  });
  const handlers = coordinatorHandlers({ desk: () => desk, labels });
  /** Calls with what is given, everything else empty; resolves with the answer or the code of the refusal. */
  const call = async (who: PeerIdentity, method: CoordinatorMethod, given: object = {}) => {
    const { request } = COORDINATOR_METHODS[method] as unknown as { request: Message };
    const full = { ...request.decode(new Uint8Array()), ...given };
    const handle = handlers[method] as (request: unknown, call: unknown) => Promise<Record<string, unknown>>;
    try {
      return {
        code: "",
        said: "",
        answer: await handle(full, { peer: who, signal: method === "AwaitOrders" ? GIVEN_UP : SIGNAL }),
      };
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      return { code: error.code, said: error.message, answer: {} };
    }
  };
  const dispatch = async (id: string, change = {}) =>
    (await call(CLIENT, "Dispatch", { task: taskToWire(aTask(id, change), null), hold: true })).answer
      .taskId as string;
  return { clock, desk, call, dispatch };
}

/** A claim that nobody has. */
const CLAIM: TaskClaim = { taskId: "aa", attempt: 1, epoch: 1, workerId: "w1" };
const RESULT = { status: 4, error: "", params: "", outputs: {} };

Deno.test("each call is for those whose business it is", async () => {
  const task = taskToWire(aTask("r1"), null);
  const ofClients: readonly [CoordinatorMethod, object][] = [
    ["Dispatch", { task, hold: true }],
    ["GetWorkers", {}],
    ["AwaitTask", { taskId: "aa" }],
    ["StopTask", { taskId: "aa", signal: "SIGTERM" }],
  ];
  const ofWorkers: readonly [CoordinatorMethod, object][] = [
    ["Heartbeat", { workerId: "w1" }],
    ["ConfirmTask", { claim: CLAIM }],
    ["BeginTask", { claim: CLAIM }],
    ["EndTask", { claim: CLAIM, result: RESULT }],
    ["ReturnTask", { claim: CLAIM }],
    ["AwaitOrders", { workerId: "w1" }],
    ["RecordRun", { claim: CLAIM }],
    ["Poll", { workerId: "w1" }],
  ];
  assertEquals(ofClients.length + ofWorkers.length, Object.keys(COORDINATOR_METHODS).length);
  const { call, dispatch } = bench();
  await dispatch("waits"); // So that a poll is answered.
  const others = [peer("w2", "worker"), peer("c", "coordinator"), peer("w", "worker"), peer("w1x", "worker")];
  for (const [method, given] of ofWorkers) {
    for (const who of [CLIENT, ...others]) {
      assertEquals((await call(who, method, given)).code, "permission_denied", `${method} ${who.id}`);
    }
    assertEquals((await call(WORKER, method, given)).code === "permission_denied", false, method);
  }
  for (const [method, given] of ofClients) {
    for (const who of [WORKER, ...others]) {
      const { code, said } = await call(who, method, given);
      assertEquals(code, "permission_denied", `${method} ${who.id}`);
      assertMatch(said, /needs the role "client"/);
    }
    assertEquals((await call(CLIENT, method, given)).code === "permission_denied", false, method);
  }
});

Deno.test("a worker reports for itself only, whatever it says about tasks", async () => {
  const { call, dispatch } = bench();
  await dispatch("r1");
  const { answer } = await call(WORKER, "Poll", { workerId: "w1", confirms: true });
  const { taskId, attempt, epoch } = answer.task as TaskClaim;
  const claim = { taskId, attempt, epoch, workerId: "w1" };
  const w2 = peer("w2", "worker");
  assertEquals((await call(w2, "ConfirmTask", { claim })).code, "permission_denied");
  assertEquals((await call(w2, "ConfirmTask", { claim: { ...claim, workerId: "w2" } })).code, "aborted");
  assertEquals((await call(WORKER, "ConfirmTask", { claim })).code, "");
  assertEquals(
    (await call(w2, "EndTask", { claim: { ...claim, workerId: "w2" }, result: RESULT })).code,
    "aborted",
  );
  const { answer: beat } = await call(w2, "Heartbeat", { workerId: "w2", claims: [claim] });
  assertEquals(beat.revoked, [claim]);
  assertEquals((await call(WORKER, "EndTask", { claim, result: RESULT })).code, "");
});

Deno.test("a worker that says it has labels which are not for it gets no task, and is no worker that has them", async () => {
  const { call, desk, dispatch } = bench({ w1: ["gpu=true"] });
  await dispatch("r1", { selector: { gpu: "true" } });
  const w2 = peer("w2", "worker");
  for (const method of ["Poll", "Heartbeat"] as const) {
    const { code, said } = await call(w2, method, { workerId: "w2", labels: { gpu: "true" } });
    assertEquals(code, "permission_denied");
    assertMatch(said, /"w2" may not have the labels gpu=true: coordinator\.workerLabels has none for it/);
    assertEquals((await call(w2, "Heartbeat", { workerId: "w2" })).code, "");
  }
  assertEquals(desk.workers.hasFit({ gpu: "true" }), false);
  const own = { workerId: "w1@a", labels: { gpu: "true" }, confirms: true };
  assertEquals((await call(WORKER, "Poll", own)).code, "");
});

Deno.test("a worker tells of a run while it has it, not before and not afterwards", async () => {
  const { call, dispatch } = bench();
  await dispatch("r1");
  const { answer } = await call(WORKER, "Poll", { workerId: "w1", confirms: true });
  const { taskId, attempt, epoch } = answer.task as TaskClaim;
  const claim = { taskId, attempt, epoch, workerId: "w1" };
  assertEquals((await call(WORKER, "RecordRun", { claim })).code, "aborted");
  await call(WORKER, "ConfirmTask", { claim });
  assertEquals((await call(WORKER, "RecordRun", { claim })).code, "");
  await call(WORKER, "EndTask", { claim, result: RESULT });
  assertEquals((await call(WORKER, "EndTask", { claim, result: RESULT })).code, "");
  assertEquals((await call(WORKER, "RecordRun", { claim })).code, "aborted");
});

Deno.test("it is known which runs are those of other tasks", async () => {
  const { desk, dispatch } = bench();
  const taskId = await dispatch("r1");
  const run = { name: "etl", id: "r1" };
  assertEquals(desk.isAnothers(run, run, { ...CLAIM, taskId: "other" }), true);
  assertEquals(desk.isAnothers(run, run, { ...CLAIM, taskId }), false);
  assertEquals(desk.isAnothers({ ...run, id: "r2" }, run, { ...CLAIM, taskId: "other" }), false);
});

Deno.test("names that could be paths, and what is too large, are refused", async () => {
  const { call } = bench();
  const bad = [
    { run: { name: "../etc", id: "r" } },
    { run: { name: "etl", id: "../r" } },
    { root: { name: "etl", id: "" } },
    { root: { name: "a/b", id: "r" } },
    { parent: { name: "etl", id: "a/b" } },
    { selector: { a: "b".repeat(300) } },
    { selector: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, ""])) },
  ];
  for (const change of bad) {
    const wire = taskToWire(aTask("r1", change), null);
    // A root without an id is taken for the run itself.
    const expected = change.root?.id === "" ? "" : "invalid_argument";
    assertEquals(
      (await call(CLIENT, "Dispatch", { task: wire, hold: true })).code,
      expected,
      JSON.stringify(change),
    );
  }
  assertEquals((await call(CLIENT, "Dispatch", {})).code, "invalid_argument");
  assertEquals((await call(CLIENT, "StopTask", { taskId: "a", signal: "rm -rf" })).code, "invalid_argument");
  const admin = peer("a", "admin");
  for (const workerId of ["", "w\n", "w".repeat(129), "../w", "a/b", "w\0", "-w"]) {
    assertEquals((await call(admin, "Heartbeat", { workerId })).code, "invalid_argument");
  }
  const labels = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, "v".repeat(250)]));
  const running = {
    dagRunId: "r",
    dagName: "d",
    rootDagRunId: "",
    rootDagRunName: "",
    startedAt: 1,
    parentDagRunId: "",
    parentDagRunName: "",
  };
  const stats = (runningTasks: object[]) => ({ totalPollers: 1, busyPollers: 1, runningTasks });
  for (
    const change of [
      { labels },
      { host: "h".repeat(257) },
      { host: "h\n" },
      { stats: stats(Array(1001).fill(running)) },
      { stats: stats([{ ...running, dagName: "n".repeat(65) }]) },
      { stats: stats([{ ...running, dagRunId: "r\0" }]) },
    ]
  ) {
    const { code } = await call(admin, "Heartbeat", { workerId: "w", ...change });
    assertEquals(code, "invalid_argument", Object.keys(change).join());
  }
  assertEquals((await call(admin, "Heartbeat", { workerId: "w", stats: stats([running]) })).code, "");
  for (const status of [0, 1, 5, 9, -7, 2 ** 40]) {
    const { code } = await call(admin, "EndTask", { claim: CLAIM, result: { ...RESULT, status } });
    assertEquals(code, "invalid_argument", `status ${status}`);
  }
  const part = { number: 1, json: "", step: "", stream: "", offset: 0, data: new Uint8Array() };
  for (const [kind, code] of [["other", "invalid_argument"], ["log", "aborted"]]) {
    const parts = [{ ...part, kind }];
    assertEquals((await call(admin, "RecordRun", { claim: CLAIM, parts })).code, code);
  }
});

Deno.test("what is recorded has begun, though the worker was cut off before it could say so", async () => {
  const { call, dispatch } = bench();
  const taskId = await dispatch("r1");
  const self = { workerId: "w1", labels: {}, host: "h", confirms: true };
  const { task } = (await call(WORKER, "Poll", self)).answer as { task: TaskClaim };
  const claim = { ...task, workerId: "w1" };
  await call(WORKER, "ConfirmTask", { claim });
  await call(WORKER, "RecordRun", { claim, parts: [] });
  assertEquals((await call(CLIENT, "AwaitTask", { taskId })).answer.state, stateNumber("begun"));
});

Deno.test("workers are listed with what they have, tasks that wait with the reason", async () => {
  const { call, dispatch, clock } = bench();
  const up = { name: "up", id: "u" };
  await dispatch("r1", { parent: up, root: up, selector: { gpu: "true" } });
  const poll = call(WORKER, "Poll", { workerId: "w1", labels: { gpu: "true" }, host: "h", confirms: true });
  await poll;
  call(WORKER, "Poll", { workerId: "w1", labels: { gpu: "true" }, host: "h", confirms: true });
  await settle();
  const { task } = (await poll).answer as { task: TaskClaim };
  await call(WORKER, "ConfirmTask", { claim: { ...task, workerId: "w1" } });
  await dispatch("r2", { selector: { region: "eu" } });
  const { answer } = await call(CLIENT, "GetWorkers");
  const [worker] = answer.workers as Record<string, unknown>[];
  assertEquals(
    [
      worker!.workerId,
      worker!.labels,
      worker!.totalPollers,
      worker!.busyPollers,
      worker!.healthStatus,
      worker!.host,
    ],
    ["w1", { gpu: "true" }, 2, 1, 1, "h"],
  );
  assertEquals(worker!.runningTasks, [{
    dagRunId: "r1",
    dagName: "etl",
    startedAt: Math.floor(clock.now() / 1000),
    rootDagRunName: "up",
    rootDagRunId: "u",
    parentDagRunName: "up",
    parentDagRunId: "u",
  }]);
  const waiting = answer.waiting as { reason: string; workerSelector: object }[];
  assertEquals(waiting.map(({ reason, workerSelector }) => [reason, workerSelector]), [
    ['no worker has the labels region=eu ("w1" has gpu=true)', { region: "eu" }],
  ]);
});

Deno.test("the list of workers fits into one answer, whatever they say and however much waits", async () => {
  const { call, dispatch } = bench();
  const running = Array.from({ length: 1000 }, (_, i) => ({
    ...{
      dagRunId: `${i}`.padEnd(64, "r"),
      dagName: "n".repeat(40),
      rootDagRunId: "o".repeat(64),
      startedAt: 1,
    },
    ...{ rootDagRunName: "n".repeat(40), parentDagRunId: "p".repeat(64), parentDagRunName: "n".repeat(40) },
  }));
  for (let i = 0; i < 50; i++) {
    const stats = { totalPollers: 1, busyPollers: 1, runningTasks: running };
    assertEquals((await call(peer("w1", "worker"), "Heartbeat", { workerId: `w1@${i}`, stats })).code, "");
  }
  const selector = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`k${i}`, "v".repeat(250)]));
  for (let i = 0; i < 2000; i++) await dispatch(`r${i}`, { selector });
  const { answer } = await call(CLIENT, "GetWorkers");
  const { workers, waiting } = answer as { workers: { runningTasks: object[] }[]; waiting: object[] };
  assertEquals([workers.length, workers[0]!.runningTasks.length, waiting.length > 100], [50, 1000, true]);
  assertEquals(COORDINATOR_METHODS.GetWorkers.answer.encode(answer).length < 4 << 20, true);
});

Deno.test("few calls of a worker may wait for orders", async () => {
  const { call, desk } = bench();
  await call(WORKER, "Heartbeat", { workerId: "w1" });
  const gone = new AbortController();
  const waits = Array.from({ length: 20 }, () => desk.orders("w1", 0, gone.signal));
  assertEquals((await call(WORKER, "AwaitOrders", { workerId: "w1" })).code, "resource_exhausted");
  gone.abort();
  await Promise.all(waits);
  assertEquals((await call(WORKER, "AwaitOrders", { workerId: "w1" })).code, "");
});
