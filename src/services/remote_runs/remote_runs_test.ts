/** Two histories: that of an agent without the coordinator's folders, and the coordinator's, which follows it. */
import { assert, assertEquals, assertRejects } from "../../../tests/assert.ts";
import { childAttempt, finish, makeSnapshot, newAttempt } from "../../../tests/fakes/attempts.ts";
import { makeDag, makeStep } from "../../../tests/fakes/dags.ts";
import { settle } from "../../../tests/fakes/fake_clock.ts";
import { readRange, writeAt } from "../../platform/logs/log_files.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { Dag } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { truncationNote } from "../../core/log_limit.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";
import type { Attempt, RunStore, Snapshot } from "../../ports/run_store.ts";
import type { Task, TaskClaim } from "../../ports/task.ts";
import type { RecordPart } from "../../ports/task_source.ts";
import { snapshotToJson } from "../../stores/file/json/dag_json.ts";
import { FileRunStore } from "../../stores/file/runs/run_store.ts";
import { MAX_MESSAGE_BYTES } from "../../transport/grpc/grpc_js.ts";
import { RecordRunRequest } from "../../transport/grpc/messages.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import { Backoff } from "../worker/retrying.ts";
import { MAX_PART_BYTES } from "./part_pieces.ts";
import { RecordSender } from "./record_sender.ts";
import { RecordRoom } from "./record_share.ts";
import type { AgentPart } from "./run_part.ts";
import { RunRecorder } from "./run_recorder.ts";
import { streamedRuns } from "./streamed_runs.ts";

const RUN = { name: "etl", id: "r1" };
const CLAIM: TaskClaim = { taskId: "t", attempt: 1, epoch: 1, workerId: "w-1" };

class Bench implements AsyncDisposable {
  readonly here: FileRunStore;
  readonly there: FileRunStore;
  readonly cancelled: TaskClaim[] = [];
  readonly sent: RecordPart[][] = [];
  /** What the next calls are answered with, before and instead of the recorder. */
  lost: ("before" | "after")[] = [];
  isCalled = true;
  recorder: RunRecorder;
  readonly snapshot: Snapshot;

  constructor(readonly root: string, dag: Partial<Dag>) {
    const place = { name: "etl", location: "/dags/etl.yaml" };
    this.snapshot = makeSnapshot(makeDag([makeStep("a"), makeStep("b")], { ...place, ...dag }));
    this.here = new FileRunStore({ dataDir: `${root}/coordinator/data`, logDir: `${root}/coordinator/logs` });
    this.there = new FileRunStore({ dataDir: `${root}/worker/data`, logDir: `${root}/worker/logs` });
    this.recorder = this.newRecorder();
  }

  newRecorder(): RunRecorder {
    return new RunRecorder({
      runs: this.here,
      clock: systemClock,
      writeAt,
      room: new RecordRoom(),
      readDag: (path) => Promise.reject(new Error(path)),
      isAnothers: () => false,
      isCalled: () => Promise.resolve(this.isCalled),
      onCancel: (claim) => this.cancelled.push(claim),
    });
  }

  task(change: Partial<Task> = {}): Task {
    return {
      run: RUN,
      root: RUN,
      parent: null,
      operation: "start",
      params: "",
      step: "",
      following: false,
      selector: {},
      definition: "",
      snapshot: snapshotToJson(this.snapshot),
      previous: "",
      files: [],
      trigger: "",
      depth: 0,
      workingDir: "",
      hidden: [],
      ...change,
    };
  }

  sender(task = this.task(), claim = CLAIM): RecordSender {
    return new RecordSender({
      source: {
        record: async (claim, parts) => {
          const lost = this.lost.shift();
          if (lost === "before") throw new CallError("unavailable", "gone");
          this.sent.push([...parts]);
          const stored = await this.recorder.take(task, claim, parts);
          if (lost === "after") throw new CallError("unavailable", "gone");
          return stored;
        },
      },
      claim,
      backoff: new Backoff(systemClock, () => new Uint8Array(1)),
      clock: systemClock,
      readRange,
    });
  }

