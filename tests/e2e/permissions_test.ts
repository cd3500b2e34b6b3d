/** Permissions from the command line: refusals, the record, the audit, and what confined steps leave behind. */
import { RunStatus } from "../../src/core/status.ts";
import { load } from "js-yaml";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { testNeeding } from "../needs.ts";
import { Home, programArgs } from "../support/home.ts";

/** A server for redirections, with what it was asked for. */
function listen(answer: (url: URL) => Response) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const url = new URL(request.url);
    asked.push(url.pathname);
    return answer(url);
  });
  return { asked, host: `127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function errorsOf(home: Home, dag: string): Promise<Record<string, string>> {
  const { stdout } = await home.run(["status", "--json", dag]);
  const steps = (JSON.parse(stdout) as { steps: { name: string; error: string }[] }).steps;
  return Object.fromEntries(steps.map((step) => [step.name, step.error]));
}

Deno.test("permissions: each executor's refusal says what is missing and how to grant it", async () => {
  await using home = await Home.make();
  await using other = listen(() => new Response("secret"));
  await using first = listen(() => Response.redirect(`http://${other.host}/there`));
  for (const name of ["report.txt", "key", "hosts", "ca.pem"]) {
    Deno.writeTextFileSync(`${home.path}/work/${name}`, "x", { mode: 0o600 });
  }
  const dag = home.dag(
    "refused",
    `
type: graph
workingDir: WORK
smtp: {host: 127.0.0.1, port: 1}
steps:
  - {name: redirect, type: http, command: "GET http://${first.host}/here"}
  - {name: host, type: http, command: "GET http://${other.host}/", permissions: {net: [example.com]}}
  - name: proxy
    type: http
    command: GET http://example.com/
    env: [HTTP_PROXY: "http://${other.host}"]
    permissions: {net: [example.com]}
  - {name: certificate, type: http, command: "GET https://localhost:1/", config: {caFile: ca.pem}, permissions: {net: true}}
  - name: attachment
    type: mail
    config: {from: a@a.test, to: b@b.test, subject: s, message: m, attachments: [report.txt]}
    permissions: {net: true, read: [other.txt]}
  - name: key
    type: ssh
    command: "true"
    config: {host: 127.0.0.1, user: u, port: 1, key: key, knownHostFile: hosts}
    permissions: {net: ["127.0.0.1:1"], read: [hosts]}
  - name: socket
    type: docker
    config: {image: "x:1"}
    env: [DOCKER_HOST: "unix://WORK/hosts"]
    permissions: {net: [example.com]}
  - {name: archive, type: archive, command: create, config: {source: report.txt, destination: out.zip}, permissions: {read: true}}
`,
  );
  const { code } = await home.run(["start", "--quiet", dag]);
  assertEquals(code, 1);
  const errors = await errorsOf(home, "refused");
  const work = `${home.path}/work`;
  const expected: Record<string, string[]> = {
    redirect: [`net "${other.host}"`, `permissions: { net: ["${first.host}", "${other.host}"] }`],
    host: [`net "${other.host}"`, `permissions: { net: ["${other.host}"`],
    proxy: [`net "${other.host}"`, `permissions: { net: [`],
    certificate: [`read "${work}/ca.pem"`, `read: ["${work}/ca.pem"] }`],
    attachment: [`read "${work}/report.txt"`, `read: ["${work}/report.txt"] }`],
    key: [`read "${work}/key"`, `permissions: { net: ["127.0.0.1:1"], read: [`],
    socket: [`"unix:${work}/hosts"`, "permissions: { net: ["],
    archive: [`write "${work}/out.zip"`, `write: [`],
  };
  for (const [step, texts] of Object.entries(expected)) {
    assertMatch(
      errors[step] ?? "",
      /^Missing permission .*: add it to the step's permissions, e\.g\. permissions: \{/,
      step,
    );
    for (const text of texts) assert(errors[step]!.includes(text), `${step}: ${errors[step]}`);
  }
  assertEquals([first.asked, other.asked], [["/here"], []]);
});

Deno.test("permissions: what a step held stands in its record and in the status", async () => {
  await using home = await Home.make();
  await using server = listen(() => new Response("hello"));
  const dag = home.dag(
    "held",
    `
steps:
  - {name: plain, command: echo plain}
  - {name: web, type: http, command: "GET http://${server.host}/"}
  - {name: none, type: jq, command: ".", script: "1"}
`,
  );
  assertEquals((await home.run(["start", "--quiet", dag])).code, 0);
  const tree = (await home.run(["status", "held"])).stdout;
  const lines = tree.split("\n").filter((line) => line.includes("permissions"));
  assertEquals(lines.map((line) => line.replace(/^.*?(?=permissions)/, "")), [
    `permissions: { net: ["${server.host}"] }`,
    "permissions: none",
  ]);
  const { steps } = JSON.parse((await home.run(["status", "--json", "held"])).stdout);
  assertEquals(steps.map((step: { permissions: unknown }) => step.permissions), [
    null,
    { net: [server.host] },
    {},
  ]);
});

