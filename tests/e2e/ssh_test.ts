/** Runs whose steps go to a real SSH server. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import type { RunRecord } from "../../src/core/run.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { testNeeding } from "../needs.ts";
import { Home, programArgs } from "../support/home.ts";
import { gone, nap, running } from "../support/ssh_step.ts";
import { makeKey, Sshd } from "../support/sshd.ts";

function testRun(name: string, fn: (home: Home, sshd: Sshd) => Promise<void>): void {
  testNeeding({
    name: `ssh run: ${name}`,
    needs: ["sshd"],
    fn: async () => {
      await using sshd = await Sshd.start();
      await using home = await Home.make();
      await Deno.mkdir(`${home.path}/.ssh`);
      await Deno.copyFile(`${sshd.folder}/user`, `${home.path}/.ssh/id_test`);
      await Deno.writeTextFile(`${home.path}/.ssh/known_hosts`, sshd.knownHost());
      await fn(home, sshd);
    },
  });
}

/** The program, for a user whose home is the one of the test. */
function asUser(home: Home): string[] {
  return ["env", `HOME=${home.path}`, `DENO_DIR=${packages()}`, ...programArgs()];
}

/** Where Deno keeps packages. */
function packages(): string {
  return Deno.env.get("DENO_DIR") || `${Deno.env.get("HOME")}/.cache/deno`;
}

function host({ user, port }: Sshd): string {
  return `ssh: {user: ${user}, host: 127.0.0.1, port: ${port}, key: ~/.ssh/id_test}\n`;
}

async function recordOf(home: Home, name: string): Promise<RunRecord> {
  const stored = await home.store.latest(name);
  assert(stored, `There is no run of ${name}`);
  return stored.record;
}

function output({ nodes, handlers }: RunRecord, step: string): string {
  const node = [...nodes, ...Object.values(handlers)].find((one) => one.step.name === step);
  assert(node, `There is no step ${step}`);
  return Deno.readTextFileSync(node.state.stdout);
}

testRun("all steps and handlers by one connection, with values of the run", async (home, sshd) => {
  const file = home.dag(
    "deploy",
    `${host(sshd)}
type: graph
params: WORD=hello
env:
  - PLACE: over there
steps:
  - name: first
    command: echo \${WORD} "\${PLACE}"
    output: SAID
  - name: second
    depends: first
    shell: bash
    env:
      - MORE: "a  b"
    command: printf '%s|%s|' "$SAID" "$MORE"; env | grep -c ^MORE=
  - name: third
    depends: first
    script: |
      #!/usr/bin/env python3
      print(sum(range(5)), "\${WORD}")
  - name: here
    depends: first
    type: command
    command: echo "$SAID, but here"
  - name: again
    depends: first
    shell: sh
    command: test -e WORK/once || { touch WORK/once; exit 7; }
    retryPolicy: {limit: 1, intervalSec: 0}
handlerOn:
  exit:
    command: echo bye
`,
  );
  const { code, stderr } = await home.run(["start", file], asUser(home));
  assertEquals(code, 0, stderr);
  const record = await recordOf(home, "deploy");
  assertEquals(record.status, RunStatus.Succeeded);
  const said = ["first", "second", "third", "here", "onExit"].map((step) => output(record, step));
  assertEquals(said, [
    "hello over there\n",
    "hello over there|a  b|1\n",
    "10 hello\n",
    "hello over there, but here\n",
    "bye\n",
  ]);
  assertEquals(record.nodes[4]!.state.retryCount, 1);
  assertEquals(sshd.connections, 1);
});

testRun("a time limit and a stop end the commands over there", async (home, sshd) => {
  const [slow, long] = [nap(), nap()];
  const limited = home.dag("limited", `${host(sshd)}steps:\n  - command: ${slow}\n    timeoutSec: 2\n`);
  assertEquals((await home.run(["start", limited], asUser(home))).code, 1);
  await gone(slow);
  const file = home.dag("stopped", `${host(sshd)}steps:\n  - command: ${long}\n`);
  const started = home.run(["start", file], asUser(home));
  await running(long);
  assertEquals((await home.run(["stop", "stopped"], asUser(home))).code, 0);
  await started;
  await gone(long);
  assertEquals((await recordOf(home, "stopped")).status, RunStatus.Aborted);
});

testRun(
  "another host than the known one is refused; without the files to log in nothing begins",
  async (home, sshd) => {
    const file = home.dag("one", `${host(sshd)}steps:\n  - name: s\n    command: echo in\n`);
    const fails = async (node: NodeStatus, error: RegExp) => {
      const { code, stderr } = await home.run(["start", file], asUser(home));
      assertEquals(code, 1);
      const record = await recordOf(home, "one");
      assertEquals([record.status, record.nodes[0]!.state.status], [RunStatus.Failed, node]);
      assertMatch(record.error || record.nodes[0]!.state.error, error);
      assertMatch(stderr, error);
    };
    makeKey(`${sshd.folder}/host_other`, "ed25519");
    await Deno.writeTextFile(`${home.path}/.ssh/known_hosts`, sshd.knownHost("other"));
    await fails(NodeStatus.Failed, /Refused to log in at 127\.0\.0\.1:\d+: its key .* is not the one in/);
    await Deno.remove(`${home.path}/.ssh/known_hosts`);
    await fails(NodeStatus.NotStarted, /the known-hosts file ".*\/\.ssh\/known_hosts" is not found/);
    await Deno.writeTextFile(`${home.path}/.ssh/known_hosts`, sshd.knownHost());
    await Deno.remove(`${home.path}/.ssh/id_test`);
    await fails(NodeStatus.NotStarted, /"key" is "~\/\.ssh\/id_test", which is not found/);
  },
);
