import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { finish, newAttempt, ownLease, runEvent, twoSteps } from "../../../tests/fakes/attempts.ts";
import { drive, FakeClock, settle } from "../../../tests/fakes/fake_clock.ts";
import { Random } from "../../../tests/fakes/random.ts";
import { DaguError, NotYetError } from "../../core/errors.ts";
import type { Priority } from "../../core/queue_order.ts";
import { RunStatus } from "../../core/status.ts";
import type { LaunchEnd, LaunchRequest, LaunchWait, RunLauncher } from "../../ports/run_launcher.ts";
import type { Attempt } from "../../ports/run_store.ts";
import { MemoryQueueStore } from "../../stores/memory/queue_store.ts";
import { MemoryRunStore } from "../../stores/memory/run_store.ts";
import { QueueConsumer } from "./queue_consumer.ts";

/** A scheduler's surroundings, in memory. */
class World {
  readonly clock = new FakeClock();
  readonly queues = new MemoryQueueStore(() => this.clock.now());
  readonly dead = new Set<string>();
  readonly runs = new MemoryRunStore(({ token }) => !this.dead.has(token));
  readonly begun: string[] = [];
  readonly logs: string[] = [];
  readonly limits: Record<string, number> = {};
  readonly going = new Map<string, Attempt>();
  /** What a launch of that run meets; it begins when there is nothing. */
  readonly obstacles = new Map<string, (wait: LaunchWait) => Promise<void>>();
  readonly #ends = new Map<string, (end: LaunchEnd) => void>();
  epoch = 1;
  holds = true;
  lacks = 0;
  readonly open: string[] = [];
  consumer: QueueConsumer | null = null;

