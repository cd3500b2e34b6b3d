/** A scheduler that begins where files of its own, or of two runs that wait, are damaged: it runs the other five. */
import { assert, assertEquals } from "../../assert.ts";
import { Home, until } from "../../support/home.ts";
import { leads, startScheduler } from "../../support/schedulers.ts";
import { type Damage, doDamage, restore, someDamage, textsBelow } from "../sites/damaged_files.ts";
import type { Target } from "../target.ts";

const GOOD = ["g1", "g2", "g3", "g4", "g5"];
const LANE = "queue: lane\nsteps:\n  - command: echo $DAG_RUN_ID >> WORK/marks\n";
/** What the scheduler keeps, what says who lives, and the two runs that may be damaged. */
const DAMAGED = /^scheduler\/|^suspend\/|^data\/(?!queue\/|dag-runs\/|index\/|format)|_bad\d/;
/** A lock that may be that of a scheduler of Dagu, which no sign tells from it, is waited for half of that time. */
const LIMIT_MS = 60_000;

async function enqueue(home: Home, id: string): Promise<void> {
  const { code, stderr } = await home.run(["enqueue", "-q", "-r", id, "d"]);
  assertEquals(code, 0, stderr);
}

class SchedulerHome {
  private constructor(readonly home: Home, readonly sound: ReadonlyMap<string, string>) {}

  static async make(): Promise<SchedulerHome> {
    const home = await Home.make();
    home.dag("d", LANE);
    home.dag("tick", 'schedule: "* * * * * *"\nsteps:\n  - command: echo tick >> WORK/ticks\n');
    const scheduler = startScheduler(home);
    await leads(home, scheduler);
    await home.marked("tick", "ticks");
    await scheduler.kill();
    await home.quiet();
    Deno.mkdirSync(`${home.path}/suspend`, { recursive: true });
    Deno.writeTextFileSync(`${home.path}/suspend/tick.suspend`, "");
    for (const id of ["bad1", ...GOOD, "bad2"]) await enqueue(home, id);
    const sound = [...textsBelow(home.path)].filter(([path]) => !/^data\/index\/|^work\/|\.log$/.test(path));
    return new SchedulerHome(home, new Map(sound));
  }

  async begins(damages: readonly Damage[]): Promise<string> {
    const { home } = this;
    restore(home.path, this.sound);
    Deno.mkdirSync(`${home.path}/work`);
    for (const damage of damages) {
      try {
        doDamage(home.path, damage);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error; // The other damage took it away.
      }
    }
    const scheduler = startScheduler(home);
    try {
      const missing = () => GOOD.filter((id) => !home.marks().includes(id));
      await until(
        () => missing().length === 0,
        "the good runs",
        () => `${missing()}\n${scheduler.said}`,
        LIMIT_MS,
      );
      assertEquals(await scheduler.stop(), 0, scheduler.said);
      assertEquals(home.marks().filter((id) => id.startsWith("g")).sort(), GOOD, "each once");
      assert(!/internal error|met a defect|\n {4}at /.test(scheduler.said), scheduler.said);
      return "";
    } finally {
      await scheduler.kill().catch(() => {});
      await home.quiet();
    }
  }
}

export function schedulerTargets(): Readonly<Record<string, Target>> {
  let opened: Promise<SchedulerHome> | null = null;
  const home = () => opened ??= SchedulerHome.make();
  return {
    "scheduler's home": {
      cost: 500,
      patienceMs: LIMIT_MS * 2,
      async make(random) {
        const files = new Map([...(await home()).sound].filter(([path]) => DAMAGED.test(path)));
        return JSON.stringify(Array.from({ length: 1 + random.below(8) }, () => someDamage(files, random)));
      },
      async check(input) {
        return await (await home()).begins(JSON.parse(input));
      },
      async dispose() {
        await (await opened)?.home[Symbol.asyncDispose]();
      },
    },
  };
}
