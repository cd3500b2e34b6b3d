import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { until } from "../../../tests/support/home.ts";
import { SshBench, testSsh } from "../../../tests/support/ssh_step.ts";
import { changeKey, makeKey, output } from "../../../tests/support/sshd.ts";

testSsh("keys of every kind", async (bench, sshd) => {
  const pem = ["-m", "PEM"];
  const kinds: readonly [name: string, type: string, bits: string, form: string[], passphrase: string][] = [
    ["rsa", "rsa", "2048", [], ""],
    ["rsa_pem", "rsa", "2048", pem, "secret"],
    ["ecdsa", "ecdsa", "256", [], ""],
    ["ecdsa_384", "ecdsa", "384", [], "secret"],
    ["ecdsa_521", "ecdsa", "521", [], ""],
    ["ecdsa_pem", "ecdsa", "256", pem, ""],
    ["ecdsa_locked", "ecdsa", "256", pem, "it's secret"],
    ["pkcs8", "rsa", "2048", ["-m", "PKCS8"], "secret"],
    ["pkcs8_open", "ecdsa", "256", ["-m", "PKCS8"], ""],
    ["locked", "ed25519", "256", ["-a", "4"], "it's secret"],
  ];
  makeKey(`${sshd.folder}/rsa`, "rsa", ["-b", "2048"]);
  for (const [name, type, bits, form, passphrase] of kinds) {
    const path = `${sshd.folder}/${name}`;
    // A new one of this kind takes long.
    if (type === "rsa") changeKey(`${sshd.folder}/rsa`, path, form, passphrase);
    else makeKey(path, type, ["-b", bits, ...form], passphrase);
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

  const fresh = new SshBench(sshd);
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
