import { assert, assertEquals } from "../../../tests/assert.ts";
import { FOREVER, refused, SUCCESS, Worker, World } from "../../../tests/fakes/desk_world.ts";
import { settle } from "../../../tests/fakes/fake_clock.ts";
import { aTask } from "../../../tests/fakes/tasks.ts";

Deno.test("a task is stored, offered, confirmed, begun and ended", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  w1.poll();
  const id = await world.desk.dispatch(aTask("r1"), false);
  await settle();
  assertEquals(w1.offers.map(({ task, claim }) => [task.run.id, claim.attempt, claim.epoch]), [["r1", 1, 1]]);
  const states: string[] = [];
  const follow = async () => {
    for (let known = null;;) {
      const news = known = await world.desk.news(id, known, FOREVER);
      states.push(news.state);
      if (news.result) return news.result;
    }
  };
  const end = follow();
  assertEquals((await world.store.all())[0]!.claim, null);
  await world.desk.confirm(w1.claim);
  await world.desk.confirm(w1.claim); // Its answer was lost.
  assertEquals((await world.store.all())[0]!.claim, w1.claim);
  await settle();
  world.desk.begin(w1.claim);
  world.desk.begin(w1.claim);
  await settle();
  world.desk.end(w1.claim, SUCCESS);
  assertEquals(await end, SUCCESS);
  assertEquals(world.forgotten, [id]);
  assertEquals(states, ["waiting", "claimed", "begun", "ended"]);
  assertEquals(await world.store.all(), []);
  world.desk.end(w1.claim, SUCCESS); // The same.
  assertEquals(await refused(() => world.desk.giveBack(w1.claim, "")), "aborted");
  assertEquals((await world.desk.news(id, null, FOREVER)).state, "ended");
});

Deno.test("the same run is one task, until it is over", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  w1.poll();
  const ids = await Promise.all([1, 2, 3].map(() => world.desk.dispatch(aTask("r1"), true)));
  assertEquals(new Set(ids).size, 1);
  await settle();
  assertEquals(w1.offers.length, 1);
  await world.desk.confirm(w1.claim);
  world.desk.end(w1.claim, SUCCESS);
  assert(await world.desk.dispatch(aTask("r1"), true) !== ids[0]);
});

Deno.test("a run that has ended is handed in again before its worker has told: that is another task", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  w1.poll();
  const first = await world.desk.dispatch(aTask("r1"), true);
  await settle();
  const { claim } = w1;
  await world.desk.confirm(claim);
  world.desk.begin(claim);
  world.look = () => ({ alive: true });
  assertEquals(await world.desk.dispatch(aTask("r1"), true), first);
  // Its agent may be frozen, and about to wake up.
  world.look = () => ({ result: SUCCESS, crashed: true, resumes: true });
  assertEquals(
    await refused(async () => void await world.desk.dispatch(aTask("r1"), true)),
    "failed_precondition",
  );
  world.look = () => ({ result: SUCCESS, crashed: false, resumes: false });
  w1.poll();
  const again = await Promise.all([1, 2].map(() => world.desk.dispatch(aTask("r1"), true)));
  assertEquals(new Set([first, ...again]).size, 2);
  assertEquals((await world.desk.news(first, null, FOREVER)).result, SUCCESS);
  await settle();
  // The worker tells a moment later, of the first one.
  assertEquals(w1.beat(), []);
  world.desk.end(claim, SUCCESS);
  assertEquals([w1.claim.taskId, (await world.desk.news(again[0]!, null, FOREVER)).state], [
    again[0]!,
    "waiting",
  ]);
});

