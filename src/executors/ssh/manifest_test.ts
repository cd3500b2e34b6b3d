import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { testNeeding } from "../../../tests/needs.ts";
import { until } from "../../../tests/support/home.ts";
import { command, SandboxBench } from "../../../tests/support/sandbox_step.ts";
import { freePort, makeKey, output, Sshd, type SshdOptions } from "../../../tests/support/sshd.ts";
import type { SshDecl } from "../../core/declarations.ts";
import type { Step } from "../../core/dag.ts";
import { allProcesses } from "../../platform/process_table.ts";
import { Scope } from "../../eval/scope.ts";
import { makeDag } from "../../../tests/fakes/dags.ts";
import type { StepTask } from "../../ports/executor.ts";
import { SSH } from "./manifest.ts";

class Bench extends SandboxBench {
  constructor(readonly sshd: Sshd) {
    super();
  }

  /** Starts a step that logs in with the key of the user. */
  ssh(given: Partial<Step> | string, config: Record<string, unknown> = {}, more: Partial<StepTask> = {}) {
    const step = typeof given === "string" ? command(given) : given;
    const merged = Object.entries({ ...this.sshd.login, ...config }).filter(([, value]) => value !== null);
    const executor = { type: "ssh", config: Object.fromEntries(merged) };
    return this.start(SSH, { executor, ...step }, more);
  }
}

function testSsh(
  name: string,
  fn: (bench: Bench, sshd: Sshd) => Promise<void>,
  options: SshdOptions = {},
): void {
  testNeeding({
    name: `ssh: ${name}`,
    needs: ["sshd"],
    fn: async () => {
      await using sshd = await Sshd.start(options);
      using bench = new Bench(sshd);
      await fn(bench, sshd);
    },
  });
}

const BASH = { shell: "/bin/sh -e" };

testSsh("output, exit code and exactly what is needed", async (bench, sshd) => {
  Deno.symlinkSync("user", `${sshd.folder}/link`);
  const result = await bench.ssh("echo out; echo ü >&2; exit 3", { ...BASH, key: `${sshd.folder}/link` })
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
  assertEquals((await bench.ssh('printf %s "$V"', BASH, more).result).stdout, value);
  assertEquals((await bench.ssh("printf %s $V", {}, more).result).stdout, value);
  assertEquals((await bench.ssh({ script: 'printf %s "$V"; cat' }, {}, more).result).stdout, value);
});

testSsh("much output on both streams arrives whole", async (bench) => {
  const text = "seq 1 300000 & seq 1 300000 >&2; wait";
  const { stdout, stderr } = await bench.ssh(text, BASH).result;
  assertEquals([stdout.length, stdout.slice(-7), stderr === stdout], [1988895, "300000\n", true]);
});

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
});

testSsh("one connection for all steps, and a new one when it is lost", async (bench, sshd) => {
  for (const text of ["one", "two"]) {
    assertEquals((await bench.ssh(`echo ${text}`).result).stdout, `${text}\n`);
  }
  const several = await Promise.all([1, 2, 3, 4, 5].map((n) => bench.ssh(`echo ${n}`).result));
  assertEquals(several.map((result) => result.stdout).join(""), "1\n2\n3\n4\n5\n");
  assertEquals(sshd.connections, 1);
  const long = nap();
  const lost = bench.ssh(`sh -c '${long}; true'`);
  await running(long);
  sshd.cutConnections();
  const { exitCode, error } = await lost.result;
  assertEquals(exitCode, 255);
  assertMatch(error, /^The connection to 127\.0\.0\.1:\d+ was lost before the command ended$/);
  assertEquals((await bench.ssh("echo again").result).stdout, "again\n");
  end(long);
});

testSsh("a host that allows few commands at once gets further connections", async (bench, sshd) => {
  const steps = [1, 2, 3, 4, 5, 6, 7].map((n) => bench.ssh(`sh -c 'sleep 0.3; echo ${n}'`).result);
  const results = await Promise.all(steps);
  assertEquals(results.map((result) => result.error + result.stdout).join(""), "1\n2\n3\n4\n5\n6\n7\n");
  assert(sshd.connections > 1 && sshd.connections <= 7, `${sshd.connections} connections`);
}, { config: ["MaxSessions 2"] });

