/** Full disks, folders that cannot be written, and damaged files: said plainly, and nothing else is harmed. */
import { RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { type Ended, Home, programArgs } from "../support/home.ts";

const STEP = "workingDir: WORK\nsteps:\n  - {name: s, command: echo hello}\n";
const DEFECT = /internal error|defect| {4}at /;

function plain({ stdout, stderr }: Ended): string {
  assert(!DEFECT.test(stdout + stderr), stdout + stderr);
  return stdout + stderr;
}

/** Mounts onto a folder of its own; null where that is not allowed. */
async function mounted(args: readonly string[]): Promise<AsyncDisposable & { readonly path: string } | null> {
  const path = await Deno.makeTempDir({ prefix: "mount-" });
  const result = await new Deno.Command("mount", { args: [...args, path], stdin: "null" }).output()
    .catch(() => ({ success: false }));
  if (!result.success) {
    await Deno.remove(path);
    return null;
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      await new Deno.Command("umount", { args: ["--lazy", path] }).output();
      await Deno.remove(path);
    },
  };
}

/** The limit of file sizes stands for a full disk: it needs no rights. Writes beyond it fail with EFBIG. */
function limited(blocks: number): [string, ...string[]] {
  return ["/bin/sh", "-c", `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`, "sh", ...programArgs()];
}

Deno.test("a record that cannot be written is an error with a code of its own, and harms no other run", async () => {
  await using home = await Home.make();
  home.dag("good", STEP);
  const text = `workingDir: WORK\nsteps:\n${
    Array.from({ length: 60 }, (_, i) => `  - {name: s${i}, command: 'echo ${i} >> marks'}\n`).join("")
  }`;
  home.dag("long", text);
  assertEquals((await home.run(["start", "-q", "--run-id", "g", "good"])).code, 0);
  // 8 KiB hold the beginning of the events and not their end.
  const failed = await home.run(["start", "--run-id", "l", "long"], limited(16));
  assert(failed.code !== 0, "The run counts as recorded");
  const said = plain(failed);
  assertMatch(said, /Cannot record the run "l"[^\n]*File too large/);
  assert(!said.includes("Result: Succeeded"), "Success was printed");
  assertEquals((await home.run(["status", "--run-id", "g", "good"])).code, 0);
  if (await home.store.find("long", "l")) {
    const before = home.marks().length;
    assertEquals((await home.run(["status", "--run-id", "l", "long"])).code, 0);
    const finished = (await home.store.find("long", "l"))!.record.nodes.filter((n) =>
      n.state.finishedAt > 0
    ).length;
    assert(finished >= before - 1, `${before} steps ran, ${finished} are known`);
    assertEquals((await home.run(["retry", "-q", "--run-id", "l", "long"])).code, 0);
    assert(home.marks().length <= 61, "Finished steps ran again");
  }
  assertEquals((await home.run(["start", "-q", "--run-id", "after", "long"])).code, 0);
});

Deno.test("a full disk: runs that go on record their end, new ones are refused", async (t) => {
  await using disk = await mounted(["-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs"]);
  await t.step({
    name: disk ? "on a small file system" : "on a small file system (skipped: cannot mount one)",
    ignore: disk === null,
    fn: async () => {
      await using home = await Home.make({ dir: disk!.path });
      home.dag("good", STEP);
      home.dag(
        "fill",
        `workingDir: WORK\nsteps:\n  - {name: before, command: echo 1}\n  - {name: fill, command: 'cat /dev/zero > ${
          disk!.path
        }/fill 2>/dev/null || true'}\n  - {name: after, command: 'true'}\n`,
      );
      assertEquals((await home.run(["start", "-q", "--run-id", "g", "good"])).code, 0);
      plain(await home.run(["start", "--run-id", "f", "fill"]));
      const run = await home.store.find("fill", "f");
      assert(run !== null && run.record.finishedAt > 0, "The end is not recorded");
      assert(run.record.status !== RunStatus.Running, "It runs for ever");
      await new Deno.Command("sh", { args: ["-c", `cat /dev/zero >> ${disk!.path}/fill`], stderr: "null" })
        .output();
      const refused = await home.run(["start", "--run-id", "n", "good"]);
      assertEquals(refused.code, 1);
      assertMatch(plain(refused), /Cannot record the run "n" below .*No space left/);
      assertEquals(await home.store.find("good", "n"), null);
      assertEquals((await home.run(["status", "good"])).code, 0);
      assertEquals((await home.run(["history"])).code, 0);
      await Deno.remove(`${disk!.path}/fill`);
      assertEquals((await home.run(["start", "-q", "--run-id", "n", "good"])).code, 0);
      assertEquals(home.files(/\.tmp$|\/\.new-/), []);
    },
  });
});