Deno.test("labels decide; what nobody can run waits, or is refused", async () => {
  const world = new World();
  const gpu = new Worker(world, "gpu", { labels: { gpu: "true", region: "eu" } });
  const bare = new Worker(world, "bare");
  assertEquals(await refused(() => world.desk.dispatch(aTask("r0"), false)), "failed_precondition");
  bare.poll();
  await settle();
  const task = aTask("r1", { selector: { gpu: "true" } });
  try {
    await world.desk.dispatch(task, false);
    throw new Error("not refused");
  } catch (error) {
    assertEquals((error as Error).message, 'no worker has the labels gpu=true ("bare" has none)');
  }
  const id = await world.desk.dispatch(task, true);
  assertEquals(
    (await world.desk.news(id, null, FOREVER)).reason,
    'no worker has the labels gpu=true ("bare" has none)',
  );
  assertEquals(world.desk.waiting().length, 1);
  gpu.poll();
  await settle();
  assertEquals([gpu.offers.length, bare.offers.length], [1, 0]);
  assertEquals(world.desk.waiting(), []);
});

Deno.test("a task whose workers have all gone is handed back unless it is to be held", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1", { labels: { a: "b" } });
  w1.beat();
  const selector = { a: "b" };
  const loose = await world.desk.dispatch(aTask("r1", { selector }), false);
  const held = await world.desk.dispatch(aTask("r2", { selector }), true);
  assertEquals(
    (await world.desk.news(loose, null, FOREVER)).reason,
    'all pollers of the workers with the right labels are busy ("w1")',
  );
  await world.pass(18_000);
  assertEquals((await world.desk.news(loose, null, FOREVER)).state, "failed");
  assertEquals((await world.desk.news(held, null, FOREVER)).reason, "no worker is connected");
});

Deno.test("an offer that is not confirmed is made again, and the late one is refused", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  const w2 = new Worker(world, "w2");
  w1.poll();
  await world.desk.dispatch(aTask("r1"), false);
  await settle();
  w2.poll();
  await world.pass(9_500);
  w1.beat();
  assertEquals(w2.offers.length, 0);
  await world.pass(1_500);
  assertEquals([w2.claim.attempt, w2.claim.workerId], [2, "w2"]);
  assertEquals(await refused(() => world.desk.confirm(w1.claim)), "aborted");
  assertEquals(w1.beat().map(({ taskId }) => taskId), [w1.claim.taskId]);
  await world.desk.confirm(w2.claim);
  for (const act of ["begin", "giveBack", "end"] as const) {
    assertEquals(await refused(() => world.desk[act](w1.claim, SUCCESS as never)), "aborted");
  }
});

Deno.test("what a silent worker has not begun moves on, what it has begun is lost when its lease is over", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  w1.poll();
  w1.poll();
  const ids = [await world.desk.dispatch(aTask("r1"), false), await world.desk.dispatch(aTask("r2"), false)];
  await settle();
  for (const { claim } of w1.offers) await world.desk.confirm(claim);
  world.desk.begin(w1.offers[0]!.claim);
  w1.beat();
  const w2 = new Worker(world, "w2");
  w2.poll();
  for (let i = 0; i < 8; i++) {
    await world.pass(2000);
    w2.beat();
  }
  assertEquals(w2.offers.map(({ task }) => task.run.id), ["r2"]);
  assertEquals((await world.desk.news(ids[0]!, null, FOREVER)).state, "begun");
  await world.pass(4500);
  assertEquals((await world.desk.news(ids[0]!, null, FOREVER)).state, "lost");
  assertEquals(world.lost, ["r1"]);
  // Thawed: nothing is its own any more.
  assertEquals(w1.beat().length, 2);
  assertEquals(await refused(() => world.desk.begin(w1.offers[1]!.claim)), "aborted");
});

