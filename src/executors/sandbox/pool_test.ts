import { assert, assertEquals } from "../../../tests/assert.ts";
import type { SandboxListener } from "../../platform/sandbox/sandbox_worker.ts";
import type { Execution } from "../../ports/executor.ts";
import type { SandboxLimits } from "./job.ts";
import { SandboxPool } from "./pool.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

/** Workers that do what the test tells them. */
class FakeWorkers {
  readonly all: FakeWorker[] = [];
  readonly start = (name: string, _set: unknown, listener: SandboxListener): FakeWorker => {
    const worker = new FakeWorker(name, listener);
    this.all.push(worker);
    return worker;
  };

  get alive(): FakeWorker[] {
    return this.all.filter((worker) => !worker.ended);
  }
}

class FakeWorker {
  readonly received: ToWorker[] = [];
  ended = false;

  constructor(readonly name: string, readonly listener: SandboxListener) {}

  post(message: unknown): void {
    this.received.push(message as ToWorker);
  }

  terminate(): void {
    this.ended = true;
  }

  say(message: FromWorker): void {
    this.listener.onMessage(message);
  }

  finish(id: number, retire = false): void {
    this.say({ kind: "done", id, outcome: { exitCode: 0, error: "" }, used: {}, retire });
  }

  get requests(): unknown[] {
    return this.received.flatMap((message) => message.kind === "run" ? [message.request] : []);
  }
}

const LIMITS: SandboxLimits = { workers: 2, requestsPerWorker: 1 };

function job(pool: SandboxPool, request: unknown, more: { limits?: SandboxLimits; host?: string } = {}) {
  const written: string[] = [];
  const execution: Execution = pool.run({
    name: "x",
    permissions: { net: [more.host ?? "a:1"] },
    request,
    limits: more.limits ?? LIMITS,
    log: {
      stdout: "",
      stderr: "",
      direct: true,
      write: (stream, bytes) => {
        written.push(`${stream}:${new TextDecoder().decode(bytes)}`);
        return Promise.resolve();
      },
    },
  });
  return { execution, written, done: execution.done };
}

Deno.test("a set has few workers, further jobs wait for their turn", async () => {
  const workers = new FakeWorkers();
  const pool = new SandboxPool(workers.start);
  const jobs = [1, 2, 3, 4].map((request) => job(pool, request));
  assertEquals(workers.all.map((worker) => worker.requests), [[1], [2]]);
  workers.all[1]!.finish(1);
  assertEquals(workers.all.map((worker) => worker.requests), [[1], [2, 3]]);
  assertEquals(await jobs[1]!.done, { exitCode: 0, error: "" });
  pool.close();
  assertEquals((await jobs[3]!.done).error, "signal: terminated");
  assertEquals((await jobs[0]!.done).exitCode, 1);
  assertEquals(workers.alive, []);
});

Deno.test("a worker does as many jobs at once as it may; another set has its own", () => {
  const workers = new FakeWorkers();
  const pool = new SandboxPool(workers.start);
  const limits = { workers: 1, requestsPerWorker: 3 };
  for (const request of [1, 2, 3, 4]) job(pool, request, { limits });
  job(pool, 5, { host: "b:1" });
  assertEquals(workers.all.map((worker) => worker.requests), [[1, 2, 3], [5]]);
  pool.close();
});

Deno.test("the number of workers is bounded over all sets: idle ones make room", async () => {
  const workers = new FakeWorkers();
  const pool = new SandboxPool(workers.start);
  const jobs = Array.from({ length: 20 }, (_, i) => job(pool, i, { host: `h${i}:1` }));
  const most = workers.alive.length;
  assert(most >= 4 && most <= 16, `${most} workers`);
  assertEquals(workers.all.length, most);
  workers.all[3]!.finish(1);
  assertEquals(await jobs[3]!.done, { exitCode: 0, error: "" });
  assertEquals(workers.all[3]!.ended, true);
  assertEquals(workers.all.length, most + 1);
  assertEquals(workers.all.at(-1)!.requests, [most]);
  for (let next = 0; next < workers.all.length; next++) {
    if (!workers.all[next]!.ended) workers.all[next]!.finish(1);
  }
  assertEquals(workers.all.length, 20);
  for (const { done } of jobs) assertEquals((await done).exitCode, 0);
  pool.close();
});

