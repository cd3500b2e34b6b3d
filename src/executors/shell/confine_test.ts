import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { type Need, testNeeding } from "../../../tests/needs.ts";
import {
  commands,
  inStepPlace,
  madeFile,
  outputOf,
  startStep,
  type StepPlace,
} from "../../../tests/support/shell_step.ts";
import type { Step } from "../../core/dag.ts";
import type { PermissionDecl } from "../../core/permissions.ts";
import { groupMembers, processesCarrying } from "../../platform/process/process_table.ts";

function confinedTest(
  name: string,
  fn: (place: StepPlace) => Promise<void>,
  needs: readonly Need[] = [],
): void {
  testNeeding({ name: `confined: ${name}`, needs: ["bwrap", ...needs], fn: inStepPlace(fn) });
}

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, string>>;
  readonly direct?: boolean;
  readonly shell?: string;
}

/** A place is used again and again: its logs begin anew. */
async function run(
  place: StepPlace,
  permissions: PermissionDecl,
  step: string | Partial<Step>,
  { shell, ...setting }: Setting = {},
) {
  for (const log of [place.stdout, place.stderr]) Deno.writeTextFileSync(log, "");
  const started = startStep(place, typeof step === "string" ? commands(step) : step, {
    ...setting,
    ...(shell ? { shell: { program: shell, args: [] } } : {}),
    task: { permissions },
  });
  const outcome = await started.done;
  return { ...outcome, ...outputOf(place), granted: started.granted };
}

confinedTest("files that are not named do not exist", async (place) => {
  const outside = `${place.folder}/outside.txt`;
  Deno.writeTextFileSync(outside, "outside");
  Deno.writeTextFileSync(`${place.workingDir}/here.txt`, "here");
  const tools = { run: ["cat", "ls"] };
  for (
    const path of [
      outside,
      "here.txt",
      "/etc/passwd",
      "/etc/hostname",
      "/proc/1/root/etc/passwd",
      place.stdout,
    ]
  ) {
    const result = await run(place, tools, `cat '${path}'`);
    assert(result.exitCode !== 0, `${path} was read: ${result.stdout}`);
    assertEquals(result.stdout, "", path);
    assertMatch(
      result.error,
      /^exit status 1\nIt ran with permissions \{ run: \["cat", "ls"\] \} and nothing else/,
    );
  }
  assertEquals((await run(place, tools, "ls -A . /root /home /run /var 2>/dev/null || :")).stdout, ".:\n");
  const allowed = { ...tools, read: [outside, `${place.workingDir}/not-there`] };
  const result = await run(place, allowed, `cat '${outside}'`);
  assertEquals([result.stdout, result.error], ["outside", ""]);
  assertEquals(result.granted, [{ read: allowed.read, run: tools.run }]);
});

confinedTest("nothing is written but what is named, and that stays", async (place) => {
  const outside = `${place.folder}/outside`;
  const data = `${place.folder}/data`;
  for (const folder of [outside, data]) Deno.mkdirSync(folder);
  Deno.writeTextFileSync(`${data}/old`, "old");
  const script = `echo x > '${outside}/x'`;
  for (const permissions of [{}, { read: [outside, data] }, { write: [data] }, { read: true as const }]) {
    assert((await run(place, permissions, script)).exitCode !== 0, JSON.stringify(permissions));
    assert((await run(place, permissions, "echo x > x")).exitCode !== 0, "the working folder was written");
    assert((await run(place, permissions, "echo x > /x")).exitCode !== 0, "/ was written");
  }
  assertEquals([...Deno.readDirSync(outside), ...Deno.readDirSync(place.workingDir)], []);
  const written = await run(
    place,
    { write: [data], run: ["rm"] },
    `cd '${data}' && echo new > new && rm old`,
  );
  assertEquals(written.error, "");
  assertEquals([...Deno.readDirSync(data)].map((entry) => entry.name), ["new"]);
  const none = { write: [`${data}/none`] };
  const missing = await run(place, none, { ...commands("true"), permissions: none });
  assertMatch(
    missing.error,
    /^Cannot let the step write ".*\/none": it does not exist; .* name their folder$/,
  );
  assertEquals((await run(place, none, "echo of the DAG")).stdout, "of the DAG\n");
  const all = await run(place, { write: true }, `echo all > '${outside}/all'`);
  assertEquals([all.error, Deno.readTextFileSync(`${outside}/all`)], ["", "all\n"]);
});

confinedTest("temporary files are the step's own", async (place) => {
  const result = await run(place, { run: ["cat", "ls"] }, "ls /tmp; echo mine > /tmp/mine && cat /tmp/mine");
  assertMatch(result.stdout, /mine\n$/);
  assert(!result.stdout.includes(".log"), result.stdout);
  assertEquals((await run(place, { run: ["ls"] }, "ls /tmp/mine")).exitCode, 2);
});

