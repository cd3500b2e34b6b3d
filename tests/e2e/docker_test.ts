/** Steps in containers of a real engine. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import type { RunRecord } from "../../src/core/run.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { needs, testNeeding } from "../needs.ts";
import { containers, docker, ensureEngine, IMAGE } from "../support/docker.ts";
import { startTlsEngine } from "../support/docker_tls.ts";
import { Home, until } from "../support/home.ts";
import { PASSWORD, startRegistry } from "../support/registry.ts";

// Before the tests: what is opened in one must be closed in it.
if (needs("docker").available) await ensureEngine();

/** What most containers of the tests have in common. */
const C = `image: ${IMAGE}, pullPolicy: never, network: none`;

interface Ran {
  readonly code: number;
  readonly stderr: string;
  readonly record: RunRecord;
  out(step: string): string;
  err(step: string): string;
  error(step: string): string;
}

async function ran(home: Home, name: string, code: number, stderr: string): Promise<Ran> {
  const stored = await home.store.latest(name);
  assert(stored, `There is no run of ${name}: ${stderr}`);
  const { record } = stored;
  const node = (step: string) => {
    const found = [...record.nodes, ...Object.values(record.handlers)].find((one) => one.step.name === step);
    assert(found, `There is no step ${step}`);
    return found.state;
  };
  const read = (path: string) => path === "" ? "" : Deno.readTextFileSync(path);
  return {
    code,
    stderr,
    record,
    out: (step) => read(node(step).stdout),
    err: (step) => read(node(step).stderr),
    error: (step) => node(step).error,
  };
}

async function run(home: Home, text: string, name = "one"): Promise<Ran> {
  const { code, stderr } = await home.run(["start", home.dag(name, text)]);
  return await ran(home, name, code, stderr);
}

/** A test with a home and an engine; nothing of its own may be left at the engine. */
function engineTest(name: string, fn: (home: Home) => Promise<void>): void {
  testNeeding({
    name: `docker: ${name}`,
    needs: ["docker"],
    fn: async () => {
      await using home = await Home.make();
      try {
        await fn(home);
        assertEquals(await ours(home), [], "Containers are left");
      } finally {
        for (const id of await ours(home)) await docker("rm", "-f", id).catch(() => {});
      }
    },
  });
}

async function ours(home: Home): Promise<string[]> {
  return await containers(`label=dagu.home=${Deno.hostname()}:${home.path}/data`);
}

engineTest("a step in a container of its own", async (home) => {
  const result = await run(
    home,
    `
env: [TOP: top]
params: P=param
steps:
  - name: streams
    container: {${C}}
    command: sh -c 'echo out; echo err >&2'
    output: O
  - name: place
    env: [STEP: step]
    container:
      image: ${IMAGE}
      pullPolicy: never
      network: none
      user: nobody
      workingDir: /data
      volumes: ["WORK:/data:ro", "./rel:/rel"]
      env: ["A=\${TOP}-a", "B=\${A}\${P}"]
    workingDir: WORK
    command: sh -c 'id -u; pwd; echo "$A $B $STEP $O"; touch x || touch /rel/x || echo no'
  - name: image's command
    container: {${C}}
  - name: code
    container: {${C}}
    command: [sh -c "exit 0", sh -c "exit 33", echo never]
`,
  );
  assertEquals(result.code, 1);
  assertEquals([result.out("streams"), result.err("streams")], ["out\n", "err\n"]);
  assertEquals(result.out("place"), "65534\n/data\ntop-a top-aparam step out\nno\n");
  assertEquals(result.out("image's command"), "");
  assertEquals([result.error("code"), result.out("code")], ["command 2 failed: exit status 33", ""]);
  assertEquals(result.record.nodes[3]!.state.exitCode, 33);
  assertEquals(Object.keys(result.record.nodes[0]!.state.permissions ?? {}).sort(), ["net", "read", "write"]);
});

engineTest("values never become text that a shell reads", async (home) => {
  const nasty = `'; echo "$(id)" \`id\` \\"`;
  Deno.writeTextFileSync(`${home.path}/work/nasty`, nasty);
  const result = await run(
    home,
    `
steps:
  - name: read
    command: cat WORK/nasty
    output: X
  - name: double
    container: {${C}}
    command: sh -c "printf '%s' \\"$X\\""
  - name: single
    container: {${C}}
    command: busybox sh -c 'printf "%s" "$X"'
  - name: word
    container: {${C}}
    command: printf %s \${X}
  - name: json
    container: {${C}}
    env: ['J={"a": {"b": "x y"}}']
    command: sh -c 'printf "%s" "\${J.a.b}"'
`,
  );
  assertEquals(result.code, 0, result.stderr);
  for (const step of ["double", "single", "word"]) assertEquals(result.out(step), nasty, step);
  assertEquals(result.out("json"), "x y");
});

