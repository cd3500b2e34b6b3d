/** Steps in containers of a real engine. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { needs } from "../needs.ts";
import { docker, ensureEngine, IMAGE } from "../support/docker.ts";
import { C, engineTest, run } from "../support/docker_runs.ts";

// Before the tests: what is opened in one must be closed in it.
if (needs("docker").available) await ensureEngine();

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