  launcher: RunLauncher = {
    launch: async (request: LaunchRequest, wait?: LaunchWait) => {
      assert(request.kind === "continue");
      assertEquals(request.trigger, "queue");
      const { run } = request;
      await this.obstacles.get(run.id)?.(wait!);
      const stored = (await this.runs.find(run.name, run.id))!;
      const { dag } = await this.runs.snapshot(stored);
      const again = newAttempt(run.id, { dag, again: true, onlyQueued: true, previous: stored.record });
      const attempt = await this.runs.createAttempt(again);
      attempt.append(runEvent(RunStatus.Running));
      this.begun.push(run.id);
      this.going.set(run.id, attempt);
      return { run, pid: 1, ended: new Promise((resolve) => this.#ends.set(run.id, resolve)) };
    },
  };

  async enqueue(id: string, queue = "lane", priority: Priority = "low", maxActiveRuns = 1): Promise<void> {
    const dag = { ...twoSteps(), queue, maxActiveRuns };
    const place = await this.queues.reserve(queue, { name: dag.name, id }, priority);
    await this.runs.createQueued(newAttempt(id, { dag, createdAt: place.item.queuedAt }));
    await place.take();
  }

  async end(id: string): Promise<void> {
    const attempt = this.going.get(id)!;
    this.going.delete(id);
    await finish(attempt);
    this.#ends.get(id)!({ status: RunStatus.Succeeded, error: "" });
    await this.pass();
  }

  /** A consumer at work. */
  start(): { stop(): Promise<void> } {
    const { epoch } = this;
    const controller = new AbortController();
    this.consumer = new QueueConsumer({
      ...this,
      fence: { epoch, holds: () => this.holds && epoch === this.epoch },
      onOpen: ({ id }) => this.open.push(id),
      report: {
        log: (level, message, fields) => this.logs.push(`${level} ${message} ${JSON.stringify(fields)}`),
        began: () => {},
        lacksWorker: () => this.lacks++,
        quarantined: () => {},
      },
    });
    const ended = this.consumer.run(controller.signal);
    return {
      stop: async () => {
        controller.abort();
        await drive(this.clock, ended);
      },
    };
  }

  /** Lets `ms` go by. */
  async pass(ms = 100): Promise<void> {
    const until = this.clock.now() + ms;
    let due = false;
    this.clock.sleep(ms).then(() => due = true);
    await settle();
    while (!due && this.clock.now() <= until) {
      this.clock.step();
      await settle();
    }
  }
}

Deno.test("consumer: runs start in order, as many as the queue lets, and refill at once", async () => {
  const world = new World();
  world.limits.lane = 2;
  for (const id of ["a", "b", "c", "d"]) await world.enqueue(id);
  await world.enqueue("urgent", "lane", "high");
  const consumer = world.start();
  await world.pass();
  assertEquals(world.begun, ["urgent", "a"]);
  await world.end("a");
  assertEquals(world.begun, ["urgent", "a", "b"]);
  await world.enqueue("e");
  await world.end("urgent");
  await world.end("b");
  assertEquals(world.begun, ["urgent", "a", "b", "c", "d"]);
  await world.end("c");
  await world.end("d");
  assertEquals(world.begun.at(-1), "e");
  await world.end("e");
  assertEquals(await world.queues.contents("lane"), { waiting: [], claims: [], reserved: [], bad: [] });
  await consumer.stop();
});

Deno.test("consumer: without a configured limit the first run's DAG sets it", async () => {
  const world = new World();
  for (const id of ["a", "b"]) await world.enqueue(id);
  for (const id of ["x", "y", "z"]) await world.enqueue(id, "wide", "low", 2);
  const consumer = world.start();
  await world.pass();
  assertEquals(world.begun, ["a", "x", "y"]);
  await consumer.stop();
});

Deno.test("consumer: runs that others started count", async () => {
  const world = new World();
  const direct = await world.runs.createAttempt(
    newAttempt("direct", { dag: { ...twoSteps(), queue: "lane" } }),
  );
  await world.enqueue("a");
  const consumer = world.start();
  await world.pass();
  assertEquals(world.begun, []);
  await finish(direct);
  world.queues.changed("lane");
  await world.pass();
  assertEquals(world.begun, ["a"]);
  await consumer.stop();
});

Deno.test("consumer: what cannot be started holds nobody up, says why and is tried again", async () => {
  const world = new World();
  world.limits.lane = 1;
  world.obstacles.set("a", () => Promise.reject(new DaguError("the disk is full")));
  for (const id of ["a", "b"]) await world.enqueue(id);
  const consumer = world.start();
  await world.pass();
  assertEquals(world.begun, ["b"]);
  const [item] = (await world.queues.contents("lane")).waiting;
  assertEquals([item.run.id, (await world.queues.notes(item.queue)).get(item.id)], [
    "a",
    "it could not be started: the disk is full",
  ]);
  assertMatch(world.logs.join("\n"), /WARN Cannot start a queued run .*"run-id":"a".*the disk is full/);
  world.obstacles.delete("a");
  await world.end("b");
  await world.pass(2000);
  assertEquals(world.begun, ["b", "a"]);
  await consumer.stop();
});

Deno.test("consumer: a run that only lacks a worker is never long in coming, and says what it waits for", async () => {
  const world = new World();
  await world.enqueue("a");
  await world.enqueue("b");
  let tries = 0;
  world.obstacles.set("a", () => {
    tries++;
    return Promise.reject(
      new NotYetError("Cannot have it run: no worker is connected", "no worker is connected"),
    );
  });
  const consumer = world.start();
  await world.pass();
  const [first] = (await world.queues.contents("lane")).waiting;
  assertEquals(
    (await world.queues.notes(first!.queue)).get(first!.id),
    "it waits for a worker: no worker is connected",
  );
  assertEquals(world.begun, ["b"]);
  await world.end("b");
  const before = tries;
  await world.pass(120_000);
  assert(tries - before >= 28 && tries - before <= 34, `${tries - before} tries in two minutes`);
  assertEquals([world.lacks, world.consumer!.lacksWorkers], [tries, true]);
  // Another worker has come: it is tried at once, and again a second later.
  const known = tries;
  world.consumer!.retryOnWorkers();
  await world.pass(100);
  assertEquals(tries - known, 1);
  await world.pass(1100);
  assertEquals(tries - known, 2);
  // Handed in, but every worker is busy.
  const free = Promise.withResolvers<void>();
  world.obstacles.set("a", ({ onWait }) => {
    onWait("all are busy");
    return free.promise;
  });
  await world.pass(5000);
  assertEquals(
    (await world.queues.notes(first!.queue)).get(first!.id),
    "it waits for a worker: all are busy",
  );
  free.resolve();
  await world.pass();
  assertEquals(world.begun, ["b", "a"]);
  assertEquals(world.consumer!.lacksWorkers, false);
  await consumer.stop();
});

Deno.test("consumer: what failed once after a long wait for workers is tried again a second later", async () => {
  const world = new World();
  await world.enqueue("a");
  let tries = 0;
  world.obstacles.set("a", () => {
    const wait = new NotYetError("Cannot have it run: no worker is connected", "no worker is connected");
    tries++;
    return tries === 9 ? Promise.resolve() : Promise.reject(tries === 8 ? new DaguError("not now") : wait);
  });
  const consumer = world.start();
  for (let i = 0; i < 40 && tries < 8; i++) await world.pass(1000);
  assertEquals([tries, world.begun], [8, []]);
  await world.pass(1500);
  assertEquals(world.begun, ["a"]);
  await consumer.stop();
});

Deno.test("consumer: a run that is taken out while it waits for a worker is withdrawn, and makes room", async () => {
  const world = new World();
  let tries = 0;
  let told = 0;
  world.obstacles.set("a", ({ onWait, withdrawn }) => {
    if (tries++ === 0) return Promise.reject(new NotYetError("No worker", "no worker is connected"));
    onWait("all are busy");
    return new Promise((_, reject) =>
      withdrawn.addEventListener("abort", () => {
        told++;
        reject(new NotYetError("It was stopped", "it was stopped"));
      })
    );
  });
  await world.enqueue("a");
  const consumer = world.start();
  await world.pass();
  assertEquals(world.consumer!.lacksWorkers, true);
  await world.pass(1000);
  await world.enqueue("b");
  await world.pass();
  const { claims } = await world.queues.contents("lane");
  assertEquals([claims.length, world.begun], [1, []]);
  await world.runs.removeQueued((await world.runs.find("test", "a"))!);
  await world.queues.settle(claims[0]!);
  await world.pass();
  assertEquals([told, world.begun], [1, ["b"]]);
  assertEquals(world.consumer!.lacksWorkers, false);
  assertEquals((await world.queues.contents("lane")).claims, []);
  await consumer.stop();
});

Deno.test("consumer: a launch that never answers holds up neither another queue nor a free place", async () => {
  const world = new World();
  world.limits.lane = 2;
  let answer = () => {};
  world.obstacles.set("a", () => new Promise((resolve) => answer = resolve));
  for (const id of ["a", "b", "c"]) await world.enqueue(id);
  await world.enqueue("x", "other");
  const consumer = world.start();
  await world.pass();
  assertEquals(world.begun, ["b", "x"]);
  answer();
  await consumer.stop();
});

Deno.test("consumer: garbage goes aside, named, and the record comes back in line", async () => {
  const world = new World();
  for (const id of ["a", "b"]) await world.enqueue(id);
  const [item] = (await world.queues.contents("lane")).waiting;
  world.queues.spoil(item, "it is not valid JSON");
  const consumer = world.start();
  await world.pass();
  assertMatch(world.logs.join("\n"), /WARN Queue item put aside .*not valid JSON/);
  assertEquals(world.begun, ["b"]);
  await world.end("b");
  await world.pass(5000);
  assertEquals(world.begun, ["b", "a"]);
  await consumer.stop();
});

Deno.test("consumer: items of runs that are gone, or were run by hand, start nothing", async () => {
  const world = new World();
  for (const id of ["gone", "done", "left"]) await world.enqueue(id);
  await world.runs.removeQueued((await world.runs.find("test", "gone"))!);
  const previous = (await world.runs.find("test", "done"))!.record;
  await finish(await world.runs.createAttempt(newAttempt("done", { again: true, previous })));
  const consumer = world.start();
  await world.pass();
  assertEquals(world.begun, ["left"]);
  assertEquals(world.open, ["done"], "its process may be gone");
  assertEquals((await world.queues.contents("lane")).waiting, []);
  await consumer.stop();
});

Deno.test("consumer: claims of an earlier epoch go back to their place, or are settled when their run began", async () => {
  const world = new World();
  for (const id of ["a", "b", "c"]) await world.enqueue(id);
  const [a, b] = (await world.queues.contents("lane")).waiting;
  await world.queues.claim(a, 1);
  await world.queues.claim(b, 1);
  const stored = (await world.runs.find("test", "b"))!;
  const begun = await world.runs.createAttempt(
    newAttempt("b", { again: true, previous: stored.record, dag: { ...twoSteps(), queue: "lane" } }),
  );
  world.epoch = 2;
  const consumer = world.start();
  await world.pass();
  assertEquals(world.begun, []);
  await finish(begun);
  world.queues.changed("lane");
  await world.pass();
  assertEquals(world.begun, ["a"]);
  await world.end("a");
  assertEquals(world.begun, ["a", "c"]);
  assertEquals((await world.queues.contents("lane")).claims, []);
  await consumer.stop();
});

Deno.test("consumer: a process that dies as its run begins is told of, and leaves an empty place", async () => {
  const world = new World();
  for (const id of ["a", "b"]) await world.enqueue(id);
  world.obstacles.set("a", async () => {
    const { record } = (await world.runs.find("test", "a"))!;
    const lease = ownLease("of-the-dead");
    const dag = { ...twoSteps(), queue: "lane" };
    await world.runs.createAttempt(newAttempt("a", { dag, again: true, previous: record, lease }));
    world.dead.add("of-the-dead");
    throw new DaguError("the agent is gone");
  });
  const consumer = world.start();
  await world.pass();
  assertEquals(world.open, ["a"]);
  assertEquals(world.begun, ["b"]);
  assertEquals((await world.queues.contents("lane")).claims, []);
  await consumer.stop();
});

Deno.test("consumer: a claim of its own that could not be changed is resolved later", async () => {
  const world = new World();
  for (const id of ["a", "b"]) await world.enqueue(id);
  const settled = world.queues.settle;
  world.queues.settle = () => Promise.reject(new Error("the disk is away"));
  const consumer = world.start();
  await world.pass();
  assertMatch(world.logs.join("\n"), /ERROR Cannot change the claim .*the disk is away/);
  world.queues.settle = settled;
  await world.end("a");
  await world.pass(70_000);
  assertEquals(world.begun, ["a", "b"]);
  assertEquals((await world.queues.contents("lane")).claims, []);
  await consumer.stop();
});

Deno.test("consumer: a record without an item, and a place that was never taken, come into line", async () => {
  const world = new World();
  world.limits.lane = 9;
  const dag = { ...twoSteps(), queue: "lane" };
  await world.runs.createQueued(newAttempt("lost", { dag }));
  await world.queues.reserve("lane", { name: "test", id: "half" }, "high");
  await world.runs.createQueued(newAttempt("half", { dag }));
  await world.queues.reserve("lane", { name: "test", id: "never" }, "low");
  const consumer = world.start();
  await world.pass();
  assertEquals(world.begun.sort(), ["half", "lost"]);
  await world.pass(200_000);
  assertEquals((await world.queues.contents("lane")).reserved, []);
  await consumer.stop();
});

Deno.test("consumer: a repair that failed is done again soon, as whole as it was to be", async () => {
  const world = new World();
  await world.runs.createQueued(newAttempt("lost", { dag: { ...twoSteps(), queue: "lane" } }));
  const { unended } = world.runs;
  let looks = 0;
  world.runs.unended = () => {
    looks++;
    throw new Error("the disk is away");
  };
  const consumer = world.start();
  await world.pass();
  assertMatch(world.logs.join("\n"), /ERROR Cannot repair the queues .*the disk is away/);
  await world.pass(7_000);
  assertEquals([looks, world.begun], [4, []], "after 1, 2 and 4 seconds");
  world.runs.unended = unended;
  await world.pass(8_000);
  assertEquals(world.begun, ["lost"]);
  assertEquals(world.logs.filter((line) => line.includes("Cannot repair")).length, 1);
  await consumer.stop();
});

Deno.test("consumer: one queue that cannot be repaired, or one run, keeps no other from it", async () => {
  const world = new World();
  for (const queue of ["a", "b", "c"]) {
    await world.runs.createQueued(newAttempt(queue, { dag: { ...twoSteps(), queue } }));
  }
  await world.enqueue("d", "d");
  const { contents, reserve } = world.queues;
  world.queues.contents = (queue) =>
    queue === "d" ? Promise.reject(new Error("damaged")) : contents.call(world.queues, queue);
  world.queues.reserve = (queue, ...more) =>
    queue === "b"
      ? Promise.reject(new Error("the disk is full"))
      : reserve.call(world.queues, queue, ...more);
  const consumer = world.start();
  await world.pass(5_000);
  assertEquals(world.begun.sort(), ["a", "c"]);
  const told = world.logs.filter((line) => /Cannot (repair a queue|put a queued run)/.test(line));
  assertEquals(told.length, 3, told.join("\n"));
  Object.assign(world.queues, { contents, reserve });
  await world.pass(8_000);
  assertEquals(world.begun.sort(), ["a", "b", "c"]);
  await world.pass(15_000);
  assertEquals(world.begun.sort(), ["a", "b", "c", "d"]);
  await consumer.stop();
});

Deno.test("consumer: a record without an item comes to the place that it had", async () => {
  const world = new World();
  const dag = { ...twoSteps(), queue: "lane" };
  await world.runs.createAttempt(newAttempt("running", { dag }));
  await world.enqueue("low");
  const { queuedAt } = (await world.queues.contents("lane")).waiting[0]!;
  // Made by a clock that was behind: what comes first in one priority says nothing about the other.
  await world.runs.createQueued({ ...newAttempt("high", { dag, createdAt: 5 }), priority: "high" });
  await world.runs.createQueued(newAttempt("before", { dag, createdAt: queuedAt - 1 }));
  const consumer = world.start();
  await world.pass();
  const { waiting } = await world.queues.contents("lane");
  const places = waiting.map(({ run, priority }) => `${run.id} ${priority}`);
  assertEquals(places, ["high high", "before low", "low low"]);
  await consumer.stop();
});

Deno.test("consumer: without the right to act it takes nothing", async () => {
  const world = new World();
  world.holds = false;
  await world.enqueue("a");
  const consumer = world.start();
  await world.pass();
  assertEquals([world.begun, (await world.queues.contents("lane")).waiting.length], [[], 1]);
  await consumer.stop();
});

Deno.test("consumer: random worlds with killed schedulers lose nothing and run nothing twice", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed);
    const world = new World();
    world.limits.lane = 1 + random.below(4);
    const ids = Array.from({ length: 1 + random.below(15) }, (_, i) => `r${i}`);
    for (const id of ids) {
      let refusals = random.chance(0.2) ? 1 + random.below(3) : 0;
      const slow = random.chance(0.3) ? random.below(3000) : 0;
      world.obstacles.set(id, async () => {
        if (slow > 0) await world.clock.sleep(slow);
        if (refusals-- > 0) throw new DaguError("not now");
      });
    }
    let consumer = world.start();
    let next = 0;
    for (let turn = 0; world.begun.length < ids.length || world.going.size > 0; turn++) {
      assert(turn < 3000, `seed ${seed}: ${world.begun.length} of ${ids.length} have begun`);
      if (next < ids.length && random.chance(0.5)) {
        await world.enqueue(ids[next++]!, "lane", random.chance(0.2) ? "high" : "low");
      }
      if (random.chance(0.05)) {
        // What it has under way still comes to its end: a killed scheduler's request may have been sent.
        world.epoch++;
        if (random.chance(0.5)) await consumer.stop();
        consumer = world.start();
      }
      const going = [...world.going.keys()];
      assert(going.length <= world.limits.lane!, `seed ${seed}: ${going.length} run at once`);
      if (going.length > 0 && random.chance(0.4)) await world.end(random.pick(going));
      await world.pass(random.below(2000));
    }
    assertEquals([...world.begun].sort(), [...ids].sort(), `seed ${seed}`);
    await consumer.stop();
    await world.pass(10_000);
    assertEquals((await world.queues.contents("lane")).claims, [], `seed ${seed}: claims`);
  }
});

Deno.test("consumer: a run that has no end and stands in no queue is told of", async () => {
  const world = new World();
  await world.runs.createAttempt(newAttempt("begins"));
  await finish(await world.runs.createAttempt(newAttempt("over")));
  await world.enqueue("waits");
  const work = world.start();
  await world.pass();
  assertEquals(world.open.includes("begins"), true);
  assertEquals(world.open.includes("over"), false);
  await work.stop();
});