testNeeding({
  name: "permissions: the reference reads records that hold them",
  needs: ["peer"],
  fn: async () => {
    await using home = await Home.make();
    const dag = home.dag("held", "steps:\n  - {name: none, type: jq, command: '.', script: '1'}\n");
    assertEquals((await home.run(["start", "--quiet", "--audit-permissions", dag])).code, 0);
    const { stdout, stderr } = await home.run(["status", dag], [Deno.env.get("PEER")!]);
    assertMatch(stdout + stderr, /succeeded/i);
  },
});

const CODE = `
  import { existsSync } from "node:fs";
  await (await fetch("http://HOST/")).text();
  await Deno.writeTextFile("code.txt", ctx.env.WORD + Deno.env.get("OTHER") + Deno.hostname());
  await new Deno.Command("true").output();
  ctx.log(existsSync("/etc/hosts"));
`;

testNeeding({
  name: "permissions: with the blocks that an audit prints the same DAG runs confined, with less it does not",
  needs: ["bwrap", "strace"],
  fn: async () => {
    await using home = await Home.make();
    await using far = listen(() => new Response("far"));
    await using near = listen(() => Response.redirect(`http://${far.host}/far`));
    Deno.writeTextFileSync(`${home.path}/in put.txt`, "b\na\n");
    const steps: Record<string, unknown>[] = [
      {
        name: "sort",
        command: 'sort "../in put.txt" > sorted.txt; T=$(mktemp); cat sorted.txt "$T"; rm "$T"; echo $WORD',
      },
      { name: "web", type: "http", command: `GET http://${near.host}/`, config: { silent: true } },
      { name: "code", type: "ts", script: CODE.replace("HOST", far.host) },
      { name: "total", type: "jq", command: ".a", script: '{"a": 1}' },
      {
        name: "pack",
        type: "archive",
        command: "create",
        config: { source: "sorted.txt", destination: "s.tgz" },
      },
    ];
    const definition = (more: Record<string, unknown>) =>
      home.dag(
        "audited",
        JSON.stringify({
          workingDir: "WORK",
          env: [{ WORD: "word" }, { OTHER: "other" }, { UNUSED: "unused" }],
          steps,
          ...more,
        }),
      );
    const narrow = await home.run(["start", "--quiet", definition({ permissions: {} })]);
    assertEquals(narrow.code, 1);
    const audit = await home.run([
      "start",
      "--quiet",
      "--audit-permissions",
      definition({ permissions: {} }),
    ]);
    assertEquals([audit.code, near.asked.length, far.asked.length], [0, 1, 2], audit.stderr + audit.stdout);
    const printed = load(audit.stdout) as {
      permissions: unknown;
      steps: { name: string; permissions: never }[];
    };
    const work = `${home.path}/work`;
    // What code reads by modules of Node is not seen in the compiled program.
    const read = Deno.env.get("OURS") ? {} : { read: ["/etc/hosts"] };
    assertEquals(printed.steps.map(({ permissions }) => permissions as unknown), [
      {
        read: [`${home.path}/in put.txt`],
        write: [work],
        env: ["WORD"],
        run: ["cat", "mktemp", "rm", "sort"],
      },
      { net: [far.host, near.host].sort() },
      {
        net: [far.host],
        ...read,
        write: [`${work}/code.txt`],
        env: ["OTHER", "WORD"],
        run: ["true"],
        sys: ["hostname"],
      },
      {},
      {
        read: [`${work}/s.tgz`, `${work}/s.tgz.part`, `${work}/sorted.txt`],
        write: [`${work}/s.tgz`, `${work}/s.tgz.part`],
      },
    ]);
    await Deno.remove(`${work}/s.tgz`);
    await Deno.remove(`${work}/sorted.txt`);
    for (const step of steps) {
      const { permissions } = printed.steps.find(({ name }) => name === step.name)!;
      step.permissions = step.type === "ts"
        ? { ...permissions as object, read: ["/etc/hosts"] }
        : permissions;
    }
    const confined = await home.run(["start", definition({})]);
    assertEquals(confined.code, 0, confined.stdout + confined.stderr);
    assertMatch(confined.stdout, /stdout:\s+│\s+a\s+│\s+b\s+│\s+word/);
    // Code takes nothing from the DAG's block.
    steps.splice(steps.findIndex(({ name }) => name === "code"), 1);
    for (const step of steps) delete step.permissions;
    await Deno.remove(`${work}/s.tgz`);
    const whole = await home.run(["start", definition({ permissions: printed.permissions })]);
    assertEquals(whole.code, 0, whole.stdout + whole.stderr);
  },
});

