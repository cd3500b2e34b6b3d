/** A task of a worker without the coordinator's folders, from the agent's first word to its permission to begin. */
import { assertEquals } from "../../../tests/assert.ts";
import { FakeClock, settle } from "../../../tests/fakes/fake_clock.ts";
import { aTask } from "../../../tests/fakes/tasks.ts";
import type { LineProcess } from "../../platform/process/line_process.ts";
import type { TaskResult } from "../../ports/task.ts";
import type { TaskSource } from "../../ports/task_source.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import { AgentPool } from "../agents/agent_pool.ts";
import type { FromAgent, ToAgent } from "../agents/protocol.ts";
import { attemptKey } from "../remote_runs/run_part.ts";
import { HeldTask } from "./held_task.ts";
import { RemoteTaskRunner } from "./remote_task_runner.ts";
import { Backoff } from "./retrying.ts";

const TASK = aTask("r1");
const CLAIM = { taskId: "t", attempt: 1, epoch: 1, workerId: "w" };

/** An agent that tells of its attempt as soon as it has a run, and does as it is told. */
class FakeAgent implements LineProcess {
  readonly pid = 1;
  readonly told: string[] = [];
  readonly ended = new Promise<string>(() => {});

  constructor(readonly say: (line: FromAgent) => void) {
    queueMicrotask(() => say({ say: "ready" }));
  }

  send(value: unknown): void {
    const line = value as ToAgent;
    this.told.push(line.kind === "signal" ? line.signal : line.kind);
    if (line.kind === "task") this.#open();
    if (line.kind === "recorded") this.say({ say: "began", run: TASK.run });
    if (line.kind === "signal") this.say({ say: "failed", error: "it is not to begin" });
  }

  close(): void {}

  #open(): void {
    const key = attemptKey(TASK.run.id, 1);
    const told = { createdAt: 1, snapshot: "", previous: "", folder: "" };
    this.say({ say: "part", part: { kind: "attempt", key, run: TASK.run, parent: null, ...told } });
  }
}

class Bench implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly agents: FakeAgent[] = [];
  readonly results: TaskResult[] = [];
  /** What records are answered with; null when nobody answers. */
  answer: (() => number) | null = null;
  readonly task: HeldTask;

  constructor(readonly root: string) {
    const { clock } = this;
    const random = (length: number) => new Uint8Array(length);
    const log = () => {};
    const source = {
      confirm: () => Promise.resolve(),
      begin: () => Promise.resolve(),
      end: (_claim: unknown, result: TaskResult) => Promise.resolve(void this.results.push(result)),
      record: () =>
        this.answer
          ? Promise.resolve().then(this.answer)
          : Promise.reject(new CallError("unavailable", "gone")),
    } as unknown as TaskSource;
    const pool = new AgentPool({
      start: (say) => {
        const agent = new FakeAgent(say as (line: FromAgent) => void);
        this.agents.push(agent);
        return agent;
      },
      clock,
      processors: 1,
      idleMs: 1000,
      saturated: () => false,
    });
    const cleanUp = () => Promise.resolve();
    const place = { workerId: "w", root };
    const runner = new RemoteTaskRunner({ ...place, pool, source, clock, random, log, cleanUp });
    const backoff = () => new Backoff(clock, random);
    this.task = new HeldTask({
      offer: { task: TASK, claim: CLAIM },
      source,
      runner,
      backoff,
      now: () => clock.now(),
      log,
    });
  }

  get told(): readonly string[] {
    return this.agents.flatMap(({ told }) => told);
  }

  async pass(ms: number): Promise<void> {
    let over = false;
    this.clock.sleep(ms).then(() => over = true);
    await settle();
    while (!over) {
      this.clock.step();
      await settle();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

async function bench(): Promise<Bench> {
  return new Bench(await Deno.makeTempDir({ prefix: "runner-" }));
}

Deno.test("remote tasks: a run begins when the coordinator has its record, and knows the worker again", async () => {
  await using at = await bench();
  void at.task.carryOut();
  await at.pass(30_000);
  assertEquals(at.told, ["task"]);
  at.answer = () => 1;
  await at.pass(5_000);
  // The last that was heard of the task's being the worker's is older than anything may be begun upon.
  assertEquals(at.told, ["task"]);
  at.task.renew(at.clock.now());
  await at.pass(100);
  assertEquals(at.told, ["task", "recorded"]);
});

Deno.test("remote tasks: a run whose record is refused does not begin, and that is told", async () => {
  await using at = await bench();
  at.answer = () => {
    throw new CallError("failed_precondition", "it is back in its queue");
  };
  await at.task.carryOut();
  assertEquals(at.told, ["task", "SIGKILL"]);
  assertEquals(at.results, [{ status: null, error: "it is back in its queue", params: "", outputs: {} }]);
  assertEquals([...Deno.readDirSync(`${at.root}/w`)], []);
});

Deno.test("remote tasks: a run that is another worker's meanwhile does not begin, and nothing is told", async () => {
  await using at = await bench();
  const over = at.task.carryOut();
  await at.pass(1_000);
  at.task.lose();
  await over;
  assertEquals([at.told, at.results], [["task", "SIGKILL"], []]);
});
