import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { makeDag } from "../../../tests/fakes/dags.ts";
import { commands, inStepPlace, madeFile, startStep } from "../../../tests/support/shell_step.ts";
import { groupMembers, processesCarrying } from "../../platform/process/process_table.ts";

const linux = Deno.build.os === "linux";

function marked() {
  const token = crypto.randomUUID();
  return {
    mark: `DAGU_RUN_TOKEN=${token}`,
    env: { DAGU_RUN_TOKEN: token, DAG_RUN_ID: "r1", DAG_RUN_STEP_NAME: "s" },
  };
}

Deno.test(
  "the group is known as soon as the step runs",
  inStepPlace(async (place) => {
    const step = startStep(place, commands("echo $$", "echo $$"));
    assertEquals((await step.done).error, "");
    assertEquals(Deno.readTextFileSync(place.stdout), step.groups.map((pgid) => `${pgid}\n`).join(""));
  }),
);

Deno.test(
  "SIGTERM ends the step with its children",
  inStepPlace(async (place) => {
    const step = startStep(place, { script: "sleep 60 & (sleep 60; true) & touch ready; wait" });
    await madeFile(place, "ready");
    step.signal("SIGTERM");
    assertEquals(await step.done, { exitCode: 143, error: "signal: terminated" });
    assertEquals(groupMembers(step.groups[0]), []);
    assertEquals([...Deno.readDirSync(place.workingDir)].map((entry) => entry.name), ["ready"]);
  }),
);

Deno.test(
  "a step that catches the signal ends as it likes",
  inStepPlace(async (place) => {
    const step = startStep(place, {
      script: "trap 'echo got USR1; exit 0' USR1\ntouch ready\nwhile :; do sleep 0.01; done",
    });
    await madeFile(place, "ready");
    step.signal("SIGUSR1");
    assertEquals(await step.done, { exitCode: 0, error: "" });
    assertEquals(Deno.readTextFileSync(place.stdout), "got USR1\n");
  }),
);

Deno.test({
  name: "what a step leaves behind when it is stopped is ended too, whatever it ignores",
  ignore: !linux,
  fn: inStepPlace(async (place) => {
    const { mark, env } = marked();
    const step = startStep(place, {
      script: `
        setsid sh -c 'sleep 60; true' &
        (trap '' TERM INT; touch deaf; while :; do sleep 0.01; done) &
        trap 'exit 7' INT
        while [ ! -e deaf ]; do sleep 0.01; done
        touch ready
        while :; do sleep 0.01; done`,
    }, { env, task: { dag: { ...makeDag([]), maxCleanUpMs: 3_600_000 } } });
    await madeFile(place, "ready");
    let ended = false;
    step.done.then(() => ended = true);
    step.signal("SIGINT");
    // Everything but the deaf child and its present sleep goes at the signal or the SIGTERM that follows it.
    while (processesCarrying([mark]).length > 2) await new Promise((resolve) => setTimeout(resolve, 5));
    assertEquals(ended, false, "the step has not ended while a part of it runs");
    step.signal("SIGKILL");
    const outcome = await step.done;
    assertEquals([outcome.exitCode, outcome.error], [7, "exit status 7"]);
    assertEquals(processesCarrying([mark]), []);
  }),
});

Deno.test({
  name: "SIGKILL ends the whole tree at once",
  ignore: !linux,
  fn: inStepPlace(async (place) => {
    const { mark, env } = marked();
    const step = startStep(place, commands("trap '' TERM; setsid sleep 60 & sleep 60 & touch ready; wait"), {
      env,
    });
    await madeFile(place, "ready");
    while (processesCarrying([mark]).length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    step.signal("SIGKILL");
    assertEquals((await step.done).error, "signal: killed");
    assertEquals(processesCarrying([mark]), []);
  }),
});

Deno.test({
  name: "what a step leaves behind when somebody else kills it is ended too",
  ignore: !linux,
  fn: inStepPlace(async (place) => {
    for (const direct of [true, false]) {
      const { mark, env } = marked();
      const step = startStep(
        place,
        commands("setsid sleep 60 & (trap '' TERM; sleep 60; true) & touch ready; wait"),
        {
          env,
          direct,
          task: { dag: { ...makeDag([]), maxCleanUpMs: 100 } },
        },
      );
      await madeFile(place, "ready");
      while (processesCarrying([mark]).length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
      Deno.kill(step.groups[0], "SIGKILL");
      const outcome = await step.done;
      assertEquals([outcome.exitCode, outcome.error], [137, "signal: killed"]);
      assertEquals(processesCarrying([mark]), []);
      Deno.removeSync(`${place.workingDir}/ready`);
    }
  }),
});

Deno.test({
  name: "a program in the background outlives a step that ends by itself, whatever its code",
  ignore: !linux,
  fn: inStepPlace(async (place) => {
    const { env } = marked();
    const step = startStep(place, commands("sleep 60 & exit 3"), { env });
    assertEquals((await step.done).exitCode, 3);
    const [left] = groupMembers(step.groups[0]);
    Deno.kill(left, "SIGKILL");
  }),
});

Deno.test({
  name: "another step's processes of the same run are left alone",
  ignore: !linux,
  fn: inStepPlace(async (place) => {
    const { mark, env } = marked();
    const other = startStep(place, commands("exec sleep 60"), {
      env: { ...env, DAG_RUN_STEP_NAME: "other" },
    });
    const step = startStep(place, commands("touch ready; sleep 60"), { env });
    await madeFile(place, "ready");
    step.signal("SIGKILL");
    await step.done;
    assertEquals(processesCarrying([mark]), other.groups);
    other.signal("SIGKILL");
    await other.done;
  }),
});

Deno.test(
  "a signal before the start, or between two commands, keeps the next one from starting",
  inStepPlace(async (place) => {
    const list = startStep(
      place,
      commands("trap 'exit 0' TERM; touch ready; while :; do sleep 0.01; done", "touch no"),
    );
    await madeFile(place, "ready");
    list.signal("SIGTERM");
    assertEquals(await list.done, { exitCode: 143, error: "command 2 failed: signal: terminated" });
    assertEquals(list.groups.length, 1);

    const early = startStep(place, { ...commands("touch no"), shell: { program: "direct", args: [] } });
    early.signal("SIGKILL");
    assertEquals(await early.done, { exitCode: 137, error: "signal: killed" });
    assertEquals(early.groups, []);
    assert(![...Deno.readDirSync(place.workingDir)].some((entry) => entry.name === "no"));
  }),
);

Deno.test(
  "through the log, a stop delivers what was written before",
  inStepPlace(async (place) => {
    const step = startStep(place, commands("echo before; touch ready; sleep 60"), { direct: false });
    await madeFile(place, "ready");
    step.signal("SIGTERM");
    assertMatch((await step.done).error, /^signal: terminated/);
    assertEquals(Deno.readTextFileSync(place.stdout), "before\n");
  }),
);