Deno.test("output stands in the log before the job is done, and is acknowledged", async () => {
  const workers = new FakeWorkers();
  const pool = new SandboxPool(workers.start);
  const { done, written } = job(pool, 1);
  const [worker] = workers.all;
  const bytes = new TextEncoder().encode("hello");
  worker!.say({ kind: "ready" });
  worker!.say({ kind: "output", id: 1, stream: "stderr", bytes });
  worker!.finish(1);
  await done;
  assertEquals(written, ["stderr:hello"]);
  assertEquals(worker!.received.at(-1), { kind: "stored", id: 1, bytes: 5 });
  pool.close();
});

Deno.test("a signal is passed on; killing one job leaves the others in its worker alone", async () => {
  const workers = new FakeWorkers();
  const pool = new SandboxPool(workers.start);
  const limits = { workers: 1, requestsPerWorker: 2 };
  const [first, second] = [job(pool, 1, { limits }), job(pool, 2, { limits })];
  const [worker] = workers.all;
  first!.execution.signal("SIGTERM");
  assertEquals(worker!.received.at(-1), { kind: "stop", id: 1, signal: "SIGTERM" });
  first!.execution.signal("SIGKILL");
  assertEquals(await first!.done, { exitCode: 137, error: "signal: killed" });
  assertEquals(worker!.ended, false);
  worker!.finish(1);
  worker!.finish(2);
  assertEquals((await second!.done).exitCode, 0);
  pool.close();
});

Deno.test("a killed job that does not let go takes its worker with it", async () => {
  const workers = new FakeWorkers();
  const pool = new SandboxPool(workers.start);
  const limits = { workers: 1, requestsPerWorker: 2 };
  const [first, second] = [job(pool, 1, { limits }), job(pool, 2, { limits })];
  first!.execution.signal("SIGKILL");
  assertEquals((await first!.done).error, "signal: killed");
  assertEquals((await second!.done).exitCode, 1);
  assertEquals(workers.all[0]!.ended, true);
  pool.close();
});

Deno.test("code that cannot hear is ended by any signal, and the next job gets a fresh worker", async () => {
  const workers = new FakeWorkers();
  const pool = new SandboxPool(workers.start);
  const limits = { workers: 1, requestsPerWorker: 1, deaf: true };
  const [first, second, third] = [1, 2, 3].map((request) => job(pool, request, { limits }));
  third!.execution.signal("SIGINT");
  first!.execution.signal("SIGTERM");
  assertEquals(await first!.done, { exitCode: 143, error: "signal: terminated" });
  assertEquals((await third!.done).error, "signal: interrupt");
  assertEquals(workers.all.map((worker) => [worker.ended, worker.requests]), [[true, [1]], [false, [2]]]);
  workers.all[1]!.finish(1);
  assertEquals((await second!.done).exitCode, 0);
  pool.close();
});

Deno.test("a worker that breaks down fails its jobs with the reason; a retired one is not used again", async () => {
  const workers = new FakeWorkers();
  const pool = new SandboxPool(workers.start);
  const limits = { workers: 1, requestsPerWorker: 1 };
  const [first, second, third] = [1, 2, 3].map((request) => job(pool, request, { limits }));
  workers.all[0]!.listener.onBreakdown("Module not found");
  assertEquals(await first!.done, { exitCode: 1, error: "Module not found" });
  workers.all[1]!.finish(1, true);
  assertEquals((await second!.done).exitCode, 0);
  assertEquals(workers.all.map((worker) => worker.ended), [true, true, false]);
  workers.all[2]!.finish(1);
  assertEquals((await third!.done).exitCode, 0);
  pool.close();
});
