/** Containers of runs that are stopped, killed or out of time. */
import { RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { needs } from "../needs.ts";
import { docker, ensureEngine } from "../support/docker.ts";
import { C, engineTest, ownContainers, run } from "../support/docker_runs.ts";
import { type Home, until } from "../support/home.ts";

// Before the tests: what is opened in one must be closed in it.
if (needs("docker").available) await ensureEngine();

engineTest("a stop reaches what runs with the step's own signal", async (home) => {
  const trap =
    "trap 'echo stopped >>/w/marks; exit 5' INT; echo ready >>/w/marks; while :; do sleep 0.1; done";
  for (
    const [name, container, command] of [
      ["own", `{${C}, volumes: ["WORK:/w"]}`, JSON.stringify(`sh -c "${trap}"`)],
      ["several", `{${C}, volumes: ["WORK:/w"]}`, JSON.stringify(["true", `sh -c "${trap}"`])],
    ]
  ) {
    await Deno.writeTextFile(`${home.path}/work/marks`, "");
    const path = home.dag(
      name!,
      `steps: [{name: s, signalOnStop: SIGINT, container: ${container}, command: ${command}}]\n`,
    );
    const child = home.spawn(["start", path]);
    await home.marked("ready");
    await home.run(["stop", path]);
    await child.status;
    assertEquals(home.marks(), ["ready", "stopped"], name);
    assertEquals((await home.store.latest(name!))!.record.status, RunStatus.Aborted, name);
    assertEquals(await ownContainers(home), [], name);
  }
});

engineTest("what does not listen is killed, and a shared container goes on", async (home) => {
  const result = await run(
    home,
    `
container: {${C}}
maxCleanUpTimeSec: 1
steps:
  - name: deaf
    command: sh -c "trap '' TERM; sleep 300 & wait; sleep 301"
    timeoutSec: 1
    continueOn: failed
  - name: left
    command: ps
  - name: own
    container: {${C}}
    command: sleep 302
    timeoutSec: 1
    continueOn: failed
`,
  );
  assertMatch(result.error("deaf"), /timed out/);
  assert(!/sleep 30/.test(result.out("left")), result.out("left"));
  assertMatch(result.error("own"), /timed out/);
});

/** A container for the DAG and one for its step, which writes the name of the DAG and then waits. */
function waiting(name: string): string {
  const wait = "echo $NAME >>/w/marks; while :; do sleep 0.1; done";
  return `
container: {${C}, volumes: ["WORK:/w"]}
env: [NAME=${name}]
steps:
  - container: {${C}, volumes: ["WORK:/w"]}
    command: ${JSON.stringify(`sh -c '${wait}'`)}
`;
}

/** Starts such a DAG and kills its agent, which leaves both containers. */
async function killed(home: Home, name: string): Promise<string> {
  const path = home.dag(name, waiting(name));
  const agent = home.spawn(["start", path]);
  await home.marked(name);
  agent.kill("SIGKILL");
  await agent.status;
  assertEquals((await owners(home)).filter((owner) => owner === name), [name, name]);
  return path;
}

/** Names of the DAGs that the containers of a home belong to. */
async function owners(home: Home): Promise<string[]> {
  const text = await docker(
    ...["ps", "-a", "--filter", `label=dagu.home=${Deno.hostname()}:${home.path}/data`],
    ...["--format", '{{.Label "dagu.root.name"}}'],
  );
  return text.split("\n").filter((name) => name !== "").sort();
}

engineTest("what a killed run left is removed by any next run, and nothing else", async (home) => {
  const alive = home.spawn(["start", home.dag("alive", waiting("alive"))]);
  await home.marked("alive");
  await killed(home, "dead");
  assertEquals((await run(home, "steps: [echo no container]")).code, 0);
  assertEquals(await owners(home), ["alive", "alive"]);
  assertEquals(home.files(/\/engines\//).length, 1, "The note of the agent that lives");
  await killed(home, "later");
  await run(home, `steps: [{container: {${C}}, command: echo x}]`);
  assertEquals(await owners(home), ["alive", "alive"]);
  await home.run(["stop", `${home.path}/dags/alive.yaml`]);
  await alive.status;
  assertEquals(home.files(/\/engines\//), []);
});

engineTest("what a killed run left is removed when the run is stopped", async (home) => {
  await home.run(["stop", await killed(home, "dead")]);
  assertEquals(await owners(home), []);
});

engineTest("a run that is stopped while its container is made ends as aborted", async (home) => {
  const path = home.dag(
    "slow",
    `
container: {${C}, startup: command, command: [sh, -c, "echo up >>/w/marks; sleep 600"], logPattern: never,
  volumes: ["WORK:/w"]}
steps: [{command: echo x}]
`,
  );
  const child = home.spawn(["start", path]);
  await home.marked("up");
  await home.run(["stop", path]);
  await child.status;
  assertEquals((await home.store.latest("slow"))!.record.status, RunStatus.Aborted);
  await until(async () => (await ownContainers(home)).length === 0, "the end of the container");
});