  streamed(sender: RecordSender): RunStore {
    return streamedRuns({
      local: this.there,
      top: RUN,
      folder: "/w/files",
      tell: (part) => sender.take(JSON.parse(JSON.stringify(part))),
      recorded: sender.begun,
    });
  }

  async open(sender: RecordSender): Promise<Attempt> {
    return await this.streamed(sender).createAttempt(
      newAttempt(RUN.id, { snapshot: this.snapshot, root: RUN }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

async function bench(dag: Partial<Dag> = {}): Promise<Bench> {
  return new Bench(await Deno.makeTempDir({ prefix: "remote-" }), dag);
}

/** One step that prints, from its beginning to its end. */
async function step(attempt: Attempt, node: number, text: string): Promise<void> {
  const { name } = attempt.record.nodes[node]!.step;
  const files = await attempt.stepFiles(name, false);
  attempt.append({
    kind: "node",
    node,
    patch: { status: NodeStatus.Running, startedAt: 1, pgid: 4711, ...files },
  });
  Deno.writeTextFileSync(files.stdout, text, { append: true });
  attempt.append({ kind: "node", node, patch: { status: NodeStatus.Succeeded, finishedAt: 2, pgid: 0 } });
}

async function end(attempt: Attempt): Promise<void> {
  attempt.append({ kind: "run", patch: { status: RunStatus.Succeeded, finishedAt: 3 } });
  await attempt.close();
}

Deno.test("remote runs: the coordinator's history is that of the worker, with its own paths", async () => {
  await using at = await bench();
  const sender = at.sender();
  const attempt = await at.open(sender);
  await sender.begun;
  attempt.append({ kind: "run", patch: { status: RunStatus.Running, startedAt: 1 } });
  attempt.log("INFO", "hello", { a: "b" });
  await step(attempt, 0, "x".repeat(700_000) + "end\n");
  await step(attempt, 1, "second\n");
  await attempt.writeOutputs({ o: "1" });
  await end(attempt);
  await sender.finish();
  const stored = (await at.here.find("etl", "r1"))!;
  assertEquals([stored.record.status, stored.record.workerId, stored.lease?.host], [
    RunStatus.Succeeded,
    "w-1",
    "w-1",
  ]);
  const [a, b] = stored.record.nodes.map(({ state }) => state);
  assertEquals([a!.status, b!.status], [NodeStatus.Succeeded, NodeStatus.Succeeded]);
  assert(a!.stdout.startsWith(`${at.root}/coordinator/`), a!.stdout);
  assertEquals(Deno.readTextFileSync(a!.stdout), "x".repeat(700_000) + "end\n");
  assertEquals(Deno.readTextFileSync(b!.stdout), "second\n");
  assert(Deno.readTextFileSync(stored.record.log).includes("hello"));
  assertEquals(JSON.parse(Deno.readTextFileSync(`${stored.dir}/outputs.json`)).outputs, { o: "1" });
  assertEquals((await at.here.snapshot(stored)).dag.location, "/dags/etl.yaml");
  assert(at.sent.every((parts) => parts.reduce((sum, { data }) => sum + data.length, 0) < 3_000_000));
});

Deno.test("remote runs: a change that is too large for one call comes in pieces", async () => {
  await using at = await bench();
  at.lost = ["after", "before", "after", "before"];
  const sender = at.sender();
  const attempt = await at.open(sender);
  const outputs = { X: "€".repeat(2_000_000), Y: "ä".repeat(200_000) };
  for (const node of [0, 1]) attempt.append({ kind: "node", node, patch: { outputs } });
  await attempt.writeOutputs(outputs);
  await end(attempt);
  await sender.finish();
  const { record, dir } = (await at.here.find("etl", "r1"))!;
  assertEquals(record.status, RunStatus.Succeeded);
  assert(record.nodes.every(({ state }) => state.outputs.X === outputs.X && state.outputs.Y === outputs.Y));
  assertEquals(JSON.parse(Deno.readTextFileSync(`${dir}/outputs.json`)).outputs, outputs);
  const sizes = at.sent.map((parts) => RecordRunRequest.encode({ claim: CLAIM, parts }).length);
  assert(Math.max(...sizes) < MAX_MESSAGE_BYTES / 2, String(Math.max(...sizes)));
});

Deno.test("remote runs: a change that is too large to be told ends the telling, with the reason", async () => {
  await using at = await bench();
  const sender = at.sender();
  const attempt = await at.open(sender);
  const tell = sender.take.bind(sender);
  const early: AgentPart[] = [];
  sender.take = (part) => void early.push(part);
  attempt.append({ kind: "node", node: 0, patch: { outputs: { X: "x".repeat(MAX_PART_BYTES) } } });
  // All at once, as from an agent that nobody has listened to for a while.
  for (const part of early) tell(part);
  await assertRejects(() => sender.sent, DaguError, 'one change of its record ("event") has 335');
  await assertRejects(() => sender.finish(), DaguError, `at most ${MAX_PART_BYTES} are allowed`);
  await sender.begun;
  const problem = "it is too large";
  await at.recorder.forget(CLAIM, problem);
  const stored = (await at.here.find("etl", "r1"))!;
  assertEquals((await at.here.closeDead(stored, { certain: true })).record.error, problem);
});

Deno.test("remote runs: lost calls and lost answers neither lose nor double anything", async () => {
  await using at = await bench();
  at.lost = ["before", "after", "after", "before", "after"];
  const sender = at.sender();
  const attempt = await at.open(sender);
  for (const text of ["1\n", "2\n", "3\n"]) await step(attempt, 0, text);
  await end(attempt);
  await sender.finish();
  const { record } = (await at.here.find("etl", "r1"))!;
  assertEquals(record.status, RunStatus.Succeeded);
  assertEquals(Deno.readTextFileSync(record.nodes[0]!.state.stdout), "1\n2\n3\n");
});

Deno.test("remote runs: a coordinator that began anew goes on with the same record", async () => {
  await using at = await bench();
  const sender = at.sender();
  const attempt = await at.open(sender);
  await step(attempt, 0, "before\n");
  while (at.sent.flat().every(({ kind }) => kind !== "output")) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  at.recorder = at.newRecorder();
  await step(attempt, 0, "after\n");
  await end(attempt);
  await sender.finish();
  const { record } = (await at.here.find("etl", "r1"))!;
  assertEquals([record.status, record.nodes[0]!.state.status], [RunStatus.Succeeded, NodeStatus.Succeeded]);
  assertEquals(Deno.readTextFileSync(record.nodes[0]!.state.stdout), "before\nafter\n");
  assertEquals((await at.here.list("etl", {})).length, 1);
});

/** A run at its first step, and the coordinator after the one that has recorded that. */
async function followed(at: Bench): Promise<{ readonly sender: RecordSender; readonly attempt: Attempt }> {
  const sender = at.sender();
  const attempt = await at.open(sender);
  await sender.begun;
  await at.recorder.forget(CLAIM);
  at.recorder = at.newRecorder();
  Deno.removeSync(`${at.root}/coordinator/data/proc`, { recursive: true });
  return { sender, attempt };
}

Deno.test("remote runs: the coordinator that follows keeps a run alive before anything more is told of it", async () => {
  await using at = await bench();
  await at.recorder.keep(at.task(), CLAIM);
  const { sender, attempt } = await followed(at);
  const liveness = async () => await at.here.liveness((await at.here.find("etl", "r1"))!);
  assertEquals(await liveness(), "unknown");
  await at.recorder.keep(at.task(), CLAIM);
  assertEquals(await liveness(), "alive");
  await step(attempt, 0, "");
  await end(attempt);
  await sender.finish();
  assertEquals((await at.here.find("etl", "r1"))!.record.status, RunStatus.Succeeded);
});

Deno.test("remote runs: what others took for dead does not end well after all", async () => {
  await using at = await bench();
  const { sender, attempt } = await followed(at);
  await at.here.closeDead((await at.here.find("etl", "r1"))!, { certain: true });
  await end(attempt);
  await assertRejects(() => sender.finish(), CallError, "Others have ended this run");
  await at.recorder.forget(CLAIM, "it is not its worker's any more");
  assertEquals((await at.here.find("etl", "r1"))!.record.status, RunStatus.Failed);
});

Deno.test("remote runs: a record that cannot be closed is let go of", async () => {
  await using at = await bench();
  const sender = at.sender();
  const attempt = await at.open(sender);
  await at.here.closeDead((await at.here.find("etl", "r1"))!, { certain: true });
  await end(attempt);
  await assertRejects(() => sender.finish(), CallError, "another process closed");
  await at.recorder.forget(CLAIM, "it could not be recorded");
});

for (const kind of ["attempt", "output", "close"]) {
  Deno.test(`remote runs: a coordinator that cannot say any more that it stored the ${kind} loses nothing`, async () => {
    await using at = await bench();
    await at.here.createQueued({ snapshot: at.snapshot, dagRunId: RUN.id, createdAt: 1, trigger: "" });
    const first = at.recorder;
    const take = first.take.bind(first);
    first.take = async (task, claim, parts) => {
      const stored = await take(task, claim, parts);
      if (!parts.some((part) => part.kind === kind)) return stored;
      at.recorder = at.newRecorder();
      throw new CallError("unavailable", "gone");
    };
    const sender = at.sender(at.task({ trigger: "queue" }));
    const attempt = await at.open(sender);
    await sender.begun;
    await step(attempt, 0, "once\n");
    await end(attempt);
    await sender.finish();
    assert(at.recorder !== first);
    const { record } = (await at.here.find("etl", "r1"))!;
    assertEquals([record.status, record.nodes[0]!.state.status], [RunStatus.Succeeded, NodeStatus.Succeeded]);
    assertEquals(Deno.readTextFileSync(record.nodes[0]!.state.stdout), "once\n");
  });
}

Deno.test("remote runs: a sub-run that is tried again has as many attempts here as there", async () => {
  await using at = await bench();
  const sender = at.sender();
  const runs = at.streamed(sender);
  const top = await runs.createAttempt(newAttempt(RUN.id, { snapshot: at.snapshot, root: RUN }));
  for (const [i, status] of [RunStatus.Failed, RunStatus.Succeeded].entries()) {
    const given = childAttempt(RUN, "c1", { again: i > 0 });
    const previous = i > 0 ? (await runs.findChild(RUN, "c1"))!.record : null;
    await finish(await runs.createAttempt({ ...given, previous }), status);
  }
  await end(top);
  await sender.finish();
  const child = (await at.here.findChild(RUN, "c1"))!;
  assertEquals([child.record.status, child.lease!.epoch], [RunStatus.Succeeded, 2]);
});

Deno.test("remote runs: a request to stop in the history reaches the worker", async () => {
  await using at = await bench();
  const sender = at.sender();
  const attempt = await at.open(sender);
  await sender.begun;
  await at.here.requestCancel((await at.here.find("etl", "r1"))!);
  while (at.cancelled.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(at.cancelled, [CLAIM]);
  await end(attempt);
  await sender.finish();
});

Deno.test("remote runs: a run that the history refuses is refused", async () => {
  await using at = await bench();
  const first = at.sender();
  const attempt = await at.open(first);
  await end(attempt);
  await first.finish();
  const again = at.sender(at.task({ trigger: "queue" }), { ...CLAIM, attempt: 2 });
  again.take({
    kind: "attempt",
    key: "r1#1",
    run: RUN,
    parent: null,
    createdAt: 1,
    snapshot: snapshotToJson(at.snapshot),
    previous: "",
    folder: "/w/files",
  });
  await assertRejects(() => again.begun, CallError, "not queued any more");
});

Deno.test("remote runs: a run that was given back to its queue does not begin", async () => {
  await using at = await bench();
  await at.here.createQueued({ snapshot: at.snapshot, dagRunId: RUN.id, createdAt: 1, trigger: "" });
  at.isCalled = false;
  await assertRejects(
    () => at.open(at.sender(at.task({ trigger: "queue" }))),
    CallError,
    "back in its queue",
  );
  assertEquals((await at.here.find("etl", "r1"))!.record.status, RunStatus.Queued);
});

Deno.test("remote runs: a run begins when the coordinator has it, not before", async () => {
  await using at = await bench();
  const sender = at.sender();
  const calls = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const { recorder } = at;
  const take = recorder.take.bind(recorder);
  recorder.take = async (task, claim, parts) => {
    calls.resolve();
    await answer.promise;
    return await take(task, claim, parts);
  };
  let opened = false;
  const opening = at.open(sender).then((attempt) => {
    opened = true;
    return attempt;
  });
  await calls.promise;
  await settle();
  assert(!opened);
  assertEquals(await at.here.find("etl", "r1"), null);
  answer.resolve();
  await end(await opening);
  await sender.finish();
  assertEquals((await at.here.find("etl", "r1"))!.record.status, RunStatus.Succeeded);
});

Deno.test("remote runs: an attempt that comes in pieces is there with its last one", async () => {
  await using at = await bench({ description: "x".repeat(1_000_000) });
  const sender = at.sender();
  const attempt = await at.open(sender);
  assertEquals(at.sent.map((parts) => parts.at(-1)!.kind), ["piece", "piece", "piece", "attempt"]);
  assert(await at.here.find("etl", "r1"));
  await end(attempt);
  await sender.finish();
});

Deno.test("remote runs: a worker writes into its own runs only", async () => {
  await using at = await bench();
  const sender = at.sender();
  await at.open(sender);
  await sender.begun;
  const event = { kind: "run", patch: { status: RunStatus.Failed } };
  const part = (json: unknown, kind: RecordPart["kind"] = "event"): RecordPart => ({
    number: 1,
    kind,
    json: JSON.stringify(json),
    step: "",
    stream: "",
    offset: 0,
    data: new Uint8Array(),
  });
  const rogue = { ...CLAIM, taskId: "t2", workerId: "w-2" };
  const take = (one: RecordPart) => at.newRecorder().take(at.task(), rogue, [one]);
  await assertRejects(() => take(part({ key: "r1#1", event })), CallError, "not the worker's");
  await assertRejects(() => take(part({ key: "../../x#1", event })), CallError);
  await assertRejects(() => take({ ...part(0), json: "{" }), CallError, "no JSON");
  const foreign = {
    kind: "attempt",
    key: "c#1",
    run: { name: "c", id: "c" },
    parent: { name: "x", id: "x" },
  };
  const attempt = {
    ...foreign,
    snapshot: snapshotToJson(at.snapshot),
    previous: "",
    folder: "",
    createdAt: 1,
  };
  await assertRejects(() => take(part(attempt, "attempt")), CallError, "below a run of the task");
  sender.abort();
});

Deno.test("remote runs: a log that grows beyond its limit is kept up to there, whoever cuts it off", async () => {
  await using at = await bench({ maxLogSize: 300_000 });
  const sender = at.sender();
  const attempt = await at.open(sender);
  await sender.begun;
  attempt.append({ kind: "run", patch: { status: RunStatus.Running, startedAt: 1 } });
  await step(attempt, 0, "x".repeat(200_000) + "y".repeat(600_000));
  await step(attempt, 1, "z".repeat(300_000));
  await end(attempt);
  await sender.finish();
  const [a, b] = (await at.here.find("etl", "r1"))!.record.nodes.map(({ state }) =>
    Deno.readTextFileSync(state.stdout)
  );
  assertEquals(a, "x".repeat(200_000) + "y".repeat(100_000) + truncationNote(300_000));
  assertEquals(b, "z".repeat(300_000));
});