testSsh("a host that runs no commands says so", async (bench) => {
  const { exitCode, error } = await bench.ssh("true").result;
  assertEquals(exitCode, 255);
  assertMatch(error, /^Cannot run a command at 127\.0\.0\.1:\d+: .*open/i);
}, { config: ["MaxSessions 0"] });

testSsh("keys of every kind", async (bench, sshd) => {
  const pem = ["-m", "PEM"];
  const kinds: readonly [name: string, type: string, more: string[], passphrase: string][] = [
    ["rsa", "rsa", ["-b", "2048"], ""],
    ["rsa_pem", "rsa", ["-b", "2048", ...pem], "secret"],
    ["ecdsa", "ecdsa", [], ""],
    ["ecdsa_384", "ecdsa", ["-b", "384"], "secret"],
    ["ecdsa_521", "ecdsa", ["-b", "521"], ""],
    ["ecdsa_pem", "ecdsa", pem, ""],
    ["ecdsa_locked", "ecdsa", pem, "it's secret"],
    ["pkcs8", "rsa", ["-b", "2048", "-m", "PKCS8"], "secret"],
    ["pkcs8_open", "ecdsa", ["-m", "PKCS8"], ""],
    ["locked", "ed25519", ["-a", "4"], "it's secret"],
  ];
  for (const [name, type, more, passphrase] of kinds) {
    const path = `${sshd.folder}/${name}`;
    makeKey(path, type, more, passphrase);
    await sshd.authorize(path);
    assertEquals((await bench.ssh("echo in", { key: path, passphrase }).result).error, "", name);
  }
  const key = await Deno.readTextFile(`${sshd.folder}/user`);
  const inline = await bench.ssh("echo in", { key }).result;
  assertEquals([inline.stdout, inline.granted?.read], ["in\n", []]);
  const locked = `${sshd.folder}/locked`;
  assertMatch(
    (await bench.ssh("true", { key: locked }).result).error,
    /it is encrypted, give its "passphrase"/,
  );
  const wrong = await bench.ssh("true", { key: locked, passphrase: "no" }).result;
  assertMatch(wrong.error, /locked": the passphrase is wrong$/);
});

testSsh("what is no key, and a key that the host does not know", async (bench, sshd) => {
  const missing = await bench.ssh("true", { key: "/no/such/key" }).result;
  assertMatch(missing.error, /"key" is "\/no\/such\/key", which is not found/);
  assertMatch(
    (await bench.ssh("true", { key: `${sshd.folder}/user.pub` }).result).error,
    /not a private key$/,
  );
  const config = await bench.ssh("true", { key: `${sshd.folder}/config` }).result;
  assertMatch(config.error, /^Cannot use the key ".*\/config": /);
  makeKey(`${sshd.folder}/other`, "ed25519");
  const other = await bench.ssh("true", { key: `${sshd.folder}/other` }).result;
  assertEquals(other.exitCode, 255);
  assertMatch(other.error, /the host refused the key ".*\/other" for user "\w+"$/);
});

testSsh("a key agent", async (bench, sshd) => {
  const socket = `${sshd.folder}/agent`;
  const agent = new Deno.Command("ssh-agent", { args: ["-D", "-a", socket], stdin: "null", stdout: "null" })
    .spawn();
  try {
    await until(() => [...Deno.readDirSync(sshd.folder)].some(({ name }) => name === "agent"), "the agent");
    const refused = await bench.ssh("echo in", { key: null, agent: socket }).result;
    assertMatch(refused.error, /refused the keys of the agent/);
    output("ssh-add", ["-q", `${sshd.folder}/user`], { SSH_AUTH_SOCK: socket });
    const result = await bench.ssh("echo in", { key: null, agent: socket }).result;
    assertEquals([result.error, result.stdout], ["", "in\n"]);
    const { net, read, write } = result.granted!;
    assertEquals([net, read, write], [[`127.0.0.1:${sshd.port}`, `unix:${socket}`], [socket], [socket]]);
  } finally {
    agent.kill();
    await agent.status;
  }
});

testSsh("known hosts: who is not the one that is known is refused", async (bench, sshd) => {
  const file = `${sshd.folder}/known`;
  const run = async (text: string) => {
    await Deno.writeTextFile(file, text);
    return await bench.ssh("echo in", { strictHostKey: null, knownHostFile: file }).result;
  };
  const known = await run(sshd.knownHost());
  assertEquals([known.error, known.stdout], ["", "in\n"]);
  assertEquals(known.granted?.read, [`${sshd.folder}/user`, file]);
  const before = sshd.connections;

  const fresh = new Bench(sshd);
  const refused = async (text: string) => {
    await Deno.writeTextFile(file, text);
    const result = await fresh.ssh("echo in", { strictHostKey: null, knownHostFile: file }).result;
    assertEquals([result.exitCode, result.stdout], [255, ""]);
    return result.error;
  };
  try {
    const unknown = await refused("");
    assertMatch(
      unknown,
      /^Refused to log in at 127\.0\.0\.1:\d+: its key ssh-ed25519 SHA256:\S{43} is not in ".*known"/,
    );
    assertEquals(/add the line "([^"]*)"/.exec(unknown)?.[1], sshd.knownHost().trim());
    const shown = output("ssh-keygen", ["-l", "-f", `${sshd.folder}/host_ed25519.pub`]).split(" ")[1]!;
    assert(unknown.includes(shown), "the fingerprint is the one of ssh-keygen");
    makeKey(`${sshd.folder}/host_other`, "ed25519");
    assertMatch(await refused(sshd.knownHost("other")), /is not the one in/);
    assertMatch(await refused("@revoked " + sshd.knownHost()), /marked as revoked/);
    await Deno.writeTextFile(file, sshd.knownHost());
    output("ssh-keygen", ["-q", "-H", "-f", file]);
    const hashed = await fresh.ssh("echo in", { strictHostKey: null, knownHostFile: file }).result;
    assertEquals([hashed.error, hashed.stdout], ["", "in\n"]);
  } finally {
    fresh[Symbol.dispose]();
  }
  assert(sshd.connections > before);
  const missing = await bench.ssh("true", { strictHostKey: true, knownHostFile: "/no/such/file" }).result;
  assertMatch(missing.error, /the known-hosts file "\/no\/such\/file" is not found/);
  assertEquals(missing.granted, null);
});

