import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { makeDag } from "../../../tests/fakes/dags.ts";
import { command, StepBench } from "../../../tests/support/step_bench.ts";
import { endOf, SHELL, testSsh } from "../../../tests/support/ssh_step.ts";
import { freePort } from "../../../tests/support/free_port.ts";
import type { Step } from "../../core/dag.ts";
import type { SshDecl } from "../../core/declarations.ts";
import { Scope } from "../../eval/scope.ts";
import { SSH } from "./manifest.ts";

testSsh("output, exit code and exactly what is needed", async (bench, sshd) => {
  Deno.symlinkSync("user", `${sshd.folder}/link`);
  const result = await bench.ssh("echo out; echo ü >&2; exit 3", { ...SHELL, key: `${sshd.folder}/link` })
    .result;
  assertEquals(result, {
    exitCode: 3,
    error: "exit status 3",
    stdout: "out\n",
    stderr: "ü\n",
    granted: { net: [`127.0.0.1:${sshd.port}`], read: [`${sshd.folder}/user`], write: [] },
  });
  const words = await bench.ssh("printf '%s|' 'a  b' *").result;
  assertEquals([words.exitCode, words.error, words.stdout], [0, "", "a  b|*|"]);
});

testSsh("commands run one after the other until one fails", async (bench) => {
  const commands = ["echo a", "sh -c 'exit 7'", "echo c"].map((text) => ({ text, args: null }));
  const result = await bench.ssh({ commands }).result;
  assertEquals([result.stdout, result.exitCode, result.error], ["a\n", 7, "command 2 failed: exit status 7"]);
  assertEquals((await bench.ssh({ commands: [] }).result).error, "");
});

testSsh("values are data at the other side", async (bench) => {
  const value = "a  b'\"$(echo run)`echo run`;echo run\n~";
  const variables = new Scope({ params: new Map([["V", value]]) });
  const more = { variables };
  assertEquals((await bench.ssh('printf %s "$V"', SHELL, more).result).stdout, value);
  assertEquals((await bench.ssh("printf %s $V", {}, more).result).stdout, value);
  assertEquals((await bench.ssh({ script: 'printf %s "$V"; cat' }, {}, more).result).stdout, value);
});

testSsh("much output on both streams arrives whole", async (bench) => {
  const text = "seq 1 300000 & seq 1 300000 >&2; wait";
  const { stdout, stderr } = await bench.ssh(text, SHELL).result;
  assertEquals([stdout.length, stdout.slice(-7), stderr === stdout], [1988895, "300000\n", true]);
});

testSsh(
  "a program that closes its output early, one that does not read, one that a signal ends",
  async (bench) => {
    const early = await bench.ssh("exec >&- 2>&-; sleep 0.3; exit 3", SHELL).result;
    assertEquals([early.exitCode, early.error], [3, "exit status 3"]);
    const script = `echo in; exit 4\n${"# much that nobody reads\n".repeat(200_000)}`;
    const deaf = await bench.ssh({ ...command("head -n 1"), script }).result;
    assertEquals([deaf.error, deaf.stdout], ["", "echo in; exit 4\n"]);
    assertEquals(await endOf(bench.ssh("kill -SEGV $$", SHELL)), [139, "signal: segmentation fault"]);
  },
);

testSsh("a step has what its DAG has not replaced", async (bench, sshd) => {
  const decl = {
    ...sshd.login,
    shell: "bash",
    shellArgs: ["-e"],
    key: "/none",
    passphrase: "",
    password: "",
  };
  const dag = {
    ...makeDag([]),
    ssh: { ...decl, knownHostFile: "", agent: "", timeout: "", bastion: null } as unknown as SshDecl,
  };
  const executor = { type: "ssh", config: { key: `${sshd.folder}/user` } };
  const run = (given: Partial<Step>) => bench.run(SSH, { executor, ...given }, { dag });
  assertEquals((await run(command("echo $0 | cat; false; echo on"))).stdout, "bash\n");
  assertEquals(
    (await run({ ...command("false; echo on"), shell: { program: "sh", args: [] } })).stdout,
    "on\n",
  );
  const direct = { ...command("echo a; echo b"), shell: { program: "direct", args: [] } };
  assertEquals((await run(direct)).stdout, "a; echo b\n");
});

testSsh("permissions of the definition narrow", async (bench, sshd) => {
  const permissions = { net: ["127.0.0.1:22"], read: ["/"] };
  const result = await bench.ssh("true", {}, { permissions }).result;
  assertMatch(result.error, new RegExp(`^Missing permission net "127\\.0\\.0\\.1:${sshd.port}"`));
  assertEquals([result.granted, sshd.connections], [null, 0]);
});

Deno.test("ssh: a host that does not answer, refuses, or does not exist", async () => {
  using bench = new StepBench();
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const key = "-----BEGIN OPENSSH PRIVATE KEY-----";
  const run = async (config: Record<string, unknown>) => {
    const login = { host: "127.0.0.1", user: "u", password: "p", strictHostKey: false };
    const step = { executor: { type: "ssh", config: { ...login, ...config } }, ...command("true") };
    const { exitCode, error } = await bench.run(SSH, step);
    return `${exitCode} ${error}`;
  };
  const port = String((silent.addr as Deno.NetAddr).port);
  assertEquals(
    await run({ port, timeout: "300ms" }),
    `255 Cannot log in at 127.0.0.1:${port}: timed out after 0.3 s`,
  );
  const closed = String(freePort());
  assertEquals(await run({ port: closed }), `255 Cannot connect to 127.0.0.1:${closed}: connection refused`);
  assertMatch(
    await run({ host: "no-such-host.invalid" }),
    /^255 Cannot connect to no-such-host\.invalid:22: /,
  );
  assertMatch(await run({ port: closed, key }), /^255 Cannot use the key given in "key": /);
  assertMatch(await run({ host: "" }), /^1 .*"host" is not given/);
  assertMatch(await run({ port: "ssh" }), /^1 .*"port" is "ssh", expected a number/);
  assertMatch(await run({ timeout: "soon" }), /^1 .*"timeout" is "soon", expected a duration/);
  assertMatch(
    await run({ strictHostKey: "perhaps" }),
    /^1 .*"strictHostKey" is "perhaps", expected true or false/,
  );
  assertMatch(
    await run({ agent: "/no/such/socket" }),
    /^1 .*the socket "\/no\/such\/socket" of the key agent is not found/,
  );
});