confinedTest("paths that lead through links are there by both names", async (place) => {
  const data = `${place.folder}/data`;
  Deno.mkdirSync(data);
  Deno.writeTextFileSync(`${data}/file`, "text");
  Deno.symlinkSync(data, `${place.folder}/link`);
  const name = `${place.folder}/link/file`;
  for (const read of [[name, `${data}/file`], [place.folder, name, `${data}/file`]]) {
    const result = await run(place, { read, run: ["cat"] }, `cat '${name}' && cat '${data}/file'`);
    assertEquals([result.stdout, result.error], ["texttext", ""], read.join());
  }
  const system = await run(place, { read: ["/bin", "/usr/bin"] }, "/bin/ls -d /bin/ls");
  assertEquals([system.stdout, system.error], ["/bin/ls\n", ""]);
  assertMatch((await run(place, { read: ["/dev"] }, "true")).error, /^Cannot grant all devices/);
});

confinedTest("links lead nowhere else", async (place) => {
  const granted = `${place.folder}/granted`;
  Deno.mkdirSync(granted);
  Deno.writeTextFileSync(`${place.folder}/secret`, "secret");
  Deno.symlinkSync("../secret", `${granted}/link`);
  Deno.symlinkSync("/etc/passwd", `${granted}/passwd`);
  for (const name of ["link", "passwd"]) {
    const result = await run(place, { read: [granted], run: ["cat"] }, `cat '${granted}/${name}'`);
    assertEquals([result.exitCode, result.stdout], [1, ""], name);
  }
});

confinedTest("programs that are not named cannot be run, by whatever name", async (place) => {
  const loader = [...Deno.readDirSync("/lib64")].map((entry) => entry.name).find((name) =>
    name.startsWith("ld-")
  );
  const forms = [
    "ls /",
    "/bin/ls /",
    "/usr/bin/ls /",
    "env ls /",
    ...loader ? [`/lib64/${loader} /usr/bin/ls /`] : [],
  ];
  for (const read of [[], ["/etc"], true as const]) {
    for (const form of forms) {
      const result = await run(place, { run: ["cat"], read }, form);
      assert(result.exitCode >= 126, `${form} with read ${read}: ${result.exitCode} ${result.stdout}`);
      assertEquals(result.stdout, "", form);
    }
  }
  assertEquals(
    (await run(place, { run: ["ls"] }, "ls -d /proc && /usr/bin/ls -d /proc")).stdout,
    "/proc\n/proc\n",
  );
  assertEquals((await run(place, { run: ["/bin/ls"] }, "ls -d /proc")).stdout, "/proc\n");
  assertEquals((await run(place, { run: true }, "ls -d /proc | sort | cat")).stdout, "/proc\n");
});

confinedTest(
  "a command without a shell, or in another language, has to be named; a shell has not",
  async (place) => {
    const direct = await run(place, {}, { commands: [{ text: "echo", args: ["hi"] }] });
    assertEquals(
      direct.error,
      'Missing permission run "echo": add it to the step\'s permissions, e.g. permissions: { run: ["echo"] }',
    );
    const named = await run(place, { run: ["echo"] }, { commands: [{ text: "echo", args: ["hi"] }] });
    assertEquals([named.stdout, named.error], ["hi\n", ""]);
    const script = await run(place, {}, { script: "#!/usr/bin/env sh\necho script" });
    assertEquals([script.stdout, script.error], ["script\n", ""]);
    const missing = await run(place, {}, "true", { shell: "/nowhere/sh" });
    assertEquals([missing.exitCode, missing.error], [
      127,
      'Cannot start "/nowhere/sh": no such file or directory',
    ]);
  },
);

confinedTest("a script finds its interpreter", async (place) => {
  const tool = `${place.folder}/tool`;
  Deno.writeTextFileSync(tool, '#!/usr/bin/env bash\necho "tool ${BASH_VERSION:+bash}"\n', { mode: 0o755 });
  const result = await run(place, { run: [tool] }, tool);
  assertEquals([result.stdout, result.error], ["tool bash\n", ""]);
}, ["bash"]);

confinedTest("only variables that are named are there", async (place) => {
  const env = { SECRET: "s3cret", OTHER: "other", LANG: "C", HOME: "/root", LD_PRELOAD: "/nowhere.so" };
  const none = await run(place, { run: ["env"] }, "env", { env });
  const names = none.stdout.trim().split("\n").map((line) => line.split("=")[0]).sort();
  assertEquals(names.filter((name) => !["_", "SHLVL", "OLDPWD"].includes(name!)), ["LANG", "PATH", "PWD"]);
  assertEquals(none.stderr, "");
  const some = await run(place, { run: ["env"], env: ["SECRET"] }, "env", { env });
  assert(some.stdout.includes("SECRET=s3cret\n") && !some.stdout.includes("OTHER"), some.stdout);
  const refused = await run(place, { run: ["cat"] }, 'echo "$SECRET"', { env });
  assertEquals(refused.stdout, "");
  assertEquals(
    refused.error,
    'Missing permission env "SECRET": add it to the step\'s permissions, ' +
      'e.g. permissions: { env: ["SECRET"], run: ["cat"] }',
  );
  const granted = await run(place, { env: ["SECRET"] }, 'echo "$SECRET"', { env });
  assertEquals(granted.stdout, "s3cret\n");
  assertEquals((await run(place, { env: true }, 'echo "$OTHER"', { env })).stdout, "other\n");
});

