import { assert, assertEquals, assertMatch } from "../../../../tests/assert.ts";
import { finish, newAttempt, ownLease, twoSteps } from "../../../../tests/fakes/attempts.ts";
import { Random } from "../../../../tests/fakes/random.ts";
import { DaguError, NotYetError } from "../../../core/errors.ts";
import { QueueWorld } from "../../../../tests/fakes/queue_world.ts";

Deno.test("consumer: runs start in order, as many as the queue lets, and refill at once", async () => {
  const world = new QueueWorld();
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
  const world = new QueueWorld();
  for (const id of ["a", "b"]) await world.enqueue(id);
  for (const id of ["x", "y", "z"]) await world.enqueue(id, "wide", "low", 2);
  const consumer = world.start();
  await world.pass();
  assertEquals(world.begun, ["a", "x", "y"]);
  await consumer.stop();
});

Deno.test("consumer: runs that others started count", async () => {
  const world = new QueueWorld();
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
  const world = new QueueWorld();
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
  const world = new QueueWorld();
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
  const world = new QueueWorld();
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
  const world = new QueueWorld();
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
  const world = new QueueWorld();
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
  const world = new QueueWorld();
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
  const world = new QueueWorld();
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

Deno.test("consumer: a process that dies as its run begins is told of, and leaves an empty place", async () => {
  const world = new QueueWorld();
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

Deno.test("consumer: without the right to act it takes nothing", async () => {
  const world = new QueueWorld();
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
    const world = new QueueWorld();
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
  const world = new QueueWorld();
  await world.runs.createAttempt(newAttempt("begins"));
  await finish(await world.runs.createAttempt(newAttempt("over")));
  await world.enqueue("waits");
  const work = world.start();
  await world.pass();
  assertEquals(world.open.includes("begins"), true);
  assertEquals(world.open.includes("over"), false);
  await work.stop();
});
