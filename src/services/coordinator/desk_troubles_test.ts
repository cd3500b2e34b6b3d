import { assert, assertEquals } from "../../../tests/assert.ts";
import { FOREVER, refused, SUCCESS, Worker, World } from "../../../tests/fakes/desk_world.ts";
import { RunStatus } from "../../core/status.ts";
import { settle } from "../../../tests/fakes/fake_clock.ts";
import { aTask } from "../../../tests/fakes/tasks.ts";

Deno.test("the next coordinator knows what the one before has promised", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  w1.poll();
  w1.poll();
  const ids: string[] = [];
  for (const id of ["offered", "begun", "waiting"]) {
    ids.push(await world.desk.dispatch(aTask(id, id === "waiting" ? { selector: { x: "y" } } : {}), true));
  }
  await settle();
  const [offered, begun] = w1.offers;
  await world.desk.confirm(begun!.claim);
  world.desk.begin(begun!.claim);
  world.desk.stop(ids[1]!, "SIGTERM");
  await world.restart();
  assertEquals(await Promise.all(ids.map(async (id) => (await world.desk.news(id, null, FOREVER)).state)), [
    "waiting",
    "begun",
    "waiting",
  ]);
  // The offer was not confirmed: it is made anew, with the new epoch.
  assertEquals(await refused(() => world.desk.confirm(offered!.claim)), "aborted");
  assertEquals(w1.beat().map(({ taskId }) => taskId), [ids[0]!]);
  w1.poll();
  await settle();
  assertEquals([w1.claim.taskId, w1.claim.epoch], [ids[0]!, 2]);
  world.desk.end(begun!.claim, SUCCESS);
  assertEquals((await world.desk.news(ids[1]!, null, FOREVER)).state, "ended");
});

Deno.test("the next coordinator hears once of what a worker without the files has from before", async () => {
  const world = new World();
  const workers = [new Worker(world, "remote", { remote: true }), new Worker(world, "shared")];
  for (const worker of workers) {
    worker.poll();
    await world.desk.dispatch(aTask(worker.self.id), true);
    await settle();
    await world.desk.confirm(worker.claim);
    worker.beat();
  }
  assertEquals(world.kept, []);
  await world.restart();
  for (const worker of [...workers, ...workers]) worker.beat();
  assertEquals(world.kept, ["remote"]);
});

/** A worker that has begun a task, and is not heard of for as long as its right to it lasts. */
async function lostTask(world: World): Promise<{ readonly id: string; readonly gone: Worker }> {
  const gone = new Worker(world, "gone");
  gone.poll();
  const id = await world.desk.dispatch(aTask("r1", { operation: "start" }), false);
  await settle();
  await world.desk.confirm(gone.claim);
  world.desk.begin(gone.claim);
  await world.pass(22_000);
  return { id, gone };
}

Deno.test("what goes on of a lost worker takes the place of its task, and waits for as long as it has to", async () => {
  const world = new World();
  world.next = (task) => Promise.resolve({ ...task, operation: "retry" });
  const { id, gone } = await lostTask(world);
  assertEquals((await world.desk.news(id, null, FOREVER)).state, "waiting");
  assertEquals(await refused(async () => void await world.desk.end(gone.claim, SUCCESS)), "aborted");
  assertEquals(await world.desk.dispatch(aTask("r1"), true), id);
  await world.restart();
  const [stored, ...more] = await world.store.all();
  assertEquals([stored!.taskId, stored!.task.operation, stored!.claim, more], [id, "retry", null, []]);
  const w2 = new Worker(world, "w2");
  w2.poll();
  await settle();
  await world.desk.confirm(w2.claim);
  world.desk.begin(w2.claim);
  world.desk.end(w2.claim, SUCCESS);
  assertEquals((await world.desk.news(id, null, FOREVER)).state, "ended");
});

Deno.test("a coordinator that dies while it sees to a lost worker leaves that to the next one", async () => {
  const world = new World();
  world.next = () => new Promise(() => {});
  const { id } = await lostTask(world);
  assertEquals(world.lost, ["r1"]);
  // It had come as far as to end the record.
  world.look = () => ({ result: { ...SUCCESS, status: RunStatus.Failed }, crashed: true, resumes: true });
  world.next = (task) => Promise.resolve({ ...task, operation: "retry" });
  await world.restart();
  await world.pass(22_000);
  assertEquals([world.lost, (await world.desk.news(id, null, FOREVER)).state], [["r1", "r1"], "waiting"]);
  assertEquals((await world.store.all()).map(({ task }) => task.operation), ["retry"]);
});

