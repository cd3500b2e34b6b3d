/** A real scheduler: starts what is due, survives what it meets, ends in good order. */
import { assert, assertEquals } from "../assert.ts";
import { inHome, until } from "../support/home.ts";
import { assertAccounted, eachSecond, fires, leads, startScheduler } from "../support/schedulers.ts";
import { RunStatus } from "../../src/core/status.ts";

Deno.test("scheduler: what is due starts, once each, and SIGTERM ends it in good order", () =>
  inHome(async (home) => {
    home.dag("tick", eachSecond());
    const scheduler = startScheduler(home);
    await until(() => home.marks().length >= 4, "four runs");
    const registered = () => home.files(/\.json$/, `${home.path}/data/service-registry/scheduler`);
    const [entry] = registered().map((path) => JSON.parse(Deno.readTextFileSync(path)));
    assertEquals([entry.pid, entry.port, entry.status], [scheduler.pid, 0, 1]);
    assertEquals(await scheduler.stop(), 0);
    assertEquals(registered(), []);
    const book = await assertAccounted(home, "tick");
    assert(book.length >= 4);
    assert(scheduler.said.includes('msg="Scheduler started"'), scheduler.said);
    assertEquals(Deno.readTextFileSync(`${home.path}/logs/admin/scheduler.log`), scheduler.said);
    await home.quiet();
  }));

Deno.test("scheduler: edits, new files and files in sub-folders count at once", () =>
  inHome(async (home) => {
    home.dag("tick", eachSecond().replace("* * * * * *", "0 0 0 29 2 *"));
    const scheduler = startScheduler(home);
    await leads(home, scheduler);
    assertEquals(home.marks(), []);
    home.dag("tick", eachSecond());
    await until(() => home.marks().length >= 1, "a run of the edited file");
    Deno.mkdirSync(`${home.path}/dags/team`);
    home.dag("team/sub", eachSecond().replaceAll("marks", "sub"));
    await until(() => home.marks("sub").length >= 1, "a run of the new file");
    assertEquals(await scheduler.stop(), 0);
  }));

Deno.test("scheduler: a run that goes on survives it, and the next scheduler knows of it", () =>
  inHome(async (home) => {
    home.dag(
      "long",
      `schedule: "*/2 * * * * *"\nsteps:\n  - command: |
      echo begun >> WORK/marks
      while [ ! -e WORK/go ]; do sleep 0.05; done
      echo done >> WORK/marks\n`,
    );
    const first = startScheduler(home);
    await home.marked("begun");
    await first.kill();
    const second = startScheduler(home);
    await until(
      async () => (await fires(home, "long")).some(({ outcome }) => outcome === "skipped"),
      "a fire that is skipped because the run goes on",
    );
    assertEquals(home.marks(), ["begun"]);
    Deno.removeSync(`${home.path}/dags/long.yaml`);
    Deno.writeTextFileSync(`${home.path}/work/go`, "");
    await home.marked("done");
    const [started] = await fires(home, "long");
    await until(
      async () => (await home.store.find("long", started!.runId))?.record.status === RunStatus.Succeeded,
      "the end of the run",
    );
    assertEquals(await second.stop(), 0);
  }));

Deno.test("scheduler: a run whose process is killed is ended at once, with its steps", () =>
  inHome(async (home) => {
    home.dag(
      "long",
      'schedule: "*/2 * * * * *"\nsteps:\n  - command: echo begun $$ >> WORK/marks; sleep 600\n',
    );
    const scheduler = startScheduler(home);
    await until(() => home.marks().length === 1, "a run");
    Deno.removeSync(`${home.path}/dags/long.yaml`);
    const [run] = await home.store.active("long");
    Deno.kill(run!.lease!.pid, "SIGKILL");
    await until(
      async () => (await home.store.find("long", run!.record.dagRunId))?.record.status === RunStatus.Failed,
      "the end of the record",
    );
    assertEquals(await scheduler.stop(), 0);
    await home.quiet();
  }));

Deno.test("scheduler: a run that lost its sign of life with its process is ended, with queues or without", () =>
  inHome(async (home) => {
    for (const enabled of ["true", "false"]) {
      home.dag(
        "long",
        'schedule: "*/2 * * * * *"\nsteps:\n  - command: echo begun >> WORK/marks; sleep 600\n',
      );
      const before = startScheduler(home);
      await home.marked("begun");
      const [run] = await home.store.active("long");
      await before.kill();
      Deno.kill(run!.lease!.pid, "SIGKILL");
      // As a power cut may leave it: what tells of a run that goes on was not flushed.
      Deno.removeSync(`${home.path}/data/proc`, { recursive: true });
      Deno.removeSync(`${home.path}/work/marks`);
      Deno.removeSync(`${home.path}/dags/long.yaml`);
      const after = startScheduler(home, { DAGU_QUEUE_ENABLED: enabled });
      await until(
        async () => (await home.store.find("long", run!.record.dagRunId))?.record.status === RunStatus.Failed,
        `the end of the record, queues: ${enabled}`,
      );
      assertEquals(await after.stop(), 0);
    }
    await home.quiet();
  }));