/** A folder for PATH with what every step takes. */
async function fewPrograms(home: Home): Promise<string> {
  const folder = `${home.path}/programs`;
  await Deno.mkdir(folder);
  for (const name of ["sh", "env", "setsid"]) await Deno.symlink(`/usr/bin/${name}`, `${folder}/${name}`);
  return folder;
}

Deno.test("permissions: without strace an audit knows of commands what their texts say, and tells that", async () => {
  await using home = await Home.make();
  const path = `PATH=${await fewPrograms(home)}`;
  const dag = home.dag(
    "unseen",
    'env: [WORD: word]\nsteps:\n  - {name: s, command: echo "$WORD" > WORK/marks}\n',
  );
  const args = ["start", "--quiet", "--audit-permissions", dag];
  const { code, stdout } = await home.run(args, ["/usr/bin/env", path, ...programArgs()]);
  assertEquals([code, home.marks()], [0, ["word"]]);
  assertMatch(stdout, /^permissions:\n {2}env: \["WORD"\]\n# and one by one/m);
  assertMatch(stdout, /^# "s": programs, files and network of commands are seen where strace is installed$/m);
});

Deno.test("permissions: without a working bubblewrap the step fails and says so", async () => {
  await using home = await Home.make();
  const folder = await fewPrograms(home);
  const dag = home.dag(
    "confined",
    "steps:\n  - {name: s, command: echo ran > WORK/marks, permissions: {write: [WORK]}}\n",
  );
  const start = async () => {
    const [program, ...args] = programArgs();
    const ended = await home.run(["start", "--quiet", dag], [
      "/usr/bin/env",
      `PATH=${folder}`,
      program,
      ...args,
    ]);
    assertEquals(ended.code, 1);
    return (await errorsOf(home, "confined")).s;
  };
  assertMatch(
    await start() ?? "",
    /^The permissions of commands are enforced by "bwrap", which this machine does not have: install it \(package "bubblewrap"\)/,
  );
  const refusal = "bwrap: No permissions to create new namespace";
  Deno.writeTextFileSync(`${folder}/bwrap`, `#!/bin/sh\necho '${refusal}' >&2\nexit 1\n`, { mode: 0o755 });
  const error = await start() ?? "";
  assert(
    error.includes(`bubblewrap, which does not work on this machine: ${refusal}. It needs user namespaces`),
    error,
  );
  assertEquals(home.marks(), []);
});

const STUBBORN = `
workingDir: WORK
permissions: {write: [WORK], run: [sleep, setsid]}
steps:
  - name: stubborn
    script: |
      trap 'echo caught >> marks; exit 1' TERM
      setsid sh -c 'trap "" TERM; sleep 300' &
      echo ready >> marks
      while :; do sleep 0.1; done
`;

testNeeding({
  name: "permissions: a stop reaches confined programs, and nothing of them stays",
  needs: ["bwrap"],
  fn: async () => {
    await using home = await Home.make();
    const run = home.spawn(["start", home.dag("stubborn", STUBBORN)]);
    await home.marked("ready");
    assertEquals((await home.run(["stop", "stubborn"])).code, 0);
    await run.status;
    await home.quiet(5000);
    assertEquals(home.marks(), ["ready", "caught"]);
    const [stored] = await home.store.list("stubborn", {});
    assertEquals(stored?.record.status, RunStatus.Aborted);
  },
});

testNeeding({
  name: "permissions: with a killed agent its confined programs end",
  needs: ["bwrap"],
  fn: async () => {
    await using home = await Home.make();
    const run = home.spawn(["start", home.dag("stubborn", STUBBORN)]);
    await home.marked("ready");
    run.kill("SIGKILL");
    await run.status;
    await home.quiet(5000);
  },
});

Deno.test("steps do not get the descriptors that this program was given", async () => {
  await using home = await Home.make();
  const look = "for fd in 3 5 9; do [ ! -e /proc/$$/fd/$fd ] || echo $fd; done; echo looked";
  const dag = home.dag(
    "descriptors",
    `
steps:
  - {name: direct, command: ${JSON.stringify(look)}}
  - {name: piped, command: ${JSON.stringify(look)}, stdout: WORK/copy}
  - {name: merged, command: ${JSON.stringify(look)}, logOutput: merged}
`,
  );
  for (const mask of ["022", "077"]) {
    const opened = `umask ${mask}; exec "$@" 3>"$0/work/3" 5>"$0/work/5" 9>"$0/work/9"`;
    const command = ["/bin/sh", "-c", opened, home.path, ...programArgs()];
    const ended = await home.run(["start", "--quiet", dag], command);
    assertEquals(ended.code, 0, ended.stderr);
    const { stdout } = await home.run(["logs", "descriptors"]);
    assertEquals(stdout, "[direct] looked\n[piped] looked\n[merged] looked\n", mask);
  }
});
