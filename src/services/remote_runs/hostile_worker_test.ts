/** A worker in wrong hands tells about its runs: what is recorded stays readable, and inside. */
import { assert, assertEquals, assertRejects } from "../../../tests/assert.ts";
import { childAttempt, finish, makeSnapshot } from "../../../tests/fakes/attempts.ts";
import { makeDag, makeStep } from "../../../tests/fakes/dags.ts";
import { aTask } from "../../../tests/fakes/tasks.ts";
import { DaguError } from "../../core/errors.ts";
import { INITIAL_NODE_STATE } from "../../core/run.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";
import { writeAt } from "../../platform/logs/log_files.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { Snapshot } from "../../ports/run_store.ts";
import type { RecordPart } from "../../ports/task_source.ts";
import { snapshotToJson } from "../../stores/file/json/dag_json.ts";
import { FileRunStore } from "../../stores/file/runs/run_store.ts";
import { recordToLine } from "../../stores/file/json/status_json.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import { PartPieces } from "./part_pieces.ts";
import { RecordRoom, RecordShare } from "./record_share.ts";
import { RunRecorder } from "./run_recorder.ts";

const RUN = { name: "etl", id: "r1" };
const CLAIM = { taskId: "t", attempt: 1, epoch: 1, workerId: "w-1" };
const KEY = "r1#1";

class Bench implements AsyncDisposable {
  readonly runs: FileRunStore;
  readonly recorder: RunRecorder;
  readonly snapshot: Snapshot;
  #number = 0;

  constructor(readonly root: string, readonly room: RecordRoom) {
    this.runs = new FileRunStore({ dataDir: `${root}/home/data`, logDir: `${root}/home/logs` });
    this.recorder = new RunRecorder({
      runs: this.runs,
      clock: systemClock,
      writeAt,
      readDag: () => Promise.reject(new Error("none")),
      room: this.room,
      isAnothers: (_root, { id }) => id === "another-task",
      isCalled: () => Promise.resolve(true),
      onCancel: () => {},
    });
    this.snapshot = makeSnapshot(makeDag([makeStep("a"), makeStep("b")], {
      name: "etl",
      maxLogSize: 1000,
      location: `${root}/dags/etl.yaml`,
    }));
  }

