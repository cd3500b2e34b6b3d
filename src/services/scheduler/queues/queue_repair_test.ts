import { assertEquals, assertMatch } from "../../../../tests/assert.ts";
import { finish, newAttempt, twoSteps } from "../../../../tests/fakes/attempts.ts";
import { QueueWorld } from "../../../../tests/fakes/queue_world.ts";

Deno.test("repair of queues: claims of an earlier epoch go back to their place, or are settled when their run began", async () => {
  const world = new QueueWorld();
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

Deno.test("repair of queues: a claim of its own that could not be changed is resolved later", async () => {
  const world = new QueueWorld();
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

Deno.test("repair of queues: a record without an item, and a place that was never taken, come into line", async () => {
  const world = new QueueWorld();
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

Deno.test("repair of queues: a repair that failed is done again soon, as whole as it was to be", async () => {
  const world = new QueueWorld();
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

Deno.test("repair of queues: one queue that cannot be repaired, or one run, keeps no other from it", async () => {
  const world = new QueueWorld();
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

Deno.test("repair of queues: a record without an item comes to the place that it had", async () => {
  const world = new QueueWorld();
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