testSsh("known hosts: the host is asked for the key that is known", async (bench, sshd) => {
  for (const type of ["rsa", "ecdsa", "ed25519"]) {
    const knownHostFile = `${sshd.folder}/known_${type}`;
    await Deno.writeTextFile(knownHostFile, sshd.knownHost(type));
    const { error } = await bench.ssh("true", { strictHostKey: null, knownHostFile }).result;
    assertEquals(error, "", type);
  }
}, { hostKeys: ["rsa", "ecdsa", "ed25519"] });

testSsh("a jump host is the only one that is reached directly", async (bench, sshd) => {
  await using bastion = await Sshd.start();
  const far = { strictHostKey: null, knownHostFile: `${sshd.folder}/known` };
  await Deno.writeTextFile(far.knownHostFile, sshd.knownHost());
  const { strictHostKey: _, ...through } = bastion.login;
  const unknown = await bench.ssh("echo in", { ...far, bastion: through }).result;
  assertMatch(unknown.error, new RegExp(`^Refused to log in at 127\\.0\\.0\\.1:${bastion.port}: `));
  await Deno.writeTextFile(far.knownHostFile, sshd.knownHost() + bastion.knownHost());
  using other = new Bench(sshd);
  for (const text of ["one", "two"]) {
    const result = await other.ssh(`echo ${text}`, { ...far, bastion: through }).result;
    assertEquals([result.error, result.stdout], ["", `${text}\n`]);
    assertEquals(result.granted?.net, [`127.0.0.1:${bastion.port}`]);
  }
  assertEquals([sshd.connections, bastion.connections], [1, 2]);
  const long = nap();
  const lost = other.ssh(long, { ...far, bastion: through });
  await running(long);
  sshd.cutConnections();
  assertMatch((await lost.result).error, /^The connection to .* was lost/);
  end(long);
  const nowhere = await other.ssh("true", { ...far, port: String(freePort()), bastion: through }).result;
  assertMatch(nowhere.error, /^Cannot (run a command|connect).*refused|failed/i);
});