Deno.test("who does not lead does nothing", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  w1.poll();
  await world.desk.dispatch(aTask("r1"), false);
  await settle();
  world.leads = false;
  const { desk } = world;
  for (
    const work of [
      () => desk.dispatch(aTask("r2"), true),
      () => desk.confirm(w1.claim),
      () => desk.begin(w1.claim),
      () => desk.poll(w1.self, { caller: w1.self.id, unconfirmed: false, signal: FOREVER }),
      async () => void await w1.beat(),
    ]
  ) {
    assertEquals(await refused(work as () => Promise<unknown>), "unavailable");
  }
  assertEquals((await world.store.all())[0]!.claim, null);
});

Deno.test("a stop withdraws what nobody has, and reaches the worker of what runs", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  const waiting = await world.desk.dispatch(aTask("r1"), true);
  world.desk.stop(waiting, "SIGTERM");
  assertEquals((await world.desk.news(waiting, null, FOREVER)).state, "failed");
  w1.poll();
  const id = await world.desk.dispatch(aTask("r2"), true);
  await settle();
  await world.desk.confirm(w1.claim);
  const orders = world.desk.orders("w1", 0, FOREVER);
  world.desk.stop(id, "SIGINT");
  const [order] = await orders;
  assertEquals([order!.claim, order!.signal], [w1.claim, "SIGINT"]);
  await world.restart();
  assert(w1.beat().length === 0);
  world.desk.stop(id, "SIGKILL");
  const next = await world.desk.orders("w1", order!.number, FOREVER);
  assertEquals(next.map(({ signal }) => signal), ["SIGKILL"]);
});

Deno.test("a stop that comes before the worker is back waits for it", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  w1.poll();
  const id = await world.desk.dispatch(aTask("r1"), true);
  await settle();
  await world.desk.confirm(w1.claim);
  await world.restart();
  world.desk.stop(id, "SIGTERM");
  w1.beat();
  assertEquals((await world.desk.orders("w1", 0, FOREVER)).map(({ claim }) => claim), [w1.claim]);
});

Deno.test("a worker without the files gets them with the task, and hears of it when that cannot be", async () => {
  const world = new World();
  const far = new Worker(world, "far", { remote: true });
  far.poll();
  await world.desk.dispatch(aTask("r1"), true);
  await settle();
  assertEquals(far.offers[0]!.task.definition, "packed");
  far.poll();
  const id = await world.desk.dispatch(aTask("r2", { step: "unpackable" }), true);
  const news = await world.desk.news(id, { state: "waiting", reason: "" }, FOREVER);
  await settle();
  assertEquals([news.state, news.reason, far.offers.length, far.polls], ["failed", "no such file", 1, 0]);
});

Deno.test("a worker that does not confirm has what it is handed, and the history tells how that went", async () => {
  const world = new World();
  const old = new Worker(world, "old");
  old.poll(true);
  const id = await world.desk.dispatch(aTask("r1"), true);
  await settle();
  assertEquals((await world.store.all())[0]!.claim, old.claim);
  assertEquals((await world.desk.news(id, null, FOREVER)).state, "claimed");
  const running = [{
    run: { name: "etl", id: "r1" },
    root: { name: "etl", id: "r1" },
    parent: null,
    startedAt: 0,
  }];
  world.desk.beat(old.self, "", [], { totalPollers: 1, busyPollers: 1, running });
  assertEquals((await world.desk.news(id, null, FOREVER)).state, "begun");
  await world.pass(12_000);
  world.desk.beat(old.self, "", [], { totalPollers: 1, busyPollers: 1, running });
  await world.pass(12_000);
  assertEquals((await world.desk.news(id, null, FOREVER)).state, "begun");
  world.look = () => ({ result: SUCCESS, crashed: false, resumes: false });
  await world.pass(1000);
  assertEquals((await world.desk.news(id, null, FOREVER)).result, SUCCESS);
});

Deno.test("workers that are silent for long are forgotten, and their pollers sent home before", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  w1.poll();
  await world.pass(14_000);
  assertEquals([w1.polls, world.desk.workers.all().length], [1, 1]);
  await world.pass(2_000);
  assertEquals([w1.polls, world.desk.workers.all().length], [0, 1]);
  await world.pass(15_000);
  assertEquals(world.desk.workers.all().length, 0);
});

