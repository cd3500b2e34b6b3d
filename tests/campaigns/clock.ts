/**
 * Clocks that jump, under real schedulers: each time is started at most once, what was missed does not come as a
 * storm, it goes on, and nobody is taken for dead. Needs a C compiler.
 *
 *     deno run -A tests/campaigns/clock.ts [CHECK ...]
 *
 * `OURS` names a compiled program to test instead of the sources.
 */
import { RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Check, runChecks } from "../support/checks.ts";
import { Home, pause, programArgs, until } from "../support/home.ts";
import { MovedClock } from "../support/moved_clock.ts";
import { fires, leaderPid, leads, startScheduler } from "../support/schedulers.ts";

const HOUR = 3600;
const TICK = 'schedule: "* * * * * *"\nsteps:\n  - command: echo $DAG_RUN_ID >> WORK/marks\n';

/** A scheduler whose clock jumps once it has started some runs; the book has to be in order afterwards. */
function jump(seconds: number, most: number): Check {
  return async () => {
    await using home = await Home.make();
    home.dag("tick", TICK);
    const clock = await MovedClock.make(home.path, "shift");
    const scheduler = startScheduler(home, clock.env);
    await until(() => home.marks().length >= 3, "three runs", () => scheduler.said, 20_000);
    const at = Date.now();
    clock.set(seconds);
    const before = home.marks().length;
    await until(() => home.marks().length >= before + 3, "runs after the jump", () => scheduler.said, 75_000);
    const waited = (Date.now() - at) / 1000;
    clock.set(0);
    const again = home.marks().length;
    await until(
      () => home.marks().length >= again + 3,
      "runs after the way back",
      () => scheduler.said,
      75_000,
    );
    assertEquals(await scheduler.stop(), 0);
    await home.quiet(20_000);
    const started = (await fires(home, "tick")).filter(({ runId }) => runId !== "");
    const times = started.map(({ at }) => at);
    assertEquals(times.length, new Set(times).size, "a time was started twice");
    assertEquals(home.marks().length, new Set(home.marks()).size, "a run ran twice");
    assert(
      home.marks().length <= most + (Date.now() - at) / 1000 + 5,
      `${home.marks().length} runs: a storm`,
    );
    return `goes on ${waited.toFixed(1)} s after it, ${times.length} times started once each`;
  };
}

/** A stand-by whose clock is an hour ahead does not take over from one that leads. */
async function standby(): Promise<string> {
  await using home = await Home.make();
  home.dag("tick", TICK);
  const leader = startScheduler(home);
  await leads(home, leader);
  const clock = await MovedClock.make(home.path, "shift");
  clock.set(HOUR);
  const other = startScheduler(home, clock.env);
  await other.says("Waiting to lead");
  for (let i = 0; i < 15; i++) {
    await pause(1000);
    assertEquals(await leaderPid(home), leader.pid, "who leads");
  }
  const before = home.marks().length;
  clock.set(-HOUR);
  await until(() => home.marks().length >= before + 5, "five more runs");
  assertEquals(await leaderPid(home), leader.pid, "who leads");
  assertEquals(await other.stop(), 0);
  assertEquals(await leader.stop(), 0);
  return "an hour ahead and an hour behind: who leads goes on";
}

/** A run is alive for whoever looks at it, whatever that one's clock says. */
async function observer(): Promise<string> {
  await using home = await Home.make();
  home.dag("long", "steps:\n  - 'echo begun >> WORK/marks; sleep 300'\n");
  const run = home.spawn(["start", "-q", "-r", "r", "long"]);
  await home.marked("begun");
  const clock = await MovedClock.make(home.path, "shift");
  const env = Object.entries(clock.env).map(([name, value]) => `${name}=${value}`);
  for (const days of [1, -1]) {
    clock.set(days * 24 * HOUR);
    const { code, stdout, stderr } = await home.run(["status", "-r", "r", "long"], [
      "env",
      ...env,
      ...programArgs(),
    ]);
    assertEquals(code, 0, stderr);
    assert(/running/i.test(stdout), stdout);
    const stored = await home.store.find("long", "r");
    assertEquals(stored?.record.status, RunStatus.Running);
  }
  run.kill("SIGTERM");
  assertEquals((await run.status).code, 143);
  return "running, a day ahead and a day behind";
}

if (import.meta.main) {
  await runChecks({
    "an hour ahead": jump(HOUR, 12),
    "an hour back": jump(-HOUR, 12),
    "three seconds back": jump(-3, 12),
    "a day ahead": jump(24 * HOUR, 12),
    "stand-by with another clock": standby,
    "a look with another clock": observer,
  });
}
