/**
 * Random worlds of coordinators and workers: whatever is lost, cut, frozen or killed, no run has two owners that work
 * at the same time, none is carried out twice, and all that were taken come to an end when the trouble is over.
 * `deno test ... -- --seeds=FROM-TO` replays or widens the range.
 */
import { assert, assertEquals } from "../../../tests/assert.ts";
import { TaskWorld } from "../../../tests/fakes/task_world.ts";

const TROUBLE_MS = 150_000;
/** The longest silence that is waited for, and the longest run, and a bit. */
const CALM_MS = 180_000;

function seeds(): [number, number] {
  const given = Deno.args.find((arg) => arg.startsWith("--seeds="))?.slice("--seeds=".length).split("-");
  const [from = 1, to = given ? from : 12] = given?.map(Number) ?? [];
  return [from, to];
}

async function live(seed: number, remote: boolean): Promise<void> {
  const world = new TaskWorld(seed);
  const { random, clock } = world;
  await world.startCoordinator();
  for (let i = 0; i < 3; i++) world.startWorker(remote);
  world.loss = random.next() * 0.15;
  let runs = 0;
  let upAgain = 0;
  const check = () => {
    const working = [...world.copies].filter(({ machine }) => machine.works).map(({ runId }) => runId);
    assertEquals(working.length, new Set(working).size, "A run is carried out twice at the same time");
  };
  for (const end = clock.now() + TROUBLE_MS; clock.now() < end;) {
    if (random.chance(0.4)) world.hand(`r${++runs}`);
    const alive = world.machines.filter(({ dead }) => !dead);
    const machine = random.pick(alive);
    if (random.chance(0.05)) machine.cut = !machine.cut;
    if (random.chance(0.05)) {
      if (machine.frozen) machine.thaw();
      else machine.frozen = true;
    }
    if (random.chance(0.02)) {
      world.kill(machine);
      world.startWorker(remote);
    }
    if (world.coordinatorIsUp && random.chance(0.03)) {
      await world.crashCoordinator();
      upAgain = clock.now() + random.below(15_000);
    } else if (!world.coordinatorIsUp && clock.now() >= upAgain) await world.startCoordinator();
    await world.pass(500 + random.below(1500), check);
  }
  world.loss = 0;
  for (const machine of world.machines) {
    machine.cut = false;
    if (machine.frozen) machine.thaw();
  }
  if (!world.coordinatorIsUp) await world.startCoordinator();
  await world.pass(CALM_MS, check);
  assert(runs > 0);
  for (const { task: { run }, news } of world.handed) {
    const { copies, result } = world.history(run.id);
    const ends = copies.filter(({ over }) => over).length;
    assertEquals(ends, copies.length, `${run.id} still goes on`);
    assert(
      ["ended", "failed", "lost"].includes(news?.state ?? ""),
      `${run.id} is ${news?.state}: ${news?.reason}`,
    );
    if (news!.state === "failed") {
      assert(copies.every(({ steps }) => steps === 0), `${run.id} failed to begin, and has begun`);
    }
    if (news!.state === "ended" && news!.result?.status === 4) assert(result, `${run.id} ended well nowhere`);
    if (!remote) assert(copies.length <= 1, `${run.id} was begun ${copies.length} times`);
  }
}

for (const remote of [false, true]) {
  Deno.test(`tasks: random worlds of workers ${remote ? "without" : "with"} the files`, async () => {
    const [from, to] = seeds();
    for (let seed = from; seed <= to; seed++) {
      await live(seed, remote).catch((error) => {
        throw new Error(`Seed ${seed} breaks a rule (replay it with -- --seeds=${seed})`, { cause: error });
      });
    }
  });
}
