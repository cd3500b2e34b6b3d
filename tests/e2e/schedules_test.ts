/** What schedules say beside their times, carried out by a real scheduler. */
import type { FireRecord } from "../../src/core/schedule/schedule.ts";
import { RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { Home, until } from "../support/home.ts";
import { fires, leads, type SchedulerProcess, startScheduler } from "../support/schedulers.ts";

function scheduled(what: string, work: (home: Home, start: () => SchedulerProcess) => Promise<void>): void {
  Deno.test(`schedules: ${what}`, async () => {
    const home = await Home.make();
    const running: SchedulerProcess[] = [];
    try {
      await work(home, () => {
        const scheduler = startScheduler(home);
        running.push(scheduler);
        return scheduler;
      });
    } finally {
      for (const scheduler of running) await scheduler.stop().catch(() => {});
      await home[Symbol.asyncDispose]();
    }
  });
}

/** Waits until the book has a record that fits. */
async function recorded(home: Home, dag: string, fits: (record: FireRecord) => boolean): Promise<FireRecord> {
  let found: FireRecord | undefined;
  await until(
    async () => (found = (await fires(home, dag)).find(fits)) !== undefined,
    `a record of ${dag}`,
  );
  return found!;
}

const LONG = "steps:\n  - command: echo $DAG_RUN_ID >> WORK/marks; sleep 600\n";

scheduled("a start replaces the run that is active", async (home, start) => {
  home.dag("x", `schedule: {cron: "*/3 * * * * *", overlap: replace}\n${LONG}`);
  start();
  await until(() => home.marks().length >= 3, "three runs");
  home.dag("x", LONG);
  const [first, second] = home.marks();
  for (const id of [first, second]) {
    assertEquals((await home.store.find("x", id!))?.record.status, RunStatus.Aborted);
  }
  assert((await fires(home, "x")).every(({ outcome }) => outcome === "started"));
});

scheduled("a start waits in the queue, and runs when the active run has ended", async (home, start) => {
  home.dag(
    "x",
    `schedule: {cron: "*/2 * * * * *", overlap: queue}
steps:
  - command: |
      echo $DAG_RUN_ID >> WORK/marks
      while [ ! -e WORK/go ]; do sleep 0.05; done
`,
  );
  start();
  const queued = await recorded(home, "x", ({ outcome }) => outcome === "queued");
  home.dag("x", "steps:\n  - echo no more fires\n");
  assertEquals(home.marks().length, 1);
  Deno.writeTextFileSync(`${home.path}/work/go`, "");
  await until(() => home.marks().includes(queued.runId), "the queued run");
});

scheduled("runs are stopped and restarted", async (home, start) => {
  home.dag("x", `schedule: {start: "*/6 * * * * *", stop: "3-59/6 * * * * *"}\n${LONG}`);
  home.dag("y", `schedule: {restart: "*/3 * * * * *"}\n${LONG.replace("marks", "again")}`);
  start();
  await recorded(home, "x", ({ kind, outcome }) => kind === "stop" && outcome === "started");
  const { runId } = await recorded(
    home,
    "x",
    ({ kind, outcome }) => kind === "start" && outcome === "started",
  );
  await until(
    async () => (await home.store.find("x", runId))?.record.status === RunStatus.Aborted,
    "the end of the run",
  );
  const idle = await recorded(home, "y", ({ outcome }) => outcome === "skipped");
  assertMatch(idle.why, /has never run/);
  home.spawn(["start", "-q", "y"]);
  await until(() => home.marks("again").length >= 2, "the run and its successor");
  assertEquals((await home.store.find("y", home.marks("again")[0]!))?.record.status, RunStatus.Aborted);
});

scheduled("what is suspended or broken says so, until it is not any more", async (home, start) => {
  const ok = 'schedule: "* * * * * *"\nsteps:\n  - echo $DAG_RUN_ID >> WORK/marks\n';
  Deno.mkdirSync(`${home.path}/suspend`);
  Deno.writeTextFileSync(`${home.path}/suspend/x.suspend`, "");
  home.dag("x", ok);
  home.dag("y", ok.replace("marks", "others"));
  start();
  assertMatch((await recorded(home, "x", ({ outcome }) => outcome === "skipped")).why, /suspended/);
  assertEquals(home.marks(), []);
  Deno.removeSync(`${home.path}/suspend/x.suspend`);
  await until(() => home.marks().length > 0, "a run after the suspension");
  await until(() => home.marks("others").length > 0, "a run before the mistake");
  home.dag("y", ok.replace("steps:", "stepz:"));
  const missed = await recorded(home, "y", ({ outcome }) => outcome === "missed");
  assertMatch(missed.why, /y\.yaml:2.*"stepz"/);
  const before = home.marks("others").length;
  home.dag("y", ok.replace("marks", "others"));
  await until(() => home.marks("others").length > before, "a run after the mistake");
});

scheduled(
  "@reboot: the first scheduler after the boot runs it, the next ones do not",
  async (home, start) => {
    home.dag("x", 'schedule: "@reboot"\nsteps:\n  - echo once >> WORK/marks\n');
    home.dag("tick", 'schedule: "* * * * * *"\nsteps:\n  - echo tick >> WORK/ticks\n');
    const first = start();
    await until(() => home.marks().length === 1 && home.marks("ticks").length > 0, "the run of the boot");
    assertEquals(await first.stop(), 0);
    const ticks = home.marks("ticks").length;
    await leads(home, start());
    await until(() => home.marks("ticks").length > ticks + 1, "fires of the second scheduler");
    assertEquals((await fires(home, "x")).map(({ outcome }) => outcome), ["started"]);
    assertEquals(home.marks(), ["once"]);
  },
);

scheduled("what passed without a scheduler is made good or known as missed", async (home, start) => {
  const dag = (catchup: string, marks: string) =>
    `schedule: {cron: "* * * * * *", catchup: ${catchup}}\nsteps:\n  - echo $DAG_RUN_ID >> WORK/${marks}\n`;
  home.dag("all", dag("all", "all"));
  home.dag("latest", dag("latest", "latest"));
  const first = start();
  await until(() => home.marks("all").length > 0 && home.marks("latest").length > 0, "first runs");
  await first.kill();
  const killed = Date.now();
  await until(() => Date.now() > killed + 4000, "some seconds without a scheduler");
  start();
  const missed = await recorded(home, "latest", ({ outcome, count }) => outcome === "missed" && count >= 3);
  assertMatch(missed.why, /no scheduler was at work in time; only the newest/);
  await recorded(home, "all", ({ at }) => at > killed + 4000);
  const gap = (await fires(home, "all")).filter(({ at }) => at > killed && at < killed + 4000);
  assert(gap.length >= 3, JSON.stringify(gap));
  assertEquals(gap.filter(({ outcome }) => outcome === "missed"), []);
});
