/** Calls as nobody should make them: too large, too many, unfinished, about what is another's. */
import { gzipSync } from "node:zlib";
import { RunStatus } from "../../../src/core/status.ts";
import type { TaskClaim } from "../../../src/ports/task.ts";
import { snapshotToJson } from "../../../src/stores/file/json/dag_json.ts";
import { HeartbeatRequest } from "../../../src/transport/grpc/messages.ts";
import { resultToWire } from "../../../src/transport/grpc/task_wire.ts";
import type { GrpcClient } from "../../../src/transport/grpc/client.ts";
import { assert, assertEquals } from "../../assert.ts";
import { makeSnapshot } from "../../fakes/attempts.ts";
import { makeDag, makeStep } from "../../fakes/dags.ts";
import type { Check } from "../../support/checks.ts";
import { Cluster } from "../../support/cluster.ts";
import { freePort } from "../../support/free_port.ts";
import { testClient } from "../../support/grpc_ends.ts";
import { Home, until } from "../../support/home.ts";
import { framed, RawConnection } from "../../support/raw_grpc.ts";
import { codeOf, Site } from "./site.ts";

const TIMEOUT = { timeoutMs: 20_000 };
/** What a coordinator may grow by, whatever is sent to it. */
const MAX_MB = 400;

/** A coordinator that asks nobody who he is, as on one machine. */
class OpenDoor implements AsyncDisposable {
  readonly port = freePort();
  readonly #end = testClient([{ host: "127.0.0.1", port: this.port }]);
  #pid = 0;
  #before = 0;

  private constructor(readonly home: Home) {}

  static async open(): Promise<OpenDoor> {
    const door = new OpenDoor(await Home.make());
    const cluster = new Cluster(door.home);
    const coordinator = cluster.coordinator(door.port);
    await cluster.leads(coordinator);
    door.#pid = coordinator.pid;
    await door.serves();
    door.#before = memoryOf(door.#pid);
    return door;
  }

  get client(): GrpcClient {
    return this.#end.client;
  }

  /** Others are answered. @returns megabytes that the coordinator has grown by */
  async serves(): Promise<number> {
    await this.client.call("GetWorkers", {}, TIMEOUT);
    const grown = memoryOf(this.#pid) - this.#before;
    assert(this.#before === 0 || grown < MAX_MB, `It has grown by ${grown} MB`);
    return grown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end[Symbol.dispose]();
    await this.home[Symbol.asyncDispose]();
  }
}

/** Megabytes. */
function memoryOf(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024);
}

/** Messages that are too large, say that they are, become so, are none, or go nowhere. */
async function badMessages(): Promise<string> {
  await using door = await OpenDoor.open();
  using raw = await RawConnection.open(door.port);
  const status = async (bytes: Uint8Array, method = "Heartbeat", headers: Record<string, string> = {}) =>
    (await raw.call(method, bytes, { headers }).ended).status;
  const beat = HeartbeatRequest.encode({ workerId: "w" });
  const unknown = new Uint8Array([...beat, 0x98, 0x7d, 1, 0xa2, 0x7d, 3, 1, 2, 3]);
  const bomb = gzipSync(new Uint8Array(1 << 30));
  const statuses = [
    await status(framed(new Uint8Array(5 << 20))),
    await status(framed(new Uint8Array(10), 3e9)),
    await status(framed(bomb, bomb.length, 1), "Heartbeat", { "grpc-encoding": "gzip" }),
    await status(framed(new Uint8Array(4_000_000).fill(0x1a))),
    await status(framed(beat.subarray(0, 2))),
    await status(framed(beat), "Nothing"),
    await status(framed(beat), "../../etc/passwd"),
    await status(framed(unknown)),
  ];
  assertEquals(statuses, [8, 8, 8, 3, 3, 12, 12, 0]);
  return `refused with 8, 3 and 12; ${await door.serves()} MB more`;
}

/** Requests that begin and do not end, connections that say nothing, calls that are taken back at once. */
async function unfinished(): Promise<string> {
  await using door = await OpenDoor.open();
  const silent: Deno.Conn[] = [];
  for (let i = 0; i < 1000; i++) {
    silent.push(await Deno.connect({ hostname: "127.0.0.1", port: door.port }));
  }
  const part = framed(new Uint8Array(3_900_000), 4_000_000);
  using raw = await RawConnection.open(door.port);
  const calls = Array.from({ length: 300 }, () => raw.call("Heartbeat", part, { finish: false }));
  await Promise.all(calls.slice(0, 250).map(({ ended }) => ended));
  const grown = await door.serves();
  using hasty = await RawConnection.open(door.port);
  for (let i = 0; i < 20_000 && hasty.isOpen; i++) hasty.reset("Heartbeat");
  await door.serves();
  for (const connection of silent) connection.close();
  return `300 of 4 MB, 1,000 silent, 20,000 taken back: others are served, ${grown} MB more`;
}

/** One certificate for very many workers, polls, labels and runs. */
async function tooMany(): Promise<string> {
  await using site = await Site.open();
  const before = memoryOf(site.pid);
  using rogue = testClient([{ host: "127.0.0.1", port: site.port }], site.tls("worker-w2"));
  const beat = (more: object) => codeOf(rogue.client.call("Heartbeat", { workerId: "w2", ...more }, TIMEOUT));
  const ids = await Promise.all(Array.from({ length: 1000 }, (_, i) => beat({ workerId: `w2@${i}` })));
  assertEquals(ids.filter((code) => code === "").length, 200);
  const running = Array.from({ length: 100_000 }, (_, i) => ({ dagRunId: `r${i}`, dagName: "d" }));
  const labels = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, "v"]));
  const stats = { totalPollers: 1, busyPollers: 1, runningTasks: running };
  const refusals = [
    await beat({ workerId: "w2@0", stats }),
    await beat({ workerId: "w2@0", labels }),
    await beat({ workerId: "w2@0", labels: { a: "x".repeat(10 << 20) } }),
    await beat({ workerId: "w2@0", host: "x".repeat(1 << 20) }),
    await beat({ workerId: "w2@../../x" }),
    await beat({ workerId: "w2@\0" }),
  ];
  const bad = "invalid_argument";
  assertEquals(refusals, Array(6).fill(bad));
  const codes: string[] = [];
  const gone = new AbortController();
  // All at once would keep both sides from answering whether they still live.
  for (let made = 0; made < 10_000; made += 1000) {
    for (let i = 0; i < 1000; i++) {
      const request = { workerId: `w2@${i % 50}`, pollerId: "p", confirms: true };
      codeOf(rogue.client.call("Poll", request, { timeoutMs: 90_000, signal: gone.signal }))
        .then((code) => codes.push(code));
    }
    await until(() => codes.length >= made, "the refusals");
  }
  assertEquals(await site.dispatch("known", site.tls("client-s1"), { selector: {} }), "");
  const grown = memoryOf(site.pid) - before;
  gone.abort();
  assertEquals(codes.slice(0, 9000).every((code) => code === "resource_exhausted"), true);
  assert(grown < MAX_MB, `It has grown by ${grown} MB`);
  return `200 ids of 1,000 and 1,000 polls of 10,000 are let in; ${grown} MB more`;
}

