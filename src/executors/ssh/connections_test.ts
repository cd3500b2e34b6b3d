import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { SshHost } from "../../../tests/support/ssh_host.ts";
import { end, endOf, nap, running, SHELL, SshBench, testSsh } from "../../../tests/support/ssh_step.ts";
import { Sshd } from "../../../tests/support/sshd.ts";
import { freePort } from "../../../tests/support/free_port.ts";

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
  // Each waits for all the others.
  const meet = (n: number) =>
    `touch ${n}.here; until [ $(ls *.here | wc -l) = 7 ]; do sleep 0.05; done; echo ${n}`;
  const steps = [1, 2, 3, 4, 5, 6, 7].map((n) => bench.ssh(`sh -c 'cd ${bench.folder}; ${meet(n)}'`).result);
  const results = await Promise.all(steps);
  assertEquals(results.map((result) => result.error + result.stdout).join(""), "1\n2\n3\n4\n5\n6\n7\n");
  assert(sshd.connections > 1 && sshd.connections <= 7, `${sshd.connections} connections`);
}, { config: ["MaxSessions 2"] });

testSsh("a host that runs no commands says so", async (bench) => {
  const { exitCode, error } = await bench.ssh("true").result;
  assertEquals(exitCode, 255);
  assertMatch(error, /^Cannot run a command at 127\.0\.0\.1:\d+: .*open/i);
}, { config: ["MaxSessions 0"] });

testSsh("a jump host is the only one that is reached directly", async (bench, sshd) => {
  await using bastion = await Sshd.start();
  const far = { strictHostKey: null, knownHostFile: `${sshd.folder}/known` };
  await Deno.writeTextFile(far.knownHostFile, sshd.knownHost());
  const { strictHostKey: _, ...through } = bastion.login;
  const unknown = await bench.ssh("echo in", { ...far, bastion: through }).result;
  assertMatch(unknown.error, new RegExp(`^Refused to log in at 127\\.0\\.0\\.1:${bastion.port}: `));
  await Deno.writeTextFile(far.knownHostFile, sshd.knownHost() + bastion.knownHost());
  using other = new SshBench(sshd);
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

testSsh("a jump host that cannot reach the other one, or does not say so", async (bench) => {
  using host = await SshHost.start();
  const { strictHostKey: _, ...bastion } = host.login;
  const { exitCode, error } = await bench.ssh("true", { bastion, timeout: "5s" }).result;
  assertEquals(exitCode, 255);
  assertMatch(error, /^Cannot connect to 127\.0\.0\.1:\d+ through 127\.0\.0\.1:\d+: timed out after 5 s$/);
});

testSsh("a connection that breaks amid much output", async (bench, sshd) => {
  const written = Promise.withResolvers<void>();
  const step = bench.ssh("yes", {}, {
    log: {
      stdout: "",
      stderr: "",
      direct: true,
      write: (_stream, _bytes) => {
        written.resolve();
        return Promise.resolve();
      },
    },
  });
  await written.promise;
  sshd.cutConnections();
  const { exitCode, error } = await step.done;
  assertEquals(exitCode, 255);
  assertMatch(error, /was lost before the command ended$/);
});

testSsh("a host that is busy with a command that was given up takes others", async (bench, sshd) => {
  const stuck = nap();
  // Its output is held open by what the kill does not reach.
  const step = bench.ssh(`setsid ${stuck} & wait`, SHELL);
  await running(stuck);
  step.signal("SIGKILL");
  assertEquals(await endOf(step), [137, "signal: killed"]);
  const { error, stdout } = await bench.ssh("echo next").result;
  assertEquals([error, stdout], ["", "next\n"]);
  assert(sshd.connections <= 3, `${sshd.connections} connections`);
  end(stuck);
}, { config: ["MaxSessions 1"] });
