import { assert, assertEquals, assertMatch, assertRejects } from "../../../../tests/assert.ts";
import {
  childAttempt,
  finish,
  newAttempt,
  nodeEvent,
  ownLease,
  runEvent,
  twoSteps,
} from "../../../../tests/fakes/attempts.ts";
import { DaguError } from "../../../core/errors.ts";
import { NodeStatus, RunStatus } from "../../../core/status.ts";
import { basename, dirname } from "../../../platform/files/path.ts";
import type { NewAttempt } from "../../../ports/run_store.ts";
import { attemptLiveness } from "../liveness/liveness.ts";
import { runDirName } from "../layout.ts";
import { FileRunStore } from "./run_store.ts";
import { runsOfDay } from "./run_tree.ts";

const DAY = 86_400_000;

interface Place {
  readonly home: string;
  readonly roots: { readonly dataDir: string; readonly logDir: string };
  readonly store: FileRunStore;
  readonly damaged: string[];
  /** Every file below the home, relative to it, sorted. */
  files(): string[];
}

async function inHome(work: (place: Place) => Promise<void>): Promise<void> {
  const home = Deno.makeTempDirSync({ prefix: "store-" });
  const roots = { dataDir: `${home}/data`, logDir: `${home}/logs` };
  const damaged: string[] = [];
  const walk = (path: string): string[] =>
    [...Deno.readDirSync(path)].flatMap((e) =>
      e.isDirectory ? walk(`${path}/${e.name}`) : [`${path}/${e.name}`]
    );
  try {
    await work({
      home,
      roots,
      damaged,
      store: new FileRunStore({ ...roots, onDamaged: (dir) => damaged.push(dir) }),
      files: () =>
        walk(home).map((path) => path.slice(home.length + 1)).filter((path) => path !== "data/.reserve")
          .sort(),
    });
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
}

const AT = Date.UTC(2024, 2, 15, 12, 0, 1, 23);

Deno.test("files of a run stand where Dagu and people look for them, and only their owner may read them", () =>
  inHome(async ({ home, store, files }) => {
    const mask = Deno.umask(0);
    const attempt = await store.createAttempt(newAttempt("abc123", { createdAt: AT }));
    Deno.umask(mask);
    const run = "data/dag-runs/test/dag-runs/2024/03/15/dag-run_20240315_120001Z_abc123";
    const name = attempt.dir.split("/").at(-1)!;
    assertEquals(attempt.dir, `${home}/${run}/${name}`);
    assertMatch(name, /^attempt_20240315_120001_023Z_[0-9a-f]{6}$/);
    const log = attempt.record.log.slice(home.length + 1);
    assertMatch(log, /^logs\/test\/dag-run_20240315_120001Z_abc123\/dag-run_\d{8}\.\d{6}\.023\.abc123\.log$/);
    const digest = `${run}/${name}/dag.json.sha256`;
    const own = [`${run}/${name}/dag.json`, `${run}/${name}/lease.json`, `${run}/${name}/status.jsonl`];
    const beats = [
      "data/proc/test/abc123_1710504001",
      "data/proc/test/test/proc_20240315_120001Z_abc123.proc",
    ];
    assertEquals(
      // Its digest comes a moment later.
      files().filter((file) => file !== digest),
      ["data/dag-runs/test/.lock", ...own, `${run}/${name}/events.jsonl`, ...beats, log].sort(),
    );
    for (const file of files()) assertEquals(Deno.statSync(`${home}/${file}`).mode! & 0o777, 0o600, file);
    for (let dir = attempt.dir; dir !== home; dir = dir.slice(0, dir.lastIndexOf("/"))) {
      assertEquals(Deno.statSync(dir).mode! & 0o777, 0o700, dir);
    }
    const merged = await attempt.stepFiles("a", true);
    assertEquals(merged, { stdout: `${attempt.dir}/a.log`, stderr: `${attempt.dir}/a.log` });
    const separate = await attempt.stepFiles("b", false);
    Deno.writeTextFileSync(separate.stdout, "kept\n");
    assertEquals(await attempt.stepFiles("b", false), separate);
    assertEquals(Deno.readTextFileSync(separate.stdout), "kept\n");
    attempt.append({ kind: "node", node: 0, patch: { ...merged, error: 'it\nsaid "no"' } });
    attempt.append({ kind: "node", node: 1, patch: separate });
    attempt.log("INFO", "Step started", { step: "a" });
    await attempt.writeOutputs({ outOne: "1\n" });
    await finish(attempt);
    const view = "logs/dags/test/20240315_120001_abc123";
    const logs = ["a.log", "b.stderr.log", "b.stdout.log"];
    assertEquals(
      files(),
      [
        "data/dag-runs/test/.lock",
        ...own,
        digest,
        `${run}/${name}/outputs.json`,
        ...logs.flatMap((file) => [`${run}/${name}/${file}`, `${view}/${file}`]),
        log,
        `${view}/run.log`,
        `${view}/status.yaml`,
      ].sort(),
    );
    assertEquals(Deno.readTextFileSync(`${home}/${view}/b.stdout.log`), "kept\n");
    assertMatch(Deno.readTextFileSync(`${home}/${view}/run.log`), /level=INFO msg="Step started" step=a\n$/);
    const yaml = Deno.readTextFileSync(`${home}/${view}/status.yaml`);
    assertMatch(
      yaml,
      /^name: "test"\ndagRunId: "abc123"\n[^]*\nstatus: succeeded\n[^]* {4}error: "it\\nsaid \\"no\\""\n/,
    );
    assertEquals(JSON.parse(Deno.readTextFileSync(`${home}/${run}/${name}/outputs.json`)).outputs, {
      outOne: "1\n",
    });
  }));

Deno.test("a retry goes on in the first log, and its view replaces the first one", () =>
  inHome(async ({ home, store, files }) => {
    const first = await store.createAttempt(newAttempt("r1", { createdAt: AT }));
    first.append({ kind: "node", node: 0, patch: await first.stepFiles("a", false) });
    first.append({ kind: "node", node: 1, patch: await first.stepFiles("b", false) });
    Deno.writeTextFileSync(first.record.nodes[1].state.stdout, "first");
    Deno.writeTextFileSync(first.record.nodes[0].state.stdout, "carried");
    first.log("INFO", "one");
    await finish(first, RunStatus.Failed);
    const previous = first.record;
    const second = await store.createAttempt(
      newAttempt("r1", { createdAt: AT + DAY, again: true, previous }),
    );
    assertEquals(second.record.log, first.record.log);
    second.append({ kind: "node", node: 1, patch: await second.stepFiles("b", false) });
    Deno.writeTextFileSync(second.record.nodes[1].state.stdout, "second");
    second.log("INFO", "two");
    await second.close();
    const view = `${home}/logs/dags/test/20240315_120001_r1`;
    assertEquals(Deno.readTextFileSync(`${view}/a.stdout.log`), "carried");
    assertEquals(Deno.readTextFileSync(`${view}/b.stdout.log`), "second");
    assertMatch(Deno.readTextFileSync(`${view}/run.log`), /msg=one\n.*msg=two\n$/);
    assertEquals(files().filter((file) => file.endsWith("status.yaml")).length, 1);
  }));

Deno.test("a heartbeat holds the time in eight bytes", () =>
  inHome(async ({ roots, store }) => {
    const attempt = await store.createAttempt(newAttempt("r1", { createdAt: AT }));
    const bytes = Deno.readFileSync(`${roots.dataDir}/proc/test/r1_1710504001`);
    assertEquals(bytes.length, 8);
    const seconds = Number(new DataView(bytes.buffer).getBigUint64(0));
    assert(Math.abs(seconds - Date.now() / 1000) < 60, `${seconds}`);
    const root = { name: "test", id: "r1" };
    const child = await store.createAttempt(childAttempt(root, "c1"));
    assertEquals((await store.active("child")).length, 0);
    await finish(child);
    await finish(attempt);
  }));

Deno.test("of damaged runs lists tell that they are, and others are not harmed", () =>
  inHome(async ({ store, damaged }) => {
    const dirs: string[] = [];
    for (let i = 0; i < 8; i++) {
      const attempt = await store.createAttempt(newAttempt(`r${i}`, { createdAt: AT + i * 1000 }));
      dirs.push(attempt.dir);
      await finish(attempt);
    }
    const status = (i: number) => `${dirs[i]}/status.jsonl`;
    Deno.writeTextFileSync(status(7), "");
    Deno.writeFileSync(status(6), new Uint8Array(4096));
    Deno.truncateSync(status(5), 100);
    Deno.removeSync(status(4));
    Deno.mkdirSync(status(4));
    Deno.removeSync(status(3));
    Deno.symlinkSync(status(3), status(3));
    Deno.removeSync(dirs[2], { recursive: true });
    Deno.writeTextFileSync(dirs[2], "a file");
    const listed = await store.list("test", {});
    assertEquals(
      listed.map(({ record, damaged }) => `${record.dagRunId} ${damaged ?? "sound"}`),
      ["r7 true", "r6 true", "r5 true", "r4 true", "r3 true", "r2 true", "r1 sound", "r0 sound"],
    );
    const { record, dir } = listed[0]!;
    assertEquals([record.name, record.status, record.createdAt], ["test", RunStatus.Failed, AT + 7000]);
    assertEquals(record.error, `Its record in "${dir}" is damaged`);
    assertEquals((await store.list("test", { statuses: [RunStatus.Succeeded] })).length, 2);
    assertEquals((await store.latest("test"))?.record.dagRunId, "r1");
    assertEquals(await store.find("test", "r7"), null);
    assertEquals(await store.names(), ["test"]);
    assertEquals([...new Set(damaged)].sort(), dirs.slice(2).sort());
  }));

Deno.test("an attempt whose record Dagu has not written yet is not damaged, one of ours without it is", () =>
  inHome(async ({ store }) => {
    const now = Date.now();
    const attempt = await store.createAttempt(newAttempt("ours", { createdAt: now }));
    await finish(attempt);
    Deno.removeSync(`${attempt.dir}/status.jsonl`);
    const run = `${dirname(dirname(attempt.dir))}/${runDirName(now, "theirs")}`;
    Deno.mkdirSync(`${run}/${basename(attempt.dir)}`, { recursive: true });
    const ids = async () => (await store.list("test", {})).map(({ record }) => record.dagRunId);
    assertEquals(await ids(), ["ours"]);
    Deno.writeTextFileSync(`${run}/${basename(attempt.dir)}/status.jsonl`, "{");
    assertEquals((await ids()).sort(), ["ours", "theirs"]);
  }));

Deno.test("what a killed process was making is seen by nobody and swept with old history", () =>
  inHome(async ({ home, store, files }) => {
    await finish(await store.createAttempt(newAttempt("r1", { createdAt: AT })));
    const day = `${home}/data/dag-runs/test/dag-runs/2024/03/15`;
    Deno.mkdirSync(`${day}/.new-1/attempt_20240315_120001_023Z_abcdef`, { recursive: true });
    Deno.mkdirSync(`${day}/.old-1`);
    assertEquals((await store.list("test", {})).length, 1);
    const run = (await store.find("test", "r1"))!;
    Deno.utimeSync(`${run.dir}/status.jsonl`, AT / 1000, AT / 1000);
    assertEquals(await store.removeBefore("test", AT + DAY * 2, false), ["r1"]);
    assertEquals(files(), ["data/dag-runs/test/.lock"]);
    assertEquals([...Deno.readDirSync(`${home}/data/dag-runs/test/dag-runs`)], []);
  }));

Deno.test("logs go with the run: its own, those of sub-runs, and those of Dagu", () =>
  inHome(async ({ home, store, files }) => {
    const own = `${home}/own-logs`;
    const dag = { ...twoSteps(), logDir: own };
    const attempt = await store.createAttempt(newAttempt("r1", { createdAt: AT, dag }));
    const root = { name: "test", id: "r1" };
    await finish(await store.createAttempt(childAttempt(root, "c1", { createdAt: AT + 5 })));
    await finish(attempt);
    await finish(await store.createAttempt(newAttempt("r2", { createdAt: AT })));
    const second = (await store.find("test", "r2"))!;
    Deno.mkdirSync(`${second.record.log}/../run_20240315_120001Z_abcdef`.replace(/[^/]+\.log\/\.\.\//, ""));
    await Deno.writeTextFile(`${home}/logs/keep.log`, "");
    assert(files().some((file) => file.startsWith("own-logs/dags/test/")));
    for (const run of await store.list("test", {})) Deno.utimeSync(`${run.dir}/status.jsonl`, 1, 1);
    assertEquals((await store.removeBefore("test", Date.now(), false)).sort(), ["r1", "r2"]);
    assertEquals(files(), ["data/dag-runs/test/.lock", "logs/keep.log"]);
  }));

Deno.test("a run whose definition is a pipe is removed", () =>
  inHome(async ({ store }) => {
    await finish(await store.createAttempt(newAttempt("r1", { createdAt: AT })));
    const { dir } = (await store.find("test", "r1"))!;
    Deno.removeSync(`${dir}/dag.json`);
    assert((await new Deno.Command("mkfifo", { args: [`${dir}/dag.json`] }).output()).success);
    Deno.utimeSync(`${dir}/status.jsonl`, 1, 1);
    assertEquals(await store.removeBefore("test", Date.now(), false), ["r1"]);
  }));

Deno.test("an owner on another host is judged by its heartbeat as it changes, on our own clock", () =>
  inHome(async ({ roots, store }) => {
    const lease: NewAttempt["lease"] = { ...ownLease("t"), host: "another-host.invalid" };
    const attempt = await store.createAttempt(newAttempt("r1", { lease, createdAt: AT }));
    attempt.append(runEvent(RunStatus.Running));
    attempt.append(nodeEvent(0, NodeStatus.Running));
    const run = (await store.find("test", "r1"))!;
    const beat = `${roots.dataDir}/proc/test/r1_1710504001`;
    assertEquals(attemptLiveness(roots, run, 1000), "unknown");
    assertEquals(attemptLiveness(roots, run, 15_000), "unknown");
    Deno.writeFileSync(beat, new Uint8Array([0, 0, 0, 0, 0, 0, 0, 9]));
    assertEquals(attemptLiveness(roots, run, 16_000), "alive");
    assertEquals(attemptLiveness(roots, run, 35_000), "unknown");
    assertEquals(attemptLiveness(roots, run, 37_000), "dead");
    await finish(attempt);
  }));

Deno.test("a lease of another boot, or of a number that was given away, is dead", () =>
  inHome(async ({ roots, store }) => {
    for (
      const [id, change] of [["r1", { bootId: "other" }], ["r2", { startTime: "1" }], ["r3", {
        pid: 0,
      }]] as const
    ) {
      const lease = { ...ownLease("t"), ...change };
      const attempt = await store.createAttempt(newAttempt(id, { lease }));
      assertEquals(attemptLiveness(roots, (await store.find("test", id))!), "dead");
      await finish(attempt);
    }
  }));

Deno.test("the start of a run does not depend on the length of the history", () =>
  inHome(async ({ home, store }) => {
    const day = `${home}/data/dag-runs/test/dag-runs/2024/03/15`;
    Deno.mkdirSync(day, { recursive: true });
    for (let i = 0; i < 100; i++) {
      Deno.mkdirSync(`${day}/dag-run_20240315_${String(100000 + i)}Z_old${i}`);
    }
    const id = "018e4205-af2f-7000-8000-000000000000";
    const createdAt = parseInt("018e4205af2f", 16);
    const wanted = new Date(createdAt).toISOString().slice(0, 10);
    assertEquals(wanted, "2024-03-15");
    const original = Deno.readDirSync;
    let listed = 0;
    Deno.readDirSync = (path) => {
      listed++;
      return original(path);
    };
    try {
      const attempt = await store.createAttempt(newAttempt(id, { createdAt }));
      assertEquals(listed, 0);
      assert(await store.find("test", id));
      Deno.readDirSync = original;
      await finish(attempt);
    } finally {
      Deno.readDirSync = original;
    }
    assertEquals(runsOfDay(day).next().value?.id, id);
  }));

Deno.test("a run whose owner died long ago goes with old history", () =>
  inHome(async ({ store }) => {
    const lease: NewAttempt["lease"] = { ...ownLease("t"), startTime: "1" };
    const attempt = await store.createAttempt(newAttempt("dead", { lease, createdAt: AT }));
    attempt.append(runEvent(RunStatus.Running));
    await attempt.flush();
    const living = await store.createAttempt(newAttempt("living", { createdAt: AT }));
    living.append(runEvent(RunStatus.Running));
    for (const { dir } of [attempt, living]) Deno.utimeSync(`${dir}/status.jsonl`, 1, 1);
    assertEquals(await store.removeBefore("test", AT + DAY * 2, false), ["dead"]);
    for (const one of [attempt, living]) await one.close().catch(() => {});
  }));

Deno.test("file run store: half of a removed run is found by nobody, a power cut or not", () =>
  inHome(async ({ store }) => {
    for (const id of ["r1", "r2"]) {
      const attempt = await store.createAttempt(newAttempt(id, { createdAt: AT }));
      await finish(attempt);
      Deno.utimeSync(`${attempt.dir}/status.jsonl`, 1, 1);
    }
    const { renameSync, removeSync } = Deno;
    const { syncSync } = Deno.FsFile.prototype;
    const calls: string[] = [];
    Deno.renameSync = (from, to) => {
      calls.push(`${basename(String(from)).slice(-2)} to ${basename(String(to)).slice(0, 5)}`);
      renameSync(from, to);
    };
    Deno.FsFile.prototype.syncSync = function () {
      calls.push("flush");
      syncSync.call(this);
    };
    Deno.removeSync = (path, options) => {
      if (options?.recursive) calls.push(basename(String(path)).slice(0, 5));
      removeSync(path, options);
    };
    try {
      assertEquals(await store.removeBefore("test", AT + DAY * 2, false), ["r2", "r1"]);
    } finally {
      Object.assign(Deno, { renameSync, removeSync });
      Deno.FsFile.prototype.syncSync = syncSync;
    }
    const ofRuns = calls.filter((call) => call.includes(".old-") || call === "flush");
    assertEquals(ofRuns, ["r2 to .old-", "r1 to .old-", "flush", ".old-", ".old-"]);
  }));

Deno.test("file run store: a definition that was changed is shown, and not run again", () =>
  inHome(async ({ store }) => {
    await finish(await store.createAttempt(newAttempt("r1", { dag: twoSteps("etl") })), RunStatus.Failed);
    const run = (await store.find("etl", "r1"))!;
    const reads = () =>
      store.snapshotToRun(run).then(({ dag }) => dag.name, (error) => String(error.message));
    assertEquals(await reads(), "etl");
    const path = `${run.dir}/dag.json`;
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace('"etl"', '"other"'));
    assertEquals((await store.snapshot(run)).dag.name, "other");
    assertMatch(await reads(), /"r1" from ".*dag\.json": it was changed after the run was recorded/);
    Deno.truncateSync(`${path}.sha256`, 20);
    assertEquals(await reads(), "other", "a note that was cut off says nothing");
  }));

Deno.test("an attempt that cannot be opened leaves nothing that looks like one about to begin", () =>
  inHome(async ({ roots, store }) => {
    const queued = await store.createQueued(newAttempt("queued", { createdAt: AT }));
    // No sign of life can be made, as when the disk is full.
    Deno.writeTextFileSync(`${roots.dataDir}/proc`, "");
    const again = newAttempt("queued", { again: true, onlyQueued: true, previous: queued.record });
    await assertRejects(() => store.createAttempt(again), DaguError, "queued");
    await assertRejects(() => store.createAttempt(newAttempt("new", { createdAt: AT })), DaguError, "new");
    assertEquals((await store.find("test", "queued"))?.record.status, RunStatus.Queued);
    assertEquals(await store.find("test", "new"), null);
    Deno.removeSync(`${roots.dataDir}/proc`);
    await finish(await store.createAttempt(again));
    assertEquals((await store.find("test", "queued"))?.record.status, RunStatus.Succeeded);
  }));

Deno.test("an attempt whose end cannot be recorded leaves its sign of life, so that others end it", () =>
  inHome(async ({ store }) => {
    const attempt = await store.createAttempt(newAttempt("full"));
    attempt.append(runEvent(RunStatus.Running));
    attempt.append(runEvent(RunStatus.Succeeded));
    const { renameSync } = Deno;
    Deno.renameSync = () => {
      throw new Error("No space left on device");
    };
    try {
      await assertRejects(() => attempt.close(), DaguError, "No space left");
    } finally {
      Deno.renameSync = renameSync;
    }
    assertEquals(await store.signs(), [{ name: "test", id: "full" }]);
    const ends = await store.createAttempt(newAttempt("ends"));
    await finish(ends);
    assertEquals(await store.signs(), [{ name: "test", id: "full" }]);
  }));

Deno.test("a run whose queueing was refused is not recorded", () =>
  inHome(async ({ roots, store }) => {
    Deno.writeTextFileSync(roots.logDir, "");
    await assertRejects(() => store.createQueued(newAttempt("refused")), DaguError, "refused");
    assertEquals(await store.find("test", "refused"), null);
  }));