Deno.test("a step whose output fills the disk lives on, and a note tells what was left out", async (t) => {
  await using disk = await mounted(["-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs"]);
  await t.step({
    name: disk ? "on a small file system" : "on a small file system (skipped: cannot mount one)",
    ignore: disk === null,
    fn: async () => {
      await using home = await Home.make({ dir: disk!.path });
      home.dag(
        "loud",
        `workingDir: WORK\nshell: "sh -e"\nsteps:\n` +
          "  - {name: loud, command: 'echo begins; head -c 20000000 /dev/zero | tr \"\\\\000\" x; echo; echo on >> marks'}\n" +
          "  - {name: after, command: 'echo hello'}\n",
      );
      const loud = await home.run(["start", "-q", "--run-id", "l", "loud"]);
      assertEquals([loud.code, home.marks()], [0, ["on"]], loud.stderr);
      const { record } = (await home.store.find("loud", "l"))!;
      const log = Deno.readTextFileSync(record.nodes[0]!.state.stdout);
      assert(log.startsWith("begins\nxxx") && log.length < 8 << 20, `${log.length}`);
      assertMatch(log.slice(-100), /\[left out: \d+ bytes, the disk is full\]\n$/);
    },
  });
});

Deno.test("a home that cannot be written is read, and the rest refused in plain words", async (t) => {
  await using home = await Home.make();
  home.dag("good", STEP);
  home.dag("dead", STEP.replace("echo hello", "echo on >> marks; sleep 300"));
  assertEquals((await home.run(["start", "-q", "--run-id", "g", "good"])).code, 0);
  const child = home.spawn(["start", "-q", "--run-id", "d", "dead"]);
  await home.marked("on");
  child.kill("SIGKILL");
  await child.status;
  await home.quiet(1000);
  await using place = await mounted(["--bind", home.path]);
  const remounted = place !== null &&
    (await new Deno.Command("mount", { args: ["-o", "remount,ro,bind", place.path] }).output()).success;
  await t.step({
    name: remounted ? "read-only" : "read-only (skipped: cannot mount it so)",
    ignore: !remounted,
    fn: async () => {
      const run = (...args: string[]) =>
        home.run(args, ["env", `DAGU_HOME=${place!.path}`, ...programArgs()]);
      assertEquals((await run("status", "good")).code, 0);
      const dead = await run("status", "dead");
      assertEquals(dead.code, 0, dead.stderr);
      assertMatch(dead.stdout, /Result: Failed/);
      assertMatch((await run("history", "dead")).stdout, /d +failed/);
      assertEquals((await run("logs", "good")).stdout, "[s] hello\n");
      for (const args of [["start", "good"], ["retry", "--run-id", "g", "good"], ["stop", "dead"]]) {
        const refused = await run(...args);
        assertEquals(refused.code, 1, args[0]);
        assertMatch(plain(refused), /Error: Cannot .*Read-only file system/);
      }
    },
  });
});

