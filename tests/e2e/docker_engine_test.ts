/** Ways to an engine of containers, and to images. */
import { RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { needs, testNeeding } from "../needs.ts";
import { docker, ensureEngine, IMAGE } from "../support/docker.ts";
import { C, engineTest, run } from "../support/docker_runs.ts";
import { startTlsEngine } from "../support/docker_tls.ts";
import { Home, until } from "../support/home.ts";
import { PASSWORD, startRegistry } from "../support/registry.ts";

// Before the tests: what is opened in one must be closed in it.
if (needs("docker").available) await ensureEngine();

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
