/** Queued runs with real processes: order, one run each, whatever is killed and whatever lies about. */
import { RunStatus } from "../../src/core/status.ts";
import { processStat } from "../../src/platform/process/identity.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { type Home, inHome, until } from "../support/home.ts";
import { startScheduler } from "../support/schedulers.ts";

const MARK = `
queue: lane
steps:
  - {name: s, command: 'echo $DAG_RUN_ID >> WORK/marks'}
`;

function limit(home: Home, lane: number): void {
  const config = `queues:\n  config:\n    - {name: lane, maxConcurrency: ${lane}}\n`;
  Deno.writeTextFileSync(`${home.path}/config.yaml`, config);
}

async function enqueue(home: Home, ...args: string[]): Promise<void> {
  const { code, stderr } = await home.run(["enqueue", "-q", ...args]);
  assertEquals(code, 0, stderr);
}

function itemsInLine(home: Home): string[] {
  return home.files(/\/queue\/[^/]+\/(claimed\/)?item_[^/]*$/);
}

async function drained(home: Home, name: string, ids: readonly string[], said: () => string): Promise<void> {
  await until(
    async () => {
      for (const id of ids) {
        if ((await home.store.find(name, id))?.record.status !== RunStatus.Succeeded) return false;
      }
      return itemsInLine(home).length === 0;
    },
    "the end of all queued runs",
    said,
  );
}

Deno.test("queue: one after the other, in the order of acknowledgement, high priority first", () =>
  inHome(async (home) => {
    limit(home, 1);
    home.dag("d", MARK);
    for (const id of ["c", "b", "a"]) await enqueue(home, "-r", id, "d");
    await enqueue(home, "-r", "urgent", "--priority", "high", "d");
    const scheduler = startScheduler(home);
    await drained(home, "d", ["a", "b", "c", "urgent"], () => scheduler.said);
    assertEquals(home.marks(), ["urgent", "c", "b", "a"]);
    await enqueue(home, "-r", "late", "d");
    await home.marked("late");
    assertEquals(await scheduler.stop(), 0);
  }));

Deno.test("queue: an agent that could not end its worker ends itself after the run, and another one goes on", () =>
  inHome(async (home) => {
    home.dag(
      "loops",
      "queue: lane\nsteps:\n  - {name: s, type: jq, command: 'def f: f; f', script: '1', timeoutSec: 1}\n",
    );
    home.dag("d", MARK);
    const scheduler = startScheduler(home);
    await enqueue(home, "-r", "r", "loops");
    const stored = () => home.store.find("loops", "r");
    await until(
      async () => (await stored())?.record.status === RunStatus.Failed,
      "the end",
      () => scheduler.said,
    );
    const { pid } = (await stored())!.record;
    await until(() => processStat(pid) === null, "the end of the agent", () => scheduler.said);
    await enqueue(home, "-r", "later", "d");
    await home.marked("later");
    assertEquals(await scheduler.stop(), 0);
  }));

Deno.test("queue: of many who want one id, one gets it, and it runs once", () =>
  inHome(async (home) => {
    home.dag("d", MARK);
    const ends = await Promise.all(
      Array.from({ length: 16 }, () => home.run(["enqueue", "-q", "-r", "same", "d"])),
    );
    assertEquals(ends.filter(({ code }) => code === 0).length, 1);
    for (const { code, stderr } of ends) {
      if (code !== 0) assertMatch(stderr, /the run id "same" already exists/);
    }
    assertEquals(itemsInLine(home).length, 1);
    assertEquals(home.files(/\/queue\/.*\.tmp$/), []);
    const scheduler = startScheduler(home);
    await drained(home, "d", ["same"], () => scheduler.said);
    assertEquals(await scheduler.stop(), 0);
    assertEquals(home.marks(), ["same"]);
  }));

Deno.test("queue: drained while schedulers are killed, nothing is lost and nothing runs twice", () =>
  inHome(async (home) => {
    limit(home, 3);
    home.dag("d", MARK);
    const ids = Array.from({ length: 12 }, (_, i) => `r${i}`);
    for (const id of ids) await enqueue(home, "-r", id, "d");
    let scheduler = startScheduler(home);
    for (const kill of [1, 4, 7]) {
      await until(() => home.marks().length >= kill, `${kill} runs`, () => scheduler.said);
      await scheduler.kill();
      scheduler = startScheduler(home);
    }
    await drained(home, "d", ids, () => scheduler.said);
    assertEquals(await scheduler.stop(), 0);
    assertEquals(home.marks().sort(), [...ids].sort());
    await home.quiet();
  }));

