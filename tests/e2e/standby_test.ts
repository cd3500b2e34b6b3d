/** Several schedulers over one home: one acts, the others take over. */
import { assert, assertEquals } from "../assert.ts";
import { needs, testNeeding } from "../needs.ts";
import { Home, pause, until } from "../support/home.ts";
import { assertAccounted, eachSecond, leaderPid, leads, startScheduler } from "../support/schedulers.ts";

type Schedulers = {
  home: Home;
  first: ReturnType<typeof startScheduler>;
  second: ReturnType<typeof startScheduler>;
};

/** Two schedulers, the first of which leads, over a DAG that fires each second. */
function withTwo(work: (given: Schedulers) => Promise<void>): () => Promise<void> {
  return async () => {
    const home = await Home.make();
    try {
      home.dag("tick", eachSecond());
      const first = startScheduler(home);
      await leads(home, first);
      const second = startScheduler(home);
      await second.says("Waiting to lead");
      await until(() => home.marks().length >= 3, "three runs");
      assertEquals(await leaderPid(home), first.pid);
      await work({ home, first, second });
    } finally {
      await home[Symbol.asyncDispose]();
    }
  };
}

async function moreRuns(home: Home, count: number): Promise<void> {
  const goal = home.marks().length + count;
  await until(() => home.marks().length >= goal, `${count} more runs`);
}

Deno.test(
  "standby: a killed leader is followed, and every fire is accounted for once",
  withTwo(async ({ home, first, second }) => {
    await first.kill();
    await leads(home, second);
    await moreRuns(home, 3);
    assertEquals(await second.stop(), 0);
    await assertAccounted(home, "tick");
  }),
);

Deno.test(
  "standby: a leader that is told to end hands over",
  withTwo(async ({ home, first, second }) => {
    assertEquals(await first.stop(), 0);
    // Nobody has to wait for its silence.
    assertEquals(
      JSON.parse(Deno.readTextFileSync(`${home.path}/scheduler/locks/epoch_1.json`)).released,
      true,
    );
    await leads(home, second);
    await moreRuns(home, 3);
    assertEquals(await second.stop(), 0);
    await assertAccounted(home, "tick");
    assertEquals(
      [...Deno.readDirSync(`${home.path}/scheduler/locks`)].filter((entry) => entry.isDirectory),
      [],
    );
  }),
);

Deno.test(
  "standby: a leader that is paused is followed, does nothing when it wakes up, and stands by",
  withTwo(async ({ home, first, second }) => {
    first.signal("SIGSTOP");
    await leads(home, second);
    await moreRuns(home, 2);
    first.signal("SIGCONT");
    await first.says("Leadership lost");
    await moreRuns(home, 2);
    assertEquals(await leaderPid(home), second.pid);
    assertEquals(await second.stop(), 0);
    await leads(home, first);
    await moreRuns(home, 2);
    assertEquals(await first.stop(), 0);
    await assertAccounted(home, "tick");
  }),
);

function startPeer(home: Home): Deno.ChildProcess {
  return new Deno.Command("/bin/sh", {
    args: ["-c", 'exec "$@" 2>"$0"', `${home.path}/peer.log`, needs("peer").path, "scheduler"],
    env: home.env({ DAGU_SCHEDULER_PORT: "0" }),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

testNeeding({
  name: "standby: the scheduler of Dagu stands by while ours leads, and is waited for while it leads",
  needs: ["peer"],
  fn: async () => {
    const home = await Home.make();
    const log = `${home.path}/peer.log`;
    Deno.writeTextFileSync(log, "");
    const said = () => Deno.readTextFileSync(log);
    try {
      const ours = startScheduler(home);
      await leads(home, ours);
      const peer = startPeer(home);
      await until(() => said().includes("Waiting to acquire scheduler lock"), "the other program");
      // It tries every 5 s.
      await pause(6000);
      assert(!said().includes("Acquired scheduler lock"), said());
      assertEquals(await ours.stop(), 0);
      await until(() => said().includes("Acquired scheduler lock"), "its turn");
      const next = startScheduler(home);
      await next.says("A scheduler of Dagu is at work");
      peer.kill("SIGKILL");
      await peer.status;
      assertEquals(await next.stop(), 0);
    } finally {
      await home[Symbol.asyncDispose]();
    }
  },
});
