/** Processes of TypeScript steps: none is left, however the run ends. */
import { RunStatus } from "../../src/core/status.ts";
import { isDeadState, processStat } from "../../src/platform/process/identity.ts";
import { assertEquals } from "../assert.ts";
import { Home, until } from "../support/home.ts";

const ENDLESS = `
workingDir: WORK
steps:
  - type: ts
    permissions: { write: [marks] }
    script: |
      await Deno.writeTextFile("marks", \`\${Deno.pid}\\n\`);
      for (;;);
`;

async function withEndless(test: (home: Home, run: Deno.ChildProcess, pid: number) => Promise<void>) {
  await using home = await Home.make();
  const run = home.spawn(["start", "--run-id", "r", home.dag("endless", ENDLESS)]);
  await until(() => home.marks().length > 0, "the process of the step");
  const pid = Number(home.marks()[0]);
  try {
    await test(home, run, pid);
    await until(() => {
      const stat = processStat(pid);
      return stat === null || isDeadState(stat.state);
    }, "the end of the process of the step");
  } finally {
    await run.status;
  }
}

Deno.test("a stop ends the process of a TypeScript step in the middle of a loop", () =>
  withEndless(async (home, run) => {
    assertEquals((await home.run(["stop", "endless"])).code, 0);
    await run.status;
    assertEquals((await home.store.find("endless", "r"))?.record.status, RunStatus.Aborted);
    assertEquals(home.files(/\/ts-[^/]*\.json$/), []);
  }));

Deno.test("kill -9 of the program ends the process of a TypeScript step", () =>
  withEndless(async (_home, run) => {
    run.kill("SIGKILL");
    await run.status;
  }));