/** A worker that has a task of its own, and speaks of others'. */
async function othersTasks(): Promise<string> {
  await using site = await Site.open();
  const dispatch = (id: string, label: string) =>
    site.dispatch(id, site.tls("client-s1"), {
      selector: { own: label },
      snapshot: snapshotToJson(makeSnapshot(makeDag([makeStep("a")], { name: "etl" }))),
    });
  const worker = async (id: string) => {
    const { client } = testClient([{ host: "127.0.0.1", port: site.port }], site.tls(`worker-${id}`));
    await dispatch(id, id);
    const self = { workerId: `${id}@1`, labels: { own: id }, remote: true };
    const { task } = await client.call("Poll", { ...self, confirms: true }, TIMEOUT);
    const { taskId, attempt, epoch } = task!;
    return { client, claim: { taskId, attempt, epoch, workerId: self.workerId }, task: task! };
  };
  const victim = await worker("w1");
  const rogue = await worker("w2");
  const say = async (claim: TaskClaim) => {
    const { client } = rogue;
    const result = resultToWire({ status: RunStatus.Succeeded, error: "", params: "", outputs: {} });
    return [
      await codeOf(client.call("ConfirmTask", { claim }, TIMEOUT)),
      await codeOf(client.call("BeginTask", { claim }, TIMEOUT)),
      await codeOf(client.call("EndTask", { claim, result }, TIMEOUT)),
      await codeOf(client.call("ReturnTask", { claim, reason: "" }, TIMEOUT)),
      await codeOf(client.call("RecordRun", { claim, parts: [] }, TIMEOUT)),
    ];
  };
  const all = (code: string) => Array(5).fill(code);
  assertEquals(await say(victim.claim), all("permission_denied"));
  assertEquals(await say({ ...victim.claim, workerId: "w2@1" }), all("aborted"));
  for (const attempt of [0, -1, 2]) assertEquals(await say({ ...rogue.claim, attempt }), all("aborted"));
  assertEquals(await say({ ...rogue.claim, taskId: "../../x" }), all("aborted"));
  // Its own, as nobody should speak of it.
  assertEquals(await codeOf(rogue.client.call("ConfirmTask", { claim: rogue.claim }, TIMEOUT)), "");
  const tell = (json: object, more: object = {}) => {
    const part = { number: 1, kind: "event", step: "", stream: "", offset: 0, data: new Uint8Array() };
    const parts = [{ ...part, ...more, json: JSON.stringify(json) }];
    return codeOf(rogue.client.call("RecordRun", { claim: rogue.claim, parts }, TIMEOUT));
  };
  const { snapshot } = rogue.task;
  const run = { name: "etl", id: "w2" };
  const attempt = { key: "w2#1", run, parent: null, createdAt: 1, snapshot, previous: "", folder: "" };
  assertEquals(await tell({ ...attempt, key: "../../x#1" }, { kind: "attempt" }), "invalid_argument");
  assertEquals(await tell({ key: "w1#1", event: { kind: "run", patch: {} } }), "aborted");
  assertEquals(await tell(attempt, { kind: "attempt" }), "");
  const output = { number: 2, kind: "output", data: new Uint8Array(10) };
  const refusals = [
    await tell({ key: "w2#1" }, { ...output, step: "a", offset: -1 }),
    await tell({ key: "w2#1" }, { ...output, step: "../../x" }),
    await tell({ key: "w2#1" }, { ...output, step: "a", stream: "../x" }),
    await tell({ key: "w2#1", event: { kind: "node", node: 99, patch: {} } }, { number: 2 }),
    await tell({ key: "w2#1" }, { number: 99, kind: "close" }),
  ];
  assertEquals(refusals, Array(5).fill("invalid_argument"));
  // The other one has its task as before.
  const { claim } = victim;
  assertEquals(await codeOf(victim.client.call("ConfirmTask", { claim }, TIMEOUT)), "");
  assertEquals(site.home.marks(), []);
  for (const { client } of [victim, rogue]) client.close();
  return "confirm, begin, end, return and record of others' tasks and old offers: refused";
}

export const SWEEP: Readonly<Record<string, Check>> = {
  "bad messages": badMessages,
  "unfinished calls": unfinished,
  "one certificate for very much": tooMany,
  "others' tasks": othersTasks,
};