engineTest("much output arrives whole, and apart", async (home) => {
  const result = await run(
    home,
    `
steps:
  - name: much
    container: {${C}}
    command: sh -c 'seq 1 300000; seq 1 100000 >&2'
`,
  );
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}\n`).join("");
  assert(result.out("much") === numbers(300_000), "stdout differs");
  assert(result.err("much") === numbers(100_000), "stderr differs");
});

engineTest("one container for all steps of a DAG and its handlers", async (home) => {
  const result = await run(
    home,
    `
container: {${C}, workingDir: /work, env: [MODE=inside], volumes: ["./work:/host"]}
handlerOn:
  init: {command: touch /work/init}
  exit: {command: sh -c 'echo bye >/host/bye'}
steps:
  - name: a
    command: sh -c 'ls; echo note > note; hostname'
  - name: b
    env: [OWN=own]
    command: [cat note, sh -c 'echo "$MODE $OWN"', hostname]
  - name: c
    type: shell
    command: hostname
  - name: without
    continueOn: failed
  - name: missing
    command: nosuch
    continueOn: failed
`,
  );
  const [init, host] = result.out("a").trim().split("\n");
  assertEquals(init, "init");
  assertEquals(result.out("b"), `note\ninside own\n${host}\n`);
  assertEquals(result.out("c"), `${Deno.hostname()}\n`);
  assertMatch(result.error("without"), /needs a command/);
  assertMatch(result.error("missing"), /exit status 12[67]/);
  assertEquals(Deno.readTextFileSync(`${home.path}/dags/work/bye`), "bye\n");
});

engineTest("a DAG whose container cannot be made does not begin", async (home) => {
  const result = await run(
    home,
    `
container: {image: "dagu-none:1", pullPolicy: never}
steps:
  - command: echo a
`,
  );
  assertEquals(result.record.status, RunStatus.Failed);
  assertEquals(result.record.nodes[0]!.state.status, NodeStatus.NotStarted);
  assertMatch(result.record.error, /container of the DAG: There is no image "dagu-none:1"/);
});

engineTest("commands in a container that runs", async (home) => {
  const name = `dagu-test-${crypto.randomUUID()}`;
  await docker("run", "-d", "--network", "none", "--name", name, IMAGE, "sleep", "600");
  try {
    const result = await run(
      home,
      `
params: NAME=${name}
steps:
  - name: short
    container: ${name}
    command: [sh -c 'echo mark >/mark', cat /mark]
  - name: long
    container: {exec: "\${NAME}", user: nobody, workingDir: /tmp, env: [X=1]}
    command: sh -c 'echo "$(id -u) $(pwd) $X"'
  - name: config
    type: docker
    config: {containerName: "\${NAME}", exec: {User: nobody, env: [Y=2]}}
    command: sh -c 'echo "$(id -u) $Y"'
  - name: same name
    container: {${C}, name: "\${NAME}"}
    command: cat /mark
  - name: none
    container: dagu-test-nowhere
    command: echo x
    continueOn: failed
`,
    );
    assertEquals(result.out("short"), "mark\n");
    assertEquals(result.out("long"), "65534 /tmp 1\n");
    assertEquals(result.out("config"), "65534 2\n");
    assertEquals(result.out("same name"), "mark\n");
    assertMatch(result.error("none"), /"dagu-test-nowhere": there is none of that name/);
    assertEquals(await docker("inspect", "--format", "{{.State.Running}}", name), "true");
  } finally {
    await docker("rm", "-f", name);
  }
});

engineTest("settings reach the engine", async (home) => {
  const name = `dagu-test-${crypto.randomUUID()}`;
  try {
    const result = await run(
      home,
      `
steps:
  - name: declared
    container:
      image: ${IMAGE}
      pullPolicy: missing
      name: ${name}
      network: host
      platform: linux/${Deno.build.arch === "x86_64" ? "amd64" : "arm64"}
      ports: ["8080:80", "127.0.0.1:9000-9001:90-91/udp"]
      volumes: ["dagu-volume:/v"]
      keepContainer: true
      restartPolicy: on-failure:2
    command: "true"
  - name: config
    type: docker
    config:
      image: ${IMAGE}
      pull: never
      autoRemove: true
      workingDir: /tmp
      volumes: ["WORK:/w"]
      container: {Env: [A=1], User: nobody}
      host: {networkMode: none, autoRemove: true, readonlyRootfs: true}
    command: sh -c 'pwd; echo $A; id -u; touch /x 2>/dev/null || echo fixed; ls -d /w'
`,
    );
    assertEquals(result.code, 0, result.stderr);
    assertEquals(result.out("config"), "/tmp\n1\n65534\nfixed\n/w\n");
    const [facts] = JSON.parse(await docker("inspect", name));
    assertEquals(facts.HostConfig.NetworkMode, "host");
    assertEquals(facts.HostConfig.PortBindings, {
      "80/tcp": [{ HostIp: "", HostPort: "8080" }],
      "90/udp": [{ HostIp: "127.0.0.1", HostPort: "9000" }],
      "91/udp": [{ HostIp: "127.0.0.1", HostPort: "9001" }],
    });
    assertEquals(facts.HostConfig.RestartPolicy, { Name: "on-failure", MaximumRetryCount: 2 });
    assertEquals(facts.HostConfig.Binds, ["dagu-volume:/v"]);
    const again = await run(home, `steps: [{container: {${C}, name: ${name}}, command: echo x}]`);
    assertMatch(again.stderr, new RegExp(`container named "${name}" exists and does not run`));
  } finally {
    await docker("rm", "-f", name);
    await docker("volume", "rm", "dagu-volume");
  }
});

engineTest("a container is used when it is ready", async (home) => {
  const image = "dagu-test-health:1";
  const id = await docker("create", IMAGE);
  await docker(
    ...["commit", "--change", "HEALTHCHECK --interval=200ms --retries=50 CMD test -e /well", id, image],
  );
  await docker("rm", id);
  try {
    const result = await run(
      home,
      `
steps:
  - name: pattern
    container:
      image: ${IMAGE}
      pullPolicy: never
      network: none
      startup: command
      command: [sh, -c, "trap exit TERM; sleep 0.5; touch /up; echo it is up; sleep 60 & wait"]
      logPattern: "is [u]p$"
    command: ls /up
  - name: health
    container:
      image: ${image}
      pullPolicy: never
      network: none
      startup: command
      command: [sh, -c, "trap exit TERM; sleep 0.5; touch /well; sleep 60 & wait"]
      waitFor: healthy
    command: [ls /well, echo two]
  - name: ended
    container: {${C}, startup: command, command: [sh, -c, "echo broken; exit 3"], logPattern: never}
    command: echo x
    continueOn: failed
  - name: pattern's mistake
    container: {${C}, logPattern: "("}
    command: echo x
    continueOn: failed
  - name: alone
    container: {${C}, startup: command, command: [sh, -c, "echo alone"]}
`,
    );
    assertEquals(result.out("pattern"), "/up\n");
    assertEquals(result.out("health"), "/well\ntwo\n");
    assertMatch(result.error("ended"), /ended with exit code 3 before/);
    assert(result.error("pattern's mistake") !== "");
    assertEquals(result.out("alone"), "alone\n");
  } finally {
    await docker("rmi", "-f", image);
  }
});

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
    assertEquals(await ours(home), [], name);
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

engineTest("the engine is reached with the step's permissions only", async (home) => {
  const result = await run(
    home,
    `
steps:
  - name: narrow
    permissions: {net: [example.com]}
    container: {${C}}
    command: echo x
    continueOn: failed
  - name: wide
    permissions: {net: true, read: true, write: true}
    container: {${C}}
    command: echo x
  - name: nowhere
    env: ["DOCKER_HOST=unix:///nowhere/engine.sock"]
    container: {${C}}
    command: echo x
    continueOn: failed
  - name: ssh
    env: ["DOCKER_HOST=ssh://host"]
    container: {${C}}
    command: echo x
    continueOn: failed
`,
  );
  assertMatch(result.error("narrow"), /Missing permission net "unix:.*permissions: \{ net: \["unix:/);
  assertEquals(result.out("wide"), "x\n");
  assertMatch(
    result.error("nowhere"),
    /Cannot connect to the Docker daemon at unix:\/\/\/nowhere\/engine\.sock/,
  );
  assertMatch(result.error("ssh"), /by ssh are not supported; forward its socket/);
});

engineTest("an engine behind a port", async (home) => {
  const socket = Deno.env.get("DOCKER_HOST")?.replace(/^unix:\/\//, "") ?? "/var/run/docker.sock";
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  let connections = 0;
  const serving = (async () => {
    for await (const client of listener) {
      connections++;
      const server = await Deno.connect({ transport: "unix", path: socket });
      void client.readable.pipeTo(server.writable).catch(() => {});
      void server.readable.pipeTo(client.writable).catch(() => {});
    }
  })();
  const { port } = listener.addr as Deno.NetAddr;
  const result = await run(
    home,
    `
env: ["DOCKER_HOST=tcp://127.0.0.1:${port}"]
container: {${C}}
steps:
  - {name: a, command: echo a}
  - {name: b, container: {${C}}, command: echo b}
`,
  );
  assertEquals([result.out("a"), result.out("b")], ["a\n", "b\n"], result.stderr);
  assertEquals(result.record.nodes[0]!.state.permissions, { net: [`127.0.0.1:${port}`] });
  assert(connections > 0);
  listener.close();
  await serving;
});

testNeeding({
  name: "docker: an engine behind a port with certificates",
  needs: ["docker", "dockerd", "openssl"],
  fn: async () => {
    await using home = await Home.make();
    await using engine = await startTlsEngine();
    const stranger = `${home.path}/stranger`;
    await Deno.mkdir(stranger);
    await Deno.copyFile(`${engine.certificates}/ca.pem`, `${stranger}/ca.pem`);
    const result = await run(
      home,
      `
env: ["DOCKER_HOST=tcp://127.0.0.1:${engine.port}", DOCKER_TLS_VERIFY=1]
steps:
  - name: known
    env: ["DOCKER_CERT_PATH=${engine.certificates}"]
    container: {${C}}
    command: sh -c 'seq 1 100000; echo err >&2; exit 3'
    continueOn: failed
  - name: no certificate
    env: ["DOCKER_CERT_PATH=${stranger}"]
    container: {${C}}
    command: echo x
    continueOn: failed
  - name: unknown authority
    env: ["DOCKER_CERT_PATH=${home.path}"]
    container: {${C}}
    command: echo x
    continueOn: failed
  - name: plain
    env: [DOCKER_TLS_VERIFY=]
    container: {${C}}
    command: echo x
    continueOn: failed
`,
    );
    assertEquals(result.out("known").split("\n").length, 100_001, result.error("known"));
    assertEquals([result.err("known"), result.error("known")], ["err\n", "exit status 3"]);
    assertMatch(result.error("no certificate"), /127\.0\.0\.1:\d+: .*DOCKER_CERT_PATH names/);
    assertMatch(result.error("unknown authority"), /UnknownIssuer.*DOCKER_CERT_PATH names/);
    assertMatch(result.error("plain"), /HTTP request to an HTTPS server/);
  },
});

engineTest("an engine that does not answer holds nothing up", async (home) => {
  const socket = `${home.path}/silent.sock`;
  const listener = Deno.listen({ transport: "unix", path: socket });
  const connections: Deno.UnixConn[] = [];
  const serving = (async () => {
    for await (const connection of listener) connections.push(connection);
  })();
  try {
    const limits = `env: ["DOCKER_HOST=unix://${socket}"]\nmaxCleanUpTimeSec: 1\n`;
    const timed = await run(
      home,
      `${limits}steps: [{name: s, timeoutSec: 1, container: {${C}}, command: echo x}]`,
      "timed",
    );
    assertMatch(timed.error("s"), /timed out/);
    const path = home.dag("stopped", `${limits}container: {${C}}\nsteps: [{command: echo x}]\n`);
    const seen = connections.length;
    const child = home.spawn(["start", path]);
    await until(() => connections.length > seen, "a connection");
    await home.run(["stop", path]);
    await child.status;
    assertEquals((await home.store.latest("stopped"))!.record.status, RunStatus.Aborted);
  } finally {
    listener.close();
    await serving;
    for (const connection of connections) connection.close();
  }
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
  await until(async () => (await ours(home)).length === 0, "the end of the container");
});

engineTest("an image is fetched by its policy, with the login for its registry", async (home) => {
  // The files of the image that is there make up the one to fetch.
  const id = await docker("create", IMAGE);
  const path = `${home.path}/layer.tar`;
  await docker("export", "-o", path, id);
  await docker("rm", id);
  await using registry = await startRegistry(await Deno.readFile(path));
  const image = `${registry.host}/team/tool:1`;
  const login = `registryAuths: {"${registry.host}": {username: robot, password: "\${PW}"}}`;
  const text = (policy: string, auths: string) => `
env: ["PW=${PASSWORD}"]
${auths}
steps: [{name: s, container: {image: "${image}", pullPolicy: ${policy}, network: none}, command: echo x}]
`;
  try {
    assertMatch(
      (await run(home, text("never", login))).error("s"),
      /no image ".*", and its pull policy is never/,
    );
    assertEquals(registry.served, []);
    assertMatch(
      (await run(home, text("missing", ""))).error("s"),
      /Cannot fetch the image ".*": .*(auth|credential)/,
    );
    const fetched = await run(home, text("missing", login));
    assertEquals(fetched.out("s"), "x\n", fetched.error("s"));
    assertMatch(fetched.err("s"), /Status: Downloaded newer image/);
    const count = registry.served.length;
    assert(count > 0);
    assertEquals((await run(home, text("missing", ""))).err("s"), "");
    assertEquals(registry.served.length, count, "It is there");
    await run(home, text("always", login));
    assert(registry.served.length > count, "Asked again");
  } finally {
    await docker("rmi", "-f", image);
  }
});