testSsh("a stop ends the command at the other side", async (bench) => {
  const long = nap();
  const step = bench.ssh(long);
  await running(long);
  step.signal("SIGTERM");
  assertEquals(await endOf(step), [143, "signal: terminated"]);
  await gone(long);
  const background = nap();
  const other = bench.ssh(`trap "exit 9" USR1; ${background} & wait`, BASH);
  await running(background);
  other.signal("SIGUSR1");
  assertEquals(await endOf(other), [9, "exit status 9"]);
});

testSsh("a kill ends what does not want to end, and nothing else", async (bench, sshd) => {
  const bystander = bench.ssh("sh -c 'sleep 2; echo done'");
  const long = nap();
  const step = bench.ssh(`trap "" TERM; while :; do ${long}; done`, BASH);
  await running(long);
  step.signal("SIGTERM");
  step.signal("SIGKILL");
  assertEquals(await endOf(step), [137, "signal: killed"]);
  await gone(long);
  const { error, stdout } = await bystander.result;
  assertEquals([error, stdout], ["", "done\n"]);
  assertEquals(sshd.connections, 1);
});

testSsh("a program that a signal ends", async (bench) => {
  assertEquals(await endOf(bench.ssh("kill -SEGV $$", BASH)), [139, "signal: segmentation fault"]);
});

testSsh("permissions of the definition narrow", async (bench, sshd) => {
  const permissions = { net: ["127.0.0.1:22"], read: ["/"] };
  const result = await bench.ssh("true", {}, { permissions }).result;
  assertMatch(result.error, new RegExp(`^Missing permission net "127\\.0\\.0\\.1:${sshd.port}"`));
  assertEquals([result.granted, sshd.connections], [null, 0]);
});

Deno.test("ssh: a host that does not answer, refuses, or does not exist", async () => {
  using bench = new SandboxBench();
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

Deno.test("ssh: a stop while the host is being connected to", async () => {
  using bench = new SandboxBench();
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String((silent.addr as Deno.NetAddr).port);
  const config = { host: "127.0.0.1", port, user: "u", password: "p", strictHostKey: false };
  const step = bench.start(SSH, { executor: { type: "ssh", config }, ...command("true") });
  using connection = await silent.accept();
  step.signal("SIGTERM");
  assertEquals(await endOf(step), [143, "signal: terminated"]);
  await connection.write(new Uint8Array(0));
});

async function endOf(step: { readonly done: Promise<{ exitCode: number; error: string }> }) {
  const { exitCode, error } = await step.done;
  return [exitCode, error];
}

/** A command that takes long and that no other test runs. */
function nap(): string {
  return `sleep ${(60 + Math.random()).toFixed(9)}`;
}

/** Processes with exactly this command line. */
function processes(line: string): number[] {
  return allProcesses().filter((pid) => {
    try {
      return Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim() === line;
    } catch {
      return false;
    }
  });
}

async function running(line: string): Promise<void> {
  await until(() => processes(line).length > 0, `the process "${line}"`);
}

async function gone(line: string): Promise<void> {
  await until(() => processes(line).length === 0, `the end of "${line}"`);
}

function end(line: string): void {
  for (const pid of processes(line)) Deno.kill(pid, "SIGKILL");
}