/** Tells when a run begins while another one that has begun has not ended. */
const ALONE = `
queue: lane
onCrash: resume
steps:
  - name: s
    command: |
      touch WORK/begun/$DAG_RUN_ID
      ls WORK/begun | grep -vxq $DAG_RUN_ID && echo crowded >> WORK/marks
      echo $DAG_RUN_ID >> WORK/marks
      while [ ! -e WORK/go ]; do sleep 0.05; done
      rm WORK/begun/$DAG_RUN_ID
`;

Deno.test("queue: a run whose process is killed keeps its place until it goes on, whoever is killed with it", () =>
  inHome(async (home) => {
    limit(home, 1);
    home.dag("d", ALONE);
    Deno.mkdirSync(`${home.path}/work/begun`);
    for (const id of ["a", "b", "c"]) await enqueue(home, "-r", id, "d");
    let scheduler = startScheduler(home);
    const dies = async (beside: () => Promise<void>) => {
      const { lease } = (await home.store.find("d", "a"))!;
      await beside();
      Deno.kill(lease!.pid, "SIGKILL");
    };
    await home.marked("a");
    await dies(async () => {});
    await until(() => home.marks().length > 1, "what comes next", () => scheduler.said);
    await dies(() => scheduler.kill());
    // As if that had been a while ago.
    for (const path of home.files(/\/proc\/.*a/)) Deno.utimeSync(path, 0, 0);
    scheduler = startScheduler(home);
    await until(() => home.marks().length > 2, "what comes next", () => scheduler.said);
    Deno.writeTextFileSync(`${home.path}/work/go`, "");
    await drained(home, "d", ["a", "b", "c"], () => scheduler.said);
    assertEquals(await scheduler.stop(), 0);
    assertEquals(home.marks(), ["a", "a", "a", "b", "c"]);
  }));

Deno.test("queue: garbage and broken runs are named and put aside, the others go on", () =>
  inHome(async (home) => {
    limit(home, 1);
    home.dag("d", MARK);
    for (const id of ["broken", "lost", "good"]) await enqueue(home, "-r", id, "d");
    const lane = `${home.path}/data/queue/lane`;
    const [, lost] = itemsInLine(home).sort();
    Deno.writeTextFileSync(lost!, "");
    Deno.mkdirSync(`${lane}/item_high_20260101_000000_000Z_folder.json`);
    await new Deno.Command("mkfifo", { args: [`${lane}/item_high_20260101_000000_000Z_pipe.json`] }).output();
    Deno.writeTextFileSync(
      `${lane}/item_high_20260101_000000_001Z_none.json`,
      '{"dagRun": {"name": "../d", "id": "x"}}',
    );
    Deno.writeTextFileSync(`${lane}/item_high_20269999_000000_001Z_when.json`, "{}");
    for (const path of home.files(/_broken\/.*dag\.json$/)) Deno.writeTextFileSync(path, "{");
    const scheduler = startScheduler(home);
    await home.marked("good");
    for (const name of ["folder", "pipe", "none", "when", "lost"]) {
      await scheduler.says(`Z_${name}.json`);
    }
    assertMatch(scheduler.said, /msg="Cannot start a queued run" [^\n]*run-id=broken/);
    assertEquals(home.files(/\/queue\/lane\/item_high_/), []);
    // The record of the run whose item was emptied brings it back.
    await home.marked("lost");
    const { stdout } = await home.run(["why", "d", "broken"]);
    assertMatch(stdout, /it could not be started: .*dag\.json/);
    assertEquals(await scheduler.stop(), 0);
    assertEquals(home.marks().sort(), ["good", "lost"]);
  }));

Deno.test("queue: a run in one queue holds up none in another, and stop takes a run out of the line", () =>
  inHome(async (home) => {
    home.dag(
      "slow",
      `steps:\n  - {name: s, command: 'echo slow >> WORK/marks; while [ ! -e WORK/go ]; do sleep 0.05; done'}\n`,
    );
    home.dag("d", MARK);
    const scheduler = startScheduler(home);
    await enqueue(home, "-r", "s1", "slow");
    await home.marked("slow");
    await enqueue(home, "-r", "s2", "slow");
    await enqueue(home, "-r", "quick", "d");
    await home.marked("quick");
    const { stdout } = await home.run(["why", "slow", "s2"]);
    assertMatch(
      stdout,
      /1 run is running in the queue "slow", which lets 1 run at the same time; it is the next one/,
    );
    assertEquals((await home.run(["stop", "-q", "-r", "s2", "slow"])).code, 0);
    assertEquals(await home.store.find("slow", "s2"), null);
    Deno.writeTextFileSync(`${home.path}/work/go`, "");
    await drained(home, "slow", ["s1"], () => scheduler.said);
    assertEquals(await scheduler.stop(), 0);
    assert(!home.marks().slice(1).includes("slow"), home.marks().join());
  }));