Deno.test("a silent worker of the same files may have ended all the same", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  const w2 = new Worker(world, "w2");
  const ids: string[] = [];
  for (const id of ["begun", "goes-on", "ended"]) {
    w1.poll();
    ids.push(await world.desk.dispatch(aTask(id), false));
    await settle();
    await world.desk.confirm(w1.claim);
    if (id !== "begun") world.desk.begin(w1.claim);
  }
  world.look = ({ run: { id } }) =>
    id === "ended" ? { result: SUCCESS, crashed: false, resumes: false } : { alive: true };
  for (let i = 0; i < 20; i++) {
    await world.pass(2000);
    w2.beat();
    w2.poll();
  }
  const states = ids.map(async (id) => (await world.desk.news(id, null, FOREVER)).state);
  assertEquals(await Promise.all(states), ["lost", "lost", "ended"]);
  assertEquals([w2.offers.length, world.lost, w1.beat().length], [0, ["begun", "goes-on"], 2]);
});

Deno.test("runs of a silent worker that knows no claims go on without it", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  const ids: string[] = [];
  for (const id of ["goes-on", "dead"]) {
    w1.poll(true);
    ids.push(await world.desk.dispatch(aTask(id), false));
    await settle();
  }
  world.look = ({ run: { id } }) => ({ alive: id !== "dead" });
  await world.pass(40_000);
  const states = ids.map(async (id) => (await world.desk.news(id, null, FOREVER)).state);
  assertEquals(await Promise.all(states), ["begun", "lost"]);
});

Deno.test("what a worker without the files has begun is not begun by another one, though the coordinator forgot", async () => {
  const world = new World();
  const far = new Worker(world, "far", { remote: true });
  const other = new Worker(world, "other", { remote: true });
  far.poll();
  const id = await world.desk.dispatch(aTask("r1"), false);
  await settle();
  await world.desk.confirm(far.claim);
  await world.restart();
  world.look = () => ({ alive: true });
  for (let i = 0; i < 11; i++) {
    await world.pass(2000);
    other.beat();
    if (other.polls === 0) other.poll();
  }
  assertEquals([(await world.desk.news(id, null, FOREVER)).state, other.offers.length], ["lost", 0]);
});

Deno.test("a worker that lives but does not know of a task any more has not got it", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  w1.poll();
  await world.desk.dispatch(aTask("r1"), false);
  await settle();
  await world.desk.confirm(w1.claim);
  const again = new Worker(world, "w1");
  again.poll();
  for (let i = 0; i < 9; i++) {
    await world.pass(2000);
    again.beat();
  }
  assertEquals(again.offers.map(({ claim }) => claim.attempt), [2]);
});

Deno.test("a task that is given back goes to the next", async () => {
  const world = new World();
  const w1 = new Worker(world, "w1");
  const w2 = new Worker(world, "w2");
  w1.poll();
  const id = await world.desk.dispatch(aTask("r1"), false);
  await settle();
  await world.desk.confirm(w1.claim);
  w2.poll();
  await settle();
  world.desk.giveBack(w1.claim, "it ends");
  await settle();
  assertEquals(w2.claim, { taskId: id, attempt: 2, epoch: 1, workerId: "w2" });
  await world.desk.confirm(w2.claim);
  world.desk.begin(w2.claim);
  assertEquals(await refused(() => world.desk.giveBack(w2.claim, "")), "failed_precondition");
});

Deno.test("tasks go in the order in which they came, and workers take turns", async () => {
  const world = new World();
  const workers = ["w1", "w2", "w3"].map((id) => new Worker(world, id));
  for (let i = 1; i <= 3; i++) await world.desk.dispatch(aTask(`early${i}`), true);
  workers[0]!.poll();
  await settle();
  assertEquals(workers[0]!.offers.map(({ task }) => task.run.id), ["early1"]);
  for (const worker of [workers[0]!, workers[1]!]) worker.poll();
  await settle();
  assertEquals(workers.map(({ offers }) => offers.length), [2, 1, 0]);
  for (const worker of workers) for (let i = 0; i < 10; i++) worker.poll();
  await settle();
  for (let i = 0; i < 12; i++) {
    await world.pass(500);
    await world.desk.dispatch(aTask(`r${i}`), true);
    await settle();
  }
  assertEquals(workers.map(({ offers }) => offers.length), [6, 5, 4]);
});