confinedTest("values too large for an environment come all the same", async (place) => {
  const values = { BIG: "x".repeat(200_000) };
  assertMatch(
    (await run(place, {}, "echo ${#BIG} $BIG > /dev/null", { values })).error,
    /^Missing permission env "BIG"/,
  );
  const result = await run(place, { env: ["BIG"] }, 'BIG=$BIG; echo "${#BIG}"', { values });
  assertEquals([result.stdout, result.error], ["200000\n", ""]);
});

confinedTest("no network unless all of it is allowed", async (place) => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let connections = 0;
  const accepting = (async () => {
    for await (const connection of listener) {
      connections++;
      connection.close();
    }
  })();
  const script = `exec 3<>/dev/tcp/127.0.0.1/${listener.addr.port} && echo connected`;
  const none = await run(place, { run: ["cat"], read: true }, script, { shell: "bash" });
  assert(none.exitCode !== 0, none.stdout);
  assertMatch(none.stderr, /refused|unreachable/i);
  assertEquals(connections, 0);
  const all = await run(place, { net: true }, script, { shell: "bash" });
  assertEquals([all.stdout, all.error], ["connected\n", ""]);
  const hosts = { net: ["127.0.0.1"] };
  const own = await run(place, hosts, { ...commands(script), permissions: hosts }, { shell: "bash" });
  assertMatch(
    own.error,
    /^Cannot let the commands of step "s" reach "127.0.0.1" only: .*net: true.*type http/,
  );
  const inherited = await run(place, hosts, script, { shell: "bash" });
  assert(inherited.exitCode !== 0);
  assertEquals(inherited.granted, [{}]);
  listener.close();
  await accepting.catch(() => {});
  assertEquals(connections, 1);
}, ["bash"]);

confinedTest("it has no rights over the machine, whoever starts it", async (place) => {
  const tools = { run: ["cat", "grep", "mount", "unshare", "chroot"] };
  const caps = await run(
    place,
    tools,
    "grep -E '^Cap(Eff|Prm|Bnd)' /proc/self/status | grep -cv '\t0000000000000000$' || :",
  );
  assertEquals(caps.stdout, "0\n");
  const attempts = [
    "cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern",
    "echo 0 > /proc/self/oom_score_adj",
    "mount -t tmpfs none /mnt",
    "chroot / true",
    `kill -0 ${Deno.pid}`,
    "cat /proc/1/environ > /dev/null && cat /proc/1/environ | grep -a DAGU_HOME",
  ];
  for (const attempt of attempts) {
    assert((await run(place, tools, attempt)).exitCode !== 0, attempt);
  }
});

confinedTest("output that passes through, several commands, exit codes", async (place) => {
  const piped = await run(place, { run: ["cat"] }, "echo out; echo err >&2; exit 7", { direct: false });
  assertEquals([piped.exitCode, piped.stdout, piped.stderr], [7, "out\n", "err\n"]);
  const several = await run(place, {}, commands("echo 1", "echo 2; exit 3", "echo 3"));
  assertEquals([several.exitCode, several.stdout], [3, "1\n2\n"]);
  assertMatch(several.error, /^command 2 failed: exit status 3\n/);
});

confinedTest("signals reach the programs, which may end as they like", async (place) => {
  const script = "trap 'echo caught; exit 5' TERM\n: > ready\nwhile :; do sleep 0.01; done";
  const permissions = { write: [place.workingDir], run: ["sleep"] };
  const step = startStep(place, { script }, { task: { permissions } });
  await madeFile(place, "ready");
  step.signal("SIGTERM");
  assertEquals((await step.done).exitCode, 5);
  assertEquals(Deno.readTextFileSync(place.stdout), "caught\n");
  assertEquals(groupMembers(step.groups[0]!), []);
});

confinedTest("a kill ends all of it, also what left the group or stayed behind", async (place) => {
  const token = crypto.randomUUID();
  const mark = `DAGU_RUN_TOKEN=${token}`;
  const env = { DAGU_RUN_TOKEN: token, DAG_RUN_ID: "r1", DAG_RUN_STEP_NAME: "s" };
  const permissions = { write: [place.workingDir], run: ["sleep", "setsid"] };
  const script = "trap '' TERM\nsetsid sleep 60 &\n: > ready\nwhile :; do sleep 1; done";
  const step = startStep(place, { script }, { env, task: { permissions } });
  await madeFile(place, "ready");
  assert(processesCarrying([mark]).length > 0);
  step.signal("SIGTERM");
  step.signal("SIGKILL");
  assertEquals((await step.done).exitCode, 137);
  assertEquals(processesCarrying([mark]), []);
  const left = await run(place, permissions, "sleep 60 & setsid sleep 60 &", { env });
  assertEquals(left.error, "");
  for (let i = 0; processesCarrying([mark]).length > 0 && i < 200; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertEquals(processesCarrying([mark]), []);
});