/** What can stand in the place of a file. */
const DAMAGE: Readonly<Record<string, (path: string) => unknown>> = {
  "an empty file": (path) => Deno.writeTextFileSync(path, ""),
  "zeros": (path) => Deno.writeFileSync(path, new Uint8Array(4096)),
  "noise": (path) => Deno.writeFileSync(path, crypto.getRandomValues(new Uint8Array(3000))),
  "half a line": (path) => Deno.writeTextFileSync(path, '{"root":{"name":"d","id":"r2"},"name":"d","dagRu'),
  "a folder": (path) => Deno.mkdirSync(path),
  "a pipe": (path) => new Deno.Command("mkfifo", { args: [path] }).outputSync(),
  "an endless device": (path) => Deno.symlinkSync("/dev/zero", path),
  "a link to itself": (path) => Deno.symlinkSync(path, path),
};

Deno.test("damaged files: the other runs are there, and the message names the damaged one", async () => {
  await using home = await Home.make();
  home.dag("d", STEP);
  for (const id of ["r1", "r2", "r3"]) await home.run(["start", "-q", "--run-id", id, "d"]);
  const dir = (await home.store.find("d", "r2"))!.dir;
  for (const file of ["status.jsonl", "dag.json", "lease.json"]) {
    const sound = Deno.readFileSync(`${dir}/${file}`);
    for (const [what, damage] of Object.entries(DAMAGE)) {
      const name = `${what} as ${file}`;
      await Deno.remove(`${dir}/${file}`, { recursive: true });
      damage(`${dir}/${file}`);
      const ids = (await home.store.list("d", {})).map(({ record }) => record.dagRunId);
      assert(ids.includes("r1") && ids.includes("r3"), name);
      assert(ids.includes("r2"), name);
      if (what === "noise" || what === "a pipe") {
        const listed = await home.run(["history", "d"]);
        assertEquals(listed.code, 0, name);
        assertMatch(plain(listed), /r3 [^]*r1 /, name);
        if (file === "status.jsonl") {
          assertMatch(listed.stdout, /^d +r2 +damaged /m, name);
          assert(listed.stderr.includes(dir), `${name}: ${listed.stderr}`);
        }
        const retried = await home.run(["retry", "--run-id", "r2", "d"]);
        assertEquals(retried.code, file === "lease.json" ? 0 : 1, `${name}: ${retried.stderr}`);
        if (retried.code !== 0) assert(plain(retried).includes(dir), `${name}: ${retried.stderr}`);
        else {for (const newer of home.files(/attempt_.*status.jsonl$/)) {
            const attempt = newer.slice(0, newer.lastIndexOf("/"));
            if (attempt.includes("_r2/") && attempt !== dir) await Deno.remove(attempt, { recursive: true });
          }}
      }
    }
    await Deno.remove(`${dir}/${file}`, { recursive: true });
    Deno.writeFileSync(`${dir}/${file}`, sound);
  }
});

Deno.test("damaged files of runs that go on and strange files among the heartbeats do not hide runs", async () => {
  await using home = await Home.make();
  home.dag("d", "workingDir: WORK\nsteps:\n  - {name: s, command: 'echo $DAG_RUN_ID >> marks; sleep 300'}\n");
  const runs = ["r1", "r2"].map((id) => home.spawn(["start", "-q", "--run-id", id, "d"]));
  await home.marked("r1");
  await home.marked("r2");
  const proc = `${home.path}/data/proc/d`;
  let n = 0;
  for (const damage of Object.values(DAMAGE)) damage(`${proc}/strange${n++}_1700000000`);
  for (const damage of Object.values(DAMAGE)) damage(`${home.path}/data/proc/strange${n++}`);
  const first = await home.store.find("d", "r1");
  await Deno.remove(`${first!.dir}/lease.json`);
  DAMAGE["a pipe"]!(`${first!.dir}/lease.json`);
  assertEquals((await home.store.active("d")).map(({ record }) => record.dagRunId).sort(), ["r1", "r2"]);
  const stopped = await home.run(["stop", "d"]);
  assertEquals(stopped.code, 0, plain(stopped));
  for (const run of runs) assertEquals((await run.status).code, 0);
  assertEquals((await home.store.find("d", "r2"))?.record.status, RunStatus.Aborted);
  await home.quiet(1000);
});