Deno.test("each call of a worker is a sign of life", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  w1.poll();
  await world.desk.dispatch(aTask("r1"), true);
  await settle();
  const { claim } = w1;
  const calls: (() => unknown)[] = [
    () => world.desk.confirm(claim),
    () => world.desk.begin(claim),
    () => world.desk.orders("w1", 0, AbortSignal.abort()),
    () => refused(() => world.desk.giveBack(claim, "")),
    () => world.desk.end(claim, SUCCESS),
    () => refused(() => world.desk.end(claim, SUCCESS)),
  ];
  for (const call of calls) {
    await world.pass(3_000);
    await call();
    assertEquals(world.desk.workers.silence(world.desk.workers.get("w1")!), 0);
  }
});

Deno.test("a certificate may be that of many workers, and has as many pollers as one", async () => {
  const world = new World();
  const caller = "gpu";
  const poll = async (id: string, who = caller) => {
    const { self } = new Worker(world, id);
    const gone = new AbortController();
    const refusal = refused(async () =>
      void await world.desk.poll(self, { caller: who, unconfirmed: false, signal: gone.signal })
    );
    await settle();
    return { refusal, end: () => gone.abort() };
  };
  const polls = [];
  for (let i = 0; i < 1000; i++) polls.push(await poll(`gpu@${i % 100}`));
  assertEquals(await (await poll("gpu@new")).refusal, "resource_exhausted");
  const other = await poll("cpu", "cpu");
  polls[0]!.end();
  await settle();
  const again = await poll("gpu@new");
  for (const one of [...polls, other, again]) one.end();
  for (const { refusal } of [...polls, other, again]) assertEquals(await refusal, "");
});

Deno.test("who gives up polling gets nothing, and a coordinator that ends answers all", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  const gone = new AbortController();
  w1.poll(false, gone.signal);
  await settle();
  gone.abort();
  await settle();
  const id = await world.desk.dispatch(aTask("r1"), true);
  assertEquals([w1.offers.length, (await world.desk.news(id, null, FOREVER)).state], [0, "waiting"]);
  const other = new Worker(world, "w2", { labels: { a: "b" } });
  await world.desk.dispatch(aTask("r2", { selector: { c: "d" } }), true);
  other.poll();
  await settle();
  assertEquals(other.offers.length, 1);
  other.poll();
  await settle();
  world.desk.close();
  await settle();
  assertEquals(other.polls, 0);
});

Deno.test("a caller has so many workers and no more; those that are silent give way", async () => {
  const world = new World();
  const beat = (id: string, caller: string) =>
    refused(async () => void await world.desk.beat(new Worker(world, id).self, caller, [], null));
  for (let i = 0; i < 200; i++) assertEquals(await beat(`gpu@${i}`, "gpu"), "");
  assertEquals(await beat("gpu@200", "gpu"), "resource_exhausted");
  assertEquals([await beat("gpu@7", "gpu"), await beat("cpu", "cpu")], ["", ""]);
  await world.pass(10_000);
  for (let i = 1; i < 200; i++) await beat(`gpu@${i}`, "gpu");
  await world.pass(6_000);
  // Only the first one is silent.
  assertEquals([await beat("gpu@200", "gpu"), await beat("gpu@201", "gpu")], ["", "resource_exhausted"]);
  assertEquals(world.desk.workers.get("gpu@0"), undefined);
});

Deno.test("of all workers together there are so many, and the silent give way here too", async () => {
  const world = new World();
  const beat = (id: string, caller: string) =>
    refused(async () => void await world.desk.beat(new Worker(world, id).self, caller, [], null));
  for (let i = 0; i < 1000; i++) assertEquals(await beat(`w${i % 10}@${i}`, `w${i % 10}`), "");
  assertEquals(await beat("new", "new"), "resource_exhausted");
  await world.pass(16_000);
  assertEquals(await beat("new", "new"), "");
});

Deno.test("a reason shows no more of labels than one wants to read", () => {
  const world = new World();
  const labels = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, "v".repeat(250)]));
  for (let i = 0; i < 10; i++) world.desk.beat({ ...new Worker(world, `w${i}`).self, labels }, "w", [], null);
  assert(world.desk.workers.reason({ ...labels, gpu: "true" }).length < 1500);
});
