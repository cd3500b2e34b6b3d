/**
 * Faults for schedulers, over minutes: killed, paused and told to end while they start what is due and drain a queue,
 * and a disk that fills up. Every fire and every queued run has to be accounted for, once.
 *
 *     deno run -A tests/campaigns/scheduler.ts [--seconds N] [--queued N] [--seed N] [pair | queue | disk ...]
 *
 * `disk` needs the right to mount. `OURS` names a compiled program to test instead of the sources.
 */
import { assert, assertEquals } from "../assert.ts";
import { Random } from "../fakes/random.ts";
import { Home, pause, until } from "../support/home.ts";
import {
  assertAccounted,
  eachSecond,
  fires,
  leaderPid,
  leads,
  startScheduler,
} from "../support/schedulers.ts";
import { RunStatus } from "../../src/core/status.ts";

function option(name: string, otherwise: number): number {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
}

const seconds = option("seconds", 300);
const queued = option("queued", 200);
const random = new Random(option("seed", 1));

/** Two schedulers; the one that leads is killed, paused or told to end, again and again. */
async function pair(home: Home): Promise<string> {
  const names = ["a", "b", "c"];
  for (const name of names) home.dag(name, eachSecond().replaceAll("marks", `marks-${name}`));
  const running = [startScheduler(home), startScheduler(home)];
  const faults = { killed: 0, paused: 0, ended: 0 };
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const leader = await currentLeader(home, running);
    await pause(random.below(5000));
    const other = running.find((one) => one !== leader)!;
    const fault = random.pick(["killed", "paused", "ended"] as const);
    faults[fault]++;
    if (fault === "paused") {
      leader.signal("SIGSTOP");
      await leads(home, other, 20_000);
      await pause(random.below(5000));
      leader.signal("SIGCONT");
      continue;
    }
    if (fault === "killed") await leader.kill();
    else assertEquals(await leader.stop(), 0);
    await leads(home, other, 20_000);
    running.splice(running.indexOf(leader), 1, startScheduler(home));
  }
  for (const one of running) {
    await one.says("Waiting to lead");
    assertEquals(await one.stop(), 0);
  }
  const books = await Promise.all(names.map((name) => assertAccounted(home, name, `marks-${name}`)));
  const outcomes = Object.groupBy(books.flat(), ({ outcome }) => outcome);
  const counted = Object.entries(outcomes).map(([outcome, records]) => `${records!.length} ${outcome}`);
  return `${JSON.stringify(faults)}; fires: ${counted.join(", ")}`;
}

type Scheduler = ReturnType<typeof startScheduler>;

async function currentLeader(home: Home, running: readonly Scheduler[]): Promise<Scheduler> {
  let leader: Scheduler | undefined;
  await until(async () => {
    const pid = await leaderPid(home);
    return (leader = running.find((one) => one.pid === pid)) !== undefined;
  }, "a leader");
  return leader!;
}

/** A queue that is drained while its scheduler is killed five times. */
async function queue(home: Home): Promise<string> {
  Deno.writeTextFileSync(
    `${home.path}/config.yaml`,
    "queues:\n  config:\n    - name: q\n      maxConcurrency: 4\n",
  );
  const path = home.dag("d", "queue: q\nsteps:\n  - command: sleep 0.2; echo $DAG_RUN_ID >> WORK/marks\n");
  const ids = Array.from({ length: queued }, (_, i) => `r${String(i).padStart(4, "0")}`);
  for (const id of ids) assertEquals((await home.run(["enqueue", "-q", "-r", id, path])).code, 0);
  for (let kill = 1; kill <= 5; kill++) {
    const scheduler = startScheduler(home);
    const goal = Math.floor((kill * queued) / 6);
    await until(() => home.marks().length >= goal, `${goal} runs`, () => scheduler.said, 300_000);
    await scheduler.kill();
  }
  const last = startScheduler(home);
  await until(() => new Set(home.marks()).size === queued, "all runs", () => last.said, 300_000);
  await until(
    async () =>
      (await home.store.list("d", { statuses: [RunStatus.Succeeded], limit: queued })).length === queued,
    "the ends of all runs",
  );
  assertEquals(await last.stop(), 0);
  assertEquals(home.marks().toSorted(), ids);
  return `${queued} runs, each once`;
}

/** A disk that is full for a while: what can go on does, nothing is damaged, and all is well when there is room. */
async function disk(outer: Home): Promise<string> {
  const dir = `${outer.path}/disk`;
  Deno.mkdirSync(dir);
  await mount("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", dir);
  const home = await Home.make({ dir });
  try {
    // What the steps leave is beside the full disk.
    home.dag("tick", eachSecond().replaceAll("WORK", `${outer.path}/work`));
    const scheduler = startScheduler(home);
    await until(() => outer.marks().length >= 3, "three runs", () => scheduler.said, 20_000);
    fill(`${dir}/filler`);
    const begun = (await fires(home, "tick")).length;
    await pause(10_000);
    assert(!await gone(scheduler), "The scheduler did not survive the full disk");
    Deno.removeSync(`${dir}/filler`);
    const after = outer.marks().length;
    await until(
      () => outer.marks().length >= after + 5,
      "runs with room again",
      () => scheduler.said,
    );
    assertEquals(await scheduler.stop(), 0);
    // Runs that it has begun go on without it.
    await home.quiet(20_000);
    const book = await fires(home, "tick");
    const started = book.filter(({ runId }) => runId !== "").map(({ runId }) => runId);
    assertEquals(new Set(started).size, started.length);
    assertEquals(new Set(outer.marks()).size, outer.marks().length);
    for (const { record } of await home.store.list("tick", { limit: 1000 })) {
      assert(record.status !== RunStatus.Running && record.status !== RunStatus.NotStarted, record.dagRunId);
    }
    return `${begun} fires before, ${book.length} in all, ${outer.marks().length} runs`;
  } finally {
    for (const { pid } of home.alive()) Deno.kill(pid, "SIGKILL");
    await until(() => home.alive().length === 0, "the end of all processes");
    await mount("umount", dir);
  }
}

async function gone({ ended }: Scheduler): Promise<boolean> {
  return await Promise.race([ended.then(() => true), pause(0).then(() => false)]);
}

async function mount(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  assert(success, new TextDecoder().decode(stderr));
}

function fill(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true });
  try {
    for (;;) file.writeSync(new Uint8Array(65536));
  } catch {
    // Full.
  }
}

const CAMPAIGNS = { pair, queue, disk };

if (import.meta.main) {
  const named = Deno.args.filter((arg) => arg in CAMPAIGNS);
  for (const [name, campaign] of Object.entries(CAMPAIGNS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const home = await Home.make();
    try {
      console.log(`ok      ${name}: ${await campaign(home)}`);
    } catch (error) {
      console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : error}`);
      Deno.exitCode = 1;
    } finally {
      await home[Symbol.asyncDispose]();
    }
  }
}