  /** @returns "" or the code of the refusal */
  async tell(kind: RecordPart["kind"], json: object, more: Partial<RecordPart> = {}): Promise<string> {
    const task = aTask(RUN.id, { run: RUN, root: RUN, snapshot: snapshotToJson(this.snapshot) });
    const nothing = { step: "", stream: "", offset: 0, data: new Uint8Array() } as const;
    const part = { number: this.#number + 1, kind, json: JSON.stringify(json), ...nothing, ...more };
    try {
      this.#number = await this.recorder.take(task, CLAIM, [part]);
      return "";
    } catch (error) {
      if (error instanceof CallError) return error.code;
      throw error;
    }
  }

  attempt(change: object = {}): Promise<string> {
    const snapshot = snapshotToJson(this.snapshot);
    const part = { key: KEY, run: RUN, parent: null, createdAt: 1, snapshot, previous: "", folder: "" };
    return this.tell("attempt", { ...part, ...change });
  }

  event(node: number, patch: object): Promise<string> {
    return this.tell("event", { key: KEY, event: { kind: "node", node, patch } });
  }

  /** What others read, from the events and when all is folded. */
  async record(id = RUN.id) {
    const stored = id === RUN.id ? await this.runs.find(RUN.name, id) : await this.runs.findChild(RUN, id);
    recordToLine(stored!.record, true);
    return stored!.record;
  }

  /** Everything that there is but the home. */
  outside(): string[] {
    return [...Deno.readDirSync(this.root)].map(({ name }) => name).filter((name) => name !== "home");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.recorder.forget(CLAIM);
    const remove = () => Deno.remove(this.root, { recursive: true });
    // Digests of definitions that are on their way to the disk are not waited for by who leaves an attempt.
    await remove().catch(remove).catch(remove);
  }
}

async function bench(room = new RecordRoom()): Promise<Bench> {
  return new Bench(await Deno.makeTempDir({ prefix: "hostile-worker-" }), room);
}

Deno.test("hostile worker: members of wrong shapes are not recorded", async () => {
  await using at = await bench();
  assertEquals(await at.attempt(), "");
  const strange = [null, -1, 1e300, 0.5, "", "x", [], [null], [[]], {}, { a: 1 }, { a: null }, true, [{}]];
  for (const key of [...Object.keys(INITIAL_NODE_STATE), "__proto__", "constructor"]) {
    for (const value of strange) {
      assertEquals(await at.event(0, JSON.parse(`{"${key}": ${JSON.stringify(value)}}`)), "");
    }
  }
  for (const key of ["status", "startedAt", "finishedAt", "error", "conditions", "log", "workerId", "pid"]) {
    for (const value of [...strange, 99]) {
      await at.tell("event", { key: KEY, event: { kind: "run", patch: { [key]: value } } });
    }
  }
  const bad = { dagRunId: "../../../etc", params: "" };
  assertEquals(await at.event(1, { children: [bad], childrenRepeated: [bad], pgid: 1 }), "");
  assertEquals(await at.event(1, { status: NodeStatus.Running, outputs: { A: "1" } }), "");
  const record = await at.record();
  const { children, childrenRepeated, pgid, status, outputs } = record.nodes[1]!.state;
  assertEquals([children, childrenRepeated, pgid, status, outputs], [[], [], 0, NodeStatus.Running, {
    A: "1",
  }]);
  assertEquals([record.workerId, record.pid, record.log.startsWith(at.root)], ["w-1", 0, true]);
  assertEquals(Object.values(RunStatus).includes(record.status), true);
  await at.tell("event", { key: KEY, event: { kind: "run", patch: { status: RunStatus.Failed } } });
  assertEquals(await at.tell("close", { key: KEY }), "");
  assertEquals((await at.record()).status, RunStatus.Failed);
});

Deno.test("hostile worker: what is no part of a record is refused as such", async () => {
  await using at = await bench();
  const refused = [
    await at.attempt({ key: "other#1" }),
    await at.attempt({ snapshot: "{", parent: RUN, run: { name: "c", id: "c" }, key: "c#1" }),
    await at.attempt({ parent: RUN, run: { name: "../c", id: "c" }, key: "c#1" }),
    await at.attempt({ parent: RUN, run: { name: "c", id: "c\0" }, key: "c\0#1" }),
    await at.attempt({ parent: RUN, run: undefined, key: "undefined#1" }),
  ];
  assertEquals(await at.attempt(), "");
  refused.push(
    await at.event(7, { status: 1 }),
    await at.event(-1, { status: 1 }),
    await at.event(0.5, { status: 1 }),
    await at.tell("event", { key: KEY }),
    await at.tell("event", { key: KEY, event: { kind: "node", node: "success", patch: {} } }),
    await at.tell("event", { key: KEY, event: { kind: "node", node: "__proto__", patch: {} } }),
    await at.tell("outputs", { key: KEY, outputs: { A: 1 } }),
    await at.tell("outputs", { key: KEY }),
    await at.tell("log", { key: KEY, level: "X", message: "", fields: {} }),
    await at.tell("log", { key: KEY, level: "INFO", message: {}, fields: {} }),
    await at.tell("output", { key: KEY }, { step: "../../x" }),
    await at.tell("output", { key: KEY }, { step: "a\0" }),
  );
  assertEquals(new Set(refused), new Set(["invalid_argument"]), refused.join());
  assertEquals(at.outside(), []);
});

Deno.test("hostile worker: paths of logs and folders are the coordinator's", async () => {
  await using at = await bench();
  const outside = `${at.root}/outside`;
  const dag = { ...at.snapshot.dag, logDir: outside, location: `${outside}/etl.yaml`, maxLogSize: 2 ** 50 };
  const snapshot = snapshotToJson({ ...at.snapshot, dag, workingDir: outside });
  assertEquals(await at.attempt(), "");
  const child = { parent: RUN, run: { name: "c", id: "c" }, key: "c#1", snapshot };
  const previous = await at.record();
  const stolen = previous.nodes.map((node) => ({
    ...node,
    state: { ...node.state, startedAt: 1, stdout: "/etc/passwd", stderr: "/etc/shadow" },
  }));
  const line = recordToLine({ ...previous, nodes: stolen }, false);
  assertEquals(await at.attempt({ ...child, previous: line }), "");
  assertEquals(await at.event(0, { stderr: "/etc/shadow", startedAt: 5 }), "");
  assertEquals(await at.event(1, { stdout: "/etc/passwd", stderr: "/etc/passwd" }), "");
  assertEquals(await at.tell("log", { key: "c#1", level: "INFO", message: "x", fields: {} }), "");
  assertEquals(await at.tell("close", { key: "c#1" }), "");
  for (const { nodes, log } of [await at.record(), await at.record("c")]) {
    const paths = [log, ...nodes.flatMap(({ state }) => [state.stdout, state.stderr])];
    for (const path of paths) assert(path === "" || path.startsWith(`${at.root}/home/`), path);
  }
  assertEquals((await at.record()).nodes[0]!.state.startedAt, 5);
  const stored = await at.runs.snapshot((await at.runs.findChild(RUN, "c"))!);
  assertEquals([stored.dag.name, stored.dag.logDir, stored.dag.location], ["c", "", ""]);
  assertEquals(at.outside(), []);
});

Deno.test("hostile worker: a definition that it tells is marked as such, and stands where files may stand", async () => {
  await using at = await bench();
  assertEquals(await at.attempt(), "");
  const told = async (id: string, dag: object) => {
    const snapshot = snapshotToJson({ ...at.snapshot, dag: { ...at.snapshot.dag, ...dag } });
    const child = { parent: RUN, run: { name: "c", id }, key: `${id}#1`, snapshot, folder: "/w/files" };
    assertEquals(await at.attempt(child), "");
    const stored = (await at.runs.findChild(RUN, id))!;
    await assertRejects(() => at.runs.snapshotToRun(stored), DaguError, 'the worker "w-1" said');
    return await at.runs.snapshot(stored);
  };
  const { dag } = await told("c1", { location: "/w/files/c.yaml", onCrash: "resume" });
  assertEquals([dag.location, dag.onCrash], [`${at.root}/dags/c.yaml`, "fail"]);
  const places = ["/w/files/../../../etc/passwd", "/w/files/", "/w/files", "/etc/passwd", "c.yaml"];
  for (const [i, location] of places.entries()) {
    assertEquals((await told(`d${i}`, { location })).dag.location, "", location);
  }
});

Deno.test("hostile worker: steps may be called as they like, files are not", async () => {
  await using at = await bench();
  assertEquals(await at.attempt(), "");
  const names = ["../../x", "/etc/x", "a/../../y", "..", "", "a\0b", "x".repeat(300), "run", "__proto__"];
  const dag = makeDag(names.map((name) => makeStep(name)), { name: "c" });
  const snapshot = snapshotToJson({ ...at.snapshot, dag });
  assertEquals(await at.attempt({ parent: RUN, run: { name: "c", id: "c" }, key: "c#1", snapshot }), "");
  for (const step of names) {
    await at.tell("output", { key: "c#1", merged: true }, { step, data: new Uint8Array(1) });
  }
  assertEquals(at.outside(), []);
});

Deno.test("hostile worker: a run has one attempt at a time, and none after its end", async () => {
  await using at = await bench();
  assertEquals(await at.attempt(), "");
  assertEquals(await at.attempt({ key: "r1#2" }), "invalid_argument");
  for (const key of ["r1#2", "r1#", "r1#x"]) {
    const event = { kind: "run", patch: { status: RunStatus.Failed } };
    assertEquals(await at.tell("event", { key, event }), "invalid_argument", key);
  }
  const child = { parent: RUN, run: { name: "c", id: "c" } };
  assertEquals(await at.attempt({ ...child, key: "c#1" }), "");
  assertEquals(await at.attempt({ ...child, key: "c#2" }), "invalid_argument");
  for (const status of [RunStatus.Queued, RunStatus.NotStarted]) {
    await at.tell("event", { key: KEY, event: { kind: "run", patch: { status: RunStatus.Running } } });
    await at.tell("event", { key: KEY, event: { kind: "run", patch: { status } } });
    assertEquals((await at.record()).status, RunStatus.Running);
  }
  await at.tell("event", { key: KEY, event: { kind: "run", patch: { status: RunStatus.Failed } } });
  assertEquals(await at.tell("close", { key: KEY }), "");
  assertEquals(await at.attempt({ key: "r1#2" }), "invalid_argument");
  await at.tell("event", { key: KEY, event: { kind: "run", patch: { status: RunStatus.Succeeded } } });
  assertEquals((await at.record()).status, RunStatus.Failed);
});

Deno.test("hostile worker: runs of other tasks are not its sub-runs", async () => {
  await using at = await bench();
  assertEquals(await at.attempt(), "");
  const child = (id: string) => at.attempt({ parent: RUN, run: { name: "c", id }, key: `${id}#1` });
  assertEquals([await child("another-task"), await child("own")], ["invalid_argument", ""]);
  assertEquals(await at.runs.findChild(RUN, "another-task"), null);
});

Deno.test("hostile worker: output is bounded, wherever it is said to begin", async () => {
  await using at = await bench();
  assertEquals(await at.attempt(), "");
  const data = new Uint8Array(600).fill(65);
  for (const offset of [0, 0, 999, 500, 5_000, 2 ** 53, 10, 999, 999, 998]) {
    assertEquals(await at.tell("output", { key: KEY, merged: false }, { step: "a", offset, data }), "");
  }
  const folder = (await at.runs.find(RUN.name, RUN.id))!.dir;
  const sizes = [...Deno.readDirSync(folder)].map(({ name }) => Deno.statSync(`${folder}/${name}`).size);
  assert(Math.max(...sizes) < 4000, sizes.join());
  const message = "x".repeat(400);
  for (let i = 0; i < 10; i++) await at.tell("log", { key: KEY, level: "INFO", message, fields: {} });
  await at.tell("close", { key: KEY });
  assert(Deno.statSync((await at.record()).log).size < 2000);
});

Deno.test("hostile worker: pieces of a part that never ends are held up to a limit", async () => {
  await using at = await bench();
  assertEquals(await at.attempt(), "");
  const piece = () => at.tell("piece", {}, { json: "", data: new Uint8Array(4_000_000) });
  const told: string[] = [];
  for (let i = 0; i < 10; i++) told.push(await piece());
  assertEquals(told, [...Array(8).fill(""), "invalid_argument", "invalid_argument"]);
  // Eight of them are no JSON.
  assertEquals(await at.tell("event", {}, { json: "" }), "invalid_argument");
  assertEquals(await at.event(0, { status: NodeStatus.Running }), "");
});

Deno.test("hostile worker: what its records hold in memory is bounded, for it and for all", async () => {
  await using at = await bench(new RecordRoom(130_000, 1 << 30));
  assertEquals(await at.attempt(), "");
  const child = { parent: RUN, run: { name: "c", id: "c" }, key: "c#1" };
  assertEquals(await at.attempt(child), "");
  const large = "x".repeat(30_000);
  const fields = (change: object) => ({ error: large, rejectionReason: large, ...change });
  // The same again takes the place of what is there.
  for (const node of [0, 1, 0, 1]) assertEquals(await at.event(node, fields({})), "");
  assertEquals(await at.event(0, { outputs: { A: large } }), "invalid_argument");
  assertEquals(await at.event(0, { error: "", outputs: { A: large } }), "");
  const ofChild = (error: string) =>
    at.tell("event", { key: "c#1", event: { kind: "run", patch: { status: RunStatus.Failed, error } } });
  assertEquals([await ofChild(large), await ofChild("")], ["invalid_argument", ""]);
  assertEquals(await at.tell("close", { key: "c#1" }), "");
  assertEquals(await at.event(0, { approvedBy: "x".repeat(1_000) }), "");
  const held = at.room.held;
  await at.recorder.forget(CLAIM);
  assertEquals([held > 120_000, at.room.held], [true, 0]);
  const room = new RecordRoom(50_000, 100_000);
  const shares = Array.from({ length: 5 }, () => new RecordShare(room));
  assertEquals(shares.map((share) => isTaken(() => share.hold(KEY, "a", { error: large }))), [
    true,
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("hostile worker: of all workers together no more is held", () => {
  const room = { bytes: 0 };
  const all = Array.from({ length: 20 }, () => new PartPieces(room));
  const piece = new Uint8Array(16_000_000);
  const fits = () => all.filter((pieces) => isTaken(() => pieces.add(piece))).length;
  assertEquals(fits(), 16);
  for (const pieces of all) pieces.drop();
  assertEquals([room.bytes, fits()], [0, 16]);
});

function isTaken(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof CallError && error.code === "resource_exhausted") return false;
    throw error;
  }
}

Deno.test("hostile worker: many short lines of a log are as bounded as few long ones", async () => {
  await using at = await bench();
  assertEquals(await at.attempt(), "");
  for (let i = 0; i < 100; i++) await at.tell("log", { key: KEY, level: "INFO", message: "", fields: {} });
  await at.tell("close", { key: KEY });
  assert(Deno.statSync((await at.record()).log).size < 2000);
});

Deno.test("hostile worker: sub-runs of others are theirs, and there are not too many at once", async () => {
  await using at = await bench();
  assertEquals(await at.attempt(), "");
  const elsewhere = { name: "else", id: "elsewhere" };
  await finish(await at.runs.createAttempt(childAttempt(RUN, "theirs", { parent: elsewhere })));
  const child = (id: string) => at.attempt({ parent: RUN, run: { name: "c", id }, key: `${id}#1` });
  assertEquals(await child("theirs"), "invalid_argument");
  assertEquals((await at.record("theirs")).status, RunStatus.Succeeded);
  let opened = 0;
  let code = "";
  for (; opened < 2000 && code === ""; opened++) code = await child(`c${opened}`);
  assertEquals([code, opened], ["resource_exhausted", 1100]);
  // One that is closed makes room.
  assertEquals(await at.tell("close", { key: "c0#1" }), "");
  const many = `{"name":"c","steps":[${"{},".repeat(99_999)}{}]}`;
  const large = { parent: RUN, run: { name: "c", id: "large" }, key: "large#1", snapshot: many };
  assertEquals(await at.attempt(large), "resource_exhausted");
  assertEquals(await child("more"), "");
});
