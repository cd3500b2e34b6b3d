/**
 * Schedulers that follow each other over one book of fires, killed at any moment, with a clock that stops, jumps and
 * goes back. Whatever happens, no fire starts two runs, and while the clock only goes forward, each is accounted for.
 */
import { assert, assertEquals } from "../../../../tests/assert.ts";
import { FakeClock, settle } from "../../../../tests/fakes/fake_clock.ts";
import { Random } from "../../../../tests/fakes/random.ts";
import { DagDir } from "../../../../tests/support/dag_dir.ts";
import { parseCron } from "../../../core/schedule/cron.ts";
import type { LatestRun } from "../../../core/schedule/fire_decision.ts";
import { nextFire } from "../../../core/schedule/next_fire.ts";
import type { Fire } from "../../../core/schedule/schedule.ts";
import { RunStatus } from "../../../core/status.ts";
import { timeZone } from "../../../core/schedule/time_zone.ts";
import { MemoryFireStore } from "../../../stores/memory/fire_store.ts";
import { FireDesk } from "./fire_desk.ts";
import { Timetable } from "./timetable.ts";

const SEEDS = 60;
const STEPS = 40;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const ZONE = "Europe/Berlin";
/** An hour before clocks go back. */
const START = Date.UTC(2026, 9, 25, 0);
const SCHEDULES = [
  '{cron: "* * * * *", catchup: off}',
  '{cron: "*/7 * * * *", catchup: all, catchupWindow: 2h}',
  '{cron: "*/20 * * * *"}',
  '{cron: "15,45 2 * * *", catchupWindow: 1h}',
  '{cron: "*/25 * * * * *"}',
];

class Clock extends FakeClock {
  #shift = 0;

  override now(): number {
    return super.now() + this.#shift;
  }

  /** Sets the wall clock; the monotonic one goes on. */
  set(by: number): void {
    this.#shift += by;
  }

  async pass(ms: number): Promise<void> {
    let over = false;
    this.sleep(ms).then(() => over = true);
    while (!over) {
      this.step();
      await settle();
    }
  }
}

class World {
  readonly dir = new DagDir();
  readonly fires = new MemoryFireStore();
  readonly clock = new Clock(START);
  /** How likely the leader dies at each step of an action. */
  danger = 0.01;
  /** Run ids, in the order in which runs began. */
  readonly started: string[] = [];
  readonly #latest = new Map<string, LatestRun>();
  #timetable: Timetable | null = null;
  #desk: FireDesk | null = null;
  #epoch = 0;
  /** What the leader at work still may do; a killed one may do nothing. */
  #life = { alive: false };

  constructor(readonly random: Random) {
    SCHEDULES.forEach((schedule, i) => this.dir.write(`d${i}.yaml`, schedule));
  }

  async lead(): Promise<void> {
    this.kill();
    const life = this.#life = { alive: true };
    const start = async (fire: Fire) => {
      await this.#mayDie(life);
      // The store of runs refuses an id that it has.
      if (this.started.includes(fire.runId)) throw new Error("the run id exists");
      this.started.push(fire.runId);
      const now = this.clock.now();
      this.#latest.set(fire.dag, {
        id: fire.runId,
        status: RunStatus.Succeeded,
        startedAt: now,
        createdAt: now,
      });
      await this.#mayDie(life);
    };
    this.#timetable = new Timetable({
      dagsDir: this.dir.path,
      baseConfig: "",
      reader: () => this.dir.load,
      onProblem: () => {},
      fires: this.fires,
      zone: ZONE,
      isSuspended: () => false,
      boot: null,
      changed: () => {},
    });
    this.#desk = new FireDesk({
      clock: this.clock,
      timetable: this.#timetable,
      fires: this.fires,
      actions: { start, enqueue: start, replace: start, stop: start, restart: start },
      runsOf: (dag) => Promise.resolve({ latest: this.#latest.get(dag) ?? null, active: false }),
      mayAct: () => life.alive,
      onSettled: () => {},
      onError: (_, error) => {
        throw error;
      },
    });
    this.#epoch++;
    await this.#timetable.open(this.clock.now());
  }

  async turn(): Promise<void> {
    if (!this.#life.alive) return;
    await this.#desk!.turn(this.#epoch);
    let drained = false;
    this.#desk!.drain().then(() => drained = true);
    for (let i = 0; !drained && this.#life.alive; i++) {
      await settle();
      this.clock.step();
      assert(i < 10_000, "the desk does not come to an end");
    }
  }

  kill(): void {
    this.#life.alive = false;
    this.#timetable?.close();
    this.#timetable = null;
  }

  end(): void {
    this.kill();
    this.dir.remove("");
  }

  /** A process that is killed does nothing more, not even fail. */
  async #mayDie(life: { alive: boolean }): Promise<void> {
    if (life.alive && this.random.chance(this.danger)) this.kill();
    if (!life.alive) await new Promise(() => {});
  }
}

async function simulate(seed: number, goesBack: boolean): Promise<World> {
  const random = new Random(seed);
  const world = new World(random);
  await world.lead();
  await world.turn();
  for (let i = 0; i < STEPS; i++) {
    const dice = random.next();
    if (dice < 0.6) await world.clock.pass(SECOND + random.below(90) * SECOND);
    else if (dice < 0.75) await world.clock.pass(random.below(40) * MINUTE);
    else if (dice < 0.85) world.clock.set(random.below(90) * MINUTE);
    else if (dice < 0.9 && goesBack) world.clock.set(-random.below(90) * MINUTE);
    else await world.lead();
    await world.turn();
    if (random.chance(0.2)) await world.lead();
    await world.turn();
  }
  world.danger = 0;
  await world.lead();
  await world.turn();
  return world;
}

Deno.test("fires: whatever happens to schedulers and clocks, no fire starts two runs", async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = await simulate(seed, true);
    try {
      assertEquals(new Set(world.started).size, world.started.length, `seed ${seed}`);
      const records = await world.fires.list({ limit: 1e9 });
      const runs = records.filter(({ runId }) => runId !== "").map(({ runId }) => runId);
      assertEquals(runs.filter((id) => !world.started.includes(id)), [], `seed ${seed}: recorded, not begun`);
    } finally {
      world.end();
    }
  }
});

Deno.test("fires: while the clock goes forward, each expected fire ends as one thing", async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = await simulate(1000 + seed, false);
    try {
      const until = (await world.fires.settledUntil())!;
      const all = await world.fires.list({ limit: 1e9 });
      const runs = all.filter(({ runId }) => runId !== "").map(({ runId }) => runId);
      assertEquals(runs.toSorted(), world.started.toSorted(), `seed ${1000 + seed}`);
      for (const [i, schedule] of SCHEDULES.entries()) {
        const expression = /"(.*)"/.exec(schedule)![1];
        const records = await world.fires.list({ dag: `d${i}`, limit: 1e9 });
        const cron = parseCron(expression).cron!;
        let at = nextFire(cron, START, timeZone(ZONE));
        for (; at !== null && at <= until; at = nextFire(cron, at, timeZone(ZONE))) {
          const fitting = records.filter((one) => one.since <= at! && at! <= one.at);
          const single = fitting.filter(({ count }) => count === 1);
          assert(
            fitting.length === 1 || single.length === 1 && single[0].at === at,
            `seed ${1000 + seed}: d${i} at ${new Date(at).toISOString()} has ${fitting.length} records`,
          );
        }
      }
    } finally {
      world.end();
    }
  }
});