Deno.test("scheduler: a killed run goes on where the DAG says so, what had ended does not run again", () =>
  inHome(async (home) => {
    home.dag(
      "long",
      `schedule: "*/2 * * * * *"\nonCrash: resume\nsteps:
  - command: echo first >> WORK/marks
  - command: |
      echo second >> WORK/marks
      while [ ! -e WORK/go ]; do sleep 0.05; done\n`,
    );
    const scheduler = startScheduler(home);
    await home.marked("second");
    Deno.removeSync(`${home.path}/dags/long.yaml`);
    const [run] = await home.store.active("long");
    Deno.kill(run!.lease!.pid, "SIGKILL");
    await until(() => home.marks().length === 3, "the second attempt");
    Deno.writeTextFileSync(`${home.path}/work/go`, "");
    await until(
      async () =>
        (await home.store.find("long", run!.record.dagRunId))?.record.status === RunStatus.Succeeded,
      "the end of the run",
    );
    assertEquals(home.marks(), ["first", "second", "second"]);
    assertEquals(await scheduler.stop(), 0);
  }));

Deno.test("scheduler: a run whose process is only stopped is not taken for dead", () =>
  inHome(async (home) => {
    home.dag(
      "long",
      'schedule: "*/2 * * * * *"\nsteps:\n  - command: echo begun >> WORK/marks; while [ ! -e WORK/go ]; do sleep 0.05; done\n',
    );
    home.dag("tick", eachSecond().replaceAll("marks", "ticks"));
    const scheduler = startScheduler(home, { DAGU_SCHEDULER_ZOMBIE_DETECTION_INTERVAL: "200ms" });
    await until(() => home.marks().length === 1, "a run");
    Deno.removeSync(`${home.path}/dags/long.yaml`);
    const [run] = await home.store.active("long");
    Deno.kill(run!.lease!.pid, "SIGSTOP");
    const before = home.marks("ticks").length;
    await until(() => home.marks("ticks").length >= before + 4, "four more seconds");
    const status = async () => (await home.store.find("long", run!.record.dagRunId))?.record.status;
    assertEquals(await status(), RunStatus.Running);
    Deno.kill(run!.lease!.pid, "SIGCONT");
    Deno.writeTextFileSync(`${home.path}/work/go`, "");
    await until(async () => await status() === RunStatus.Succeeded, "the end of the run");
    assertEquals(await scheduler.stop(), 0);
  }));

Deno.test("scheduler: what is damaged is named, and everything else goes on", () =>
  inHome(async (home) => {
    home.dag("tick", eachSecond());
    home.dag("broken", 'schedule: "* * * * * *"\nsteps: [');
    home.dag("cron", 'schedule: "99 * * * *"\nsteps:\n  - command: "true"\n');
    await new Deno.Command("mkfifo", { args: [`${home.path}/dags/pipe.yaml`] }).output();
    Deno.symlinkSync(`${home.path}/dags/loop.yaml`, `${home.path}/dags/loop.yaml`);
    Deno.mkdirSync(`${home.path}/dags/folder.yaml`);
    Deno.writeFileSync(`${home.path}/dags/bytes.yaml`, crypto.getRandomValues(new Uint8Array(5000)));
    Deno.mkdirSync(`${home.path}/scheduler/locks`, { recursive: true });
    Deno.writeTextFileSync(`${home.path}/scheduler/locks/epoch_x.json`, "{");
    Deno.mkdirSync(`${home.path}/data/proc/none`, { recursive: true });
    Deno.writeTextFileSync(`${home.path}/data/proc/none/gone_1700000000`, "short");
    const scheduler = startScheduler(home);
    await until(() => home.marks().length >= 3, "three runs", () => scheduler.said);
    for (const name of ["broken", "cron", "bytes"]) await scheduler.says(`${name}.yaml`);
    assertEquals(await scheduler.stop(), 0);
  }));

Deno.test("scheduler: a port that is taken is told in one line, and the schedules go on", () =>
  inHome(async (home) => {
    home.dag("tick", eachSecond());
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const scheduler = startScheduler(home, { DAGU_SCHEDULER_PORT: String(listener.addr.port) });
    await scheduler.says(`Cannot listen on 127.0.0.1:${listener.addr.port}: another program uses it`);
    await until(() => home.marks().length >= 1, "a run");
    listener.close();
    await scheduler.says("Health page is served");
    const url = `http://127.0.0.1:${listener.addr.port}`;
    const health = await (await fetch(`${url}/health`)).json();
    assertEquals([health.status, health.role, health.epoch], ["healthy", "leader", 1]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    assert(/^dagu_scheduler_fires_total\{outcome="started"\} [1-9]/m.test(metrics), metrics);
    assertEquals((await fetch(`${url}/metrics`, { method: "POST" })).status, 405);
    assertEquals((await fetch(`${url}/other`)).status, 404);
    assertEquals(await scheduler.stop(), 0);
  }));

Deno.test("scheduler: records as JSON when that is configured", () =>
  inHome(async (home) => {
    const scheduler = startScheduler(home, { DAGU_LOG_FORMAT: "json" });
    await scheduler.says('"msg":"Scheduler started"');
    assertEquals(await scheduler.stop(), 0);
    for (const line of scheduler.said.trim().split("\n")) JSON.parse(line);
  }));
