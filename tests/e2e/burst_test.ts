/** Many processes at the same moment. */
import { RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { Home, until } from "../support/home.ts";

const TEXT = "workingDir: WORK\nsteps:\n  - {name: s, command: 'echo $DAG_RUN_ID >> marks'}\n";

Deno.test("none of 50 starts of one DAG is lost", async () => {
  await using home = await Home.make();
  home.dag("burst", TEXT);
  const runs = Array.from({ length: 50 }, () => home.spawn(["start", "-q", "burst"]));
  for (const run of runs) assertEquals((await run.status).code, 0);
  assertEquals(new Set(home.marks()).size, 50);
  const stored = await home.store.list("burst", { limit: 1000 });
  assertEquals(stored.length, 50);
  assert(stored.every(({ record }) => record.status === RunStatus.Succeeded), "A run did not succeed");
  assertEquals(stored.map(({ record }) => record.dagRunId).sort(), home.marks().sort());
});

Deno.test("of equal run ids exactly one wins, of retries at the same time too", async () => {
  await using home = await Home.make();
  home.dag("burst", TEXT);
  const starts = await Promise.all(
    Array.from({ length: 8 }, () => home.run(["start", "-q", "--run-id", "same", "burst"])),
  );
  assertEquals(starts.filter(({ code }) => code === 0).length, 1);
  for (const { code, stderr } of starts) {
    if (code !== 0) assertMatch(stderr, /the run id "same" already exists/);
  }
  assertEquals(home.marks(), ["same"]);
  home.dag(
    "fails",
    "workingDir: WORK\nsteps:\n  - {name: s, command: 'echo x >> tries; while [ -e wait ]; do sleep 0.05; done; exit 1'}\n",
  );
  await home.run(["start", "-q", "--run-id", "r", "fails"]);
  const wait = `${home.path}/work/wait`;
  Deno.writeTextFileSync(wait, "");
  let refused = 0;
  const retries = Array.from({ length: 5 }, async () => {
    const { stderr } = await home.run(["retry", "-q", "--run-id", "r", "fails"]);
    if (stderr.includes("it is still running")) refused++;
  });
  await until(() => refused === retries.length - 1, "the refusal of all retries but one");
  Deno.removeSync(wait);
  await Promise.all(retries);
  assertEquals(home.marks("tries").length, 2);
  assertEquals((await home.store.find("fails", "r"))?.record.status, RunStatus.Failed);
});
