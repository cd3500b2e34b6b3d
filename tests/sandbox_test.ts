/** Hostile code in the place of an executor's own: nothing but what was granted can be touched. */
import type { PermissionDecl, PermissionSet } from "../src/core/permissions.ts";
import type { Step } from "../src/core/dag.ts";
import { ARCHIVE } from "../src/executors/archive/manifest.ts";
import { dockerManifest } from "../src/executors/docker/manifest.ts";
import { HTTP } from "../src/executors/http/manifest.ts";
import { JQ } from "../src/executors/jq/manifest.ts";
import { MAIL } from "../src/executors/mail/manifest.ts";
import type { SandboxManifest } from "../src/executors/sandbox/sandboxed_executor.ts";
import { SSH } from "../src/executors/ssh/manifest.ts";
import { assert, assertEquals, assertMatch } from "./assert.ts";
import type { HostileRequest } from "./hostile/worker.ts";
import { makeDag } from "./fakes/dags.ts";
import { command, StepBench, type StepResult, type StepSetting, taskOf } from "./support/step_bench.ts";

function hostile(attempt: string, on: string, set: PermissionSet): SandboxManifest<HostileRequest> {
  return {
    // Seen from the folder of the executors.
    name: "../../tests/hostile",
    limits: { workers: 1, requestsPerWorker: 1 },
    prepare: () => Promise.resolve({ attempt, on }),
    permissions: () => set,
  };
}

interface Place {
  readonly folder: string;
  readonly granted: string;
  readonly outside: string;
  attempt(
    attempt: string,
    on: string,
    set?: PermissionSet,
    allowed?: PermissionDecl | null,
  ): Promise<StepResult>;
}

async function inPlace(run: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const granted = `${folder}/granted`;
  const outside = `${folder}/outside.txt`;
  await Deno.mkdir(granted);
  await Deno.writeTextFile(`${granted}/inside.txt`, "inside");
  await Deno.writeTextFile(outside, "outside");
  using bench = new StepBench();
  try {
    await run({
      folder,
      granted,
      outside,
      attempt: (attempt, on, set = {}, permissions = null) =>
        bench.run(hostile(attempt, on, set), {}, { permissions }),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function assertRefused(result: StepResult, pattern: RegExp, what: string): void {
  assert(result.error !== "", `${what} was not refused: ${result.stdout}`);
  assertMatch(result.error, pattern, what);
  assertEquals(result.stdout, "", what);
  assert(result.exitCode !== 0, what);
}

Deno.test("sandbox: files outside of the granted ones", () =>
  inPlace(async ({ granted, outside, folder, attempt }) => {
    for (const set of [{}, { read: [`${granted}/inside.txt`] }, { read: [granted], write: [granted] }]) {
      for (const kind of ["read", "readSync", "readNode", "stat", "importFile"]) {
        assertRefused(
          await attempt(kind, outside, set),
          /^Missing permission read "\/.*permissions: \{/,
          kind,
        );
      }
      assertRefused(await attempt("list", folder, set), /^Missing permission read/, "list");
      assertRefused(
        await attempt("write", `${folder}/new`, set),
        /^Missing permission write "\/.*new"/,
        "write",
      );
      assertRefused(await attempt("remove", outside, set), /^Missing permission write/, "remove");
      assertRefused(await attempt("write", "/proc/self/mem", set), /Missing permission|Refused/, "mem");
    }
    assertEquals(await Deno.readTextFile(outside), "outside");
    assertEquals((await attempt("read", `${granted}/inside.txt`, { read: [granted] })).stdout, "inside");
    assertRefused(
      await attempt("write", `${granted}/x`, { read: [granted] }),
      /Missing permission write/,
      "write",
    );
  }));

Deno.test("sandbox: links out of a granted folder", () =>
  inPlace(async ({ granted, outside, attempt }) => {
    const set = { read: [granted], write: [granted] };
    assertRefused(await attempt("symlink", `${granted}/made`, set), /^Refused by the sandbox/, "symlink");
    assertRefused(await attempt("hardlink", `${granted}/made`, set), /^Missing permission read/, "hardlink");
    await Deno.symlink("inside.txt", `${granted}/within`);
    assertEquals((await attempt("read", `${granted}/within`, set)).stdout, "inside");
    for (const target of [outside, "../../outside.txt", "../../not-there", "/etc"]) {
      await Deno.mkdir(`${granted}/deep`, { recursive: true });
      const link = `${granted}/deep/link`;
      await Deno.symlink(target, link);
      const result = await attempt("read", link, set);
      assertRefused(result, /^Cannot grant the folder of ".*deep\/link": this link leads out of it/, target);
      assertEquals(result.granted, null);
      await Deno.remove(link);
    }
    await Deno.symlink(outside, `${granted}/link`);
    const both = { read: [granted, outside] };
    assertEquals((await attempt("read", `${granted}/link`, both)).stdout, "outside");
  }));

Deno.test("sandbox: hosts, ports and sockets outside of the granted ones", () =>
  inPlace(async ({ attempt }) => {
    const hits: string[] = [];
    const listen = () =>
      Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
        hits.push(request.url);
        return new Response("answer");
      });
    await using known = listen();
    await using other = listen();
    const set = { net: [`127.0.0.1:${known.addr.port}`] };
    const url = `http://127.0.0.1:${other.addr.port}/`;
    assertRefused(await attempt("fetch", url, set), /^Missing permission net "127.0.0.1:\d+": add/, "fetch");
    for (const kind of ["connect", "connectNode"]) {
      assertRefused(await attempt(kind, `${other.addr.port}`, set), /^Missing permission net "127/, kind);
    }
    assertRefused(
      await attempt("fetch", url.replace("127.0.0.1", "localhost"), set),
      /net "localhost/,
      "name",
    );
    assertRefused(await attempt("listen", "", set), /^Missing permission net/, "listen");
    assertRefused(await attempt("resolveName", "localhost", set), /^Missing permission net/, "resolveName");
    assertRefused(await attempt("unixSocket", "/var/run/docker.sock", set), /^Missing permission/, "socket");
    assertEquals(hits, []);
    const granted = await attempt("fetch", `http://127.0.0.1:${known.addr.port}/`, set);
    assertEquals([granted.error, granted.stdout, granted.granted], ["", "answer", set]);
  }));

Deno.test("sandbox: environment, programs, libraries, code, facts of the system", () =>
  inPlace(async ({ folder, attempt }) => {
    for (const kind of ["env", "envNode"]) {
      assertRefused(await attempt(kind, "HOME", { env: ["LANG"] }), /^Missing permission env "HOME"/, kind);
    }
    assertRefused(await attempt("allEnv", "", { env: ["LANG"] }), /Refused|Missing permission/, "allEnv");
    assertRefused(await attempt("runNode", "/bin/true"), /^Missing permission (?:run|env)/, "runNode");
    assertRefused(await attempt("run", "/bin/true"), /^Missing permission run "\/bin\/true"/, "run");
    assertRefused(await attempt("kill", ""), /Refused|Missing permission run/, "kill");
    assertRefused(await attempt("ffi", `${folder}/x.so`), /^Refused by the sandbox.*ffi access/, "ffi");
    assertRefused(await attempt("importUrl", "https://example.com/x.ts"), /import "example.com/, "importUrl");
    for (const kind of ["hostName", "umask"]) {
      assertRefused(await attempt(kind, ""), /^Missing permission sys/, kind);
    }
  }));

Deno.test("sandbox: more rights cannot be had from inside", () =>
  inPlace(async ({ folder, attempt }) => {
    assertRefused(await attempt("ask", "", { read: [folder] }), /^Not granted/, "ask");
    assertRefused(await attempt("widerWorker", "", { read: [folder] }), /escalate/, "widerWorker");
  }));

Deno.test("sandbox: a step cannot end its worker or the program unheard", () =>
  inPlace(async ({ attempt }) => {
    for (const kind of ["exit", "exitNode", "close"]) {
      assertRefused(await attempt(kind, ""), /is not for steps/, kind);
    }
  }));

Deno.test("sandbox: endless code is ended by a kill", async () => {
  using bench = new StepBench();
  const step = bench.start(hostile("bomb", "", {}), {});
  step.signal("SIGTERM");
  step.signal("SIGKILL");
  assertMatch((await step.result).error, /^signal: (terminated|killed)$/);
  const late = bench.start(hostile("bomb", "", {}), {});
  // The worker is up when its neighbour in the queue has been heard.
  const other = await bench.run(hostile("exit", "", { env: ["X"] }), {});
  assert(other.error !== "");
  late.signal("SIGKILL");
  assertEquals((await late.result).error, "signal: killed");
});

Deno.test("sandbox: a permissions block narrows: what is not in it is not granted", () =>
  inPlace(async ({ granted, attempt }) => {
    const set = { read: [granted], net: ["example.com:443"] };
    const none = await attempt("read", `${granted}/inside.txt`, set, {});
    assertRefused(
      none,
      /^Missing permission net "example.com:443", read "\/.*permissions: \{ net: \["example/,
      "{}",
    );
    assertEquals(none.granted, null);
    const allowed = { read: [granted], net: true as const };
    assertEquals((await attempt("read", `${granted}/inside.txt`, set, allowed)).stdout, "inside");
  }));

/** A step of each executor that works in a sandbox, and how its permissions are found. */
async function realSets(folder: string, port: number): Promise<Record<string, PermissionSet>> {
  const file = (name: string) => {
    Deno.writeTextFileSync(`${folder}/${name}`, "x");
    return `${folder}/${name}`;
  };
  const setOf = async <R>(manifest: SandboxManifest<R>, step: Partial<Step>, more: StepSetting = {}) =>
    manifest.permissions(await manifest.prepare(taskOf(step, { workingDir: folder, ...more })));
  const config = (type: string, values: Record<string, unknown>) => ({ executor: { type, config: values } });
  const docker = dockerManifest({
    os: {},
    labels: {},
    container: () => null,
    onEngine: () => Promise.resolve(),
  });
  const server = { host: "127.0.0.1", port: String(port), username: "", password: "", security: "" as const };
  const mail = {
    from: "a@a.test",
    to: "b@b.test",
    subject: "s",
    message: "m",
    attachments: [file("report.txt")],
  };
  const ssh = { host: "127.0.0.1", port, user: "u", password: "p", knownHostFile: file("hosts") };
  return {
    http: await setOf(HTTP, {
      ...command(`GET http://127.0.0.1:${port}/`),
      ...config("http", { caFile: file("ca") }),
    }),
    jq: await setOf(JQ, { ...command("."), script: "1" }),
    mail: await setOf(MAIL, config("mail", mail), {
      dag: makeDag([], { smtp: { ...server, skipTlsVerify: false, caFile: "" } }),
    }),
    archive: await setOf(ARCHIVE, {
      ...command("create"),
      ...config("archive", { source: file("source"), destination: `${folder}/out.zip` }),
    }),
    ssh: await setOf(SSH, { ...command("true"), ...config("ssh", ssh) }),
    docker: await setOf(docker, config("docker", { image: "x:1" }), {
      env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` },
    }),
  };
}

Deno.test("sandbox: with the permissions of each executor hostile code gets at nothing else", () =>
  inPlace(async ({ granted, outside, folder, attempt }) => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using target = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const other = String(target.addr.port);
    const attempts: [kinds: string[], on: string][] = [
      [
        ["read", "readSync", "readNode", "stat", "openNode", "watch", "importFile", "addon", "sqlite"],
        outside,
      ],
      [["list"], folder],
      [["write", "remove", "rename", "truncate", "chmod"], outside],
      [["write", "makeDir", "symlink", "hardlink"], `${folder}/new`],
      [["fetch"], `http://127.0.0.1:${other}/`],
      [["connect", "connectNode", "connectTls", "webSocket", "datagram"], other],
      [["listen"], ""],
      [["resolveName"], "localhost"],
      [["unixSocket"], "/var/run/docker.sock"],
      [["env", "envNode", "setEnv"], "HOME"],
      [["allEnv"], ""],
      [["run", "runNode"], "/bin/true"],
      [["kill", "ask", "widerWorker", "hostName", "umask"], ""],
      [["ffi"], `${folder}/x.so`],
      [["importUrl"], "https://example.com/x.ts"],
      [["importUrl"], "jsr:@std/assert"],
    ];
    const sets = await realSets(granted, listener.addr.port);
    for (const [executor, set] of Object.entries(sets)) {
      for (const [kinds, on] of attempts) {
        for (const kind of kinds) {
          const { error, stdout, exitCode } = await attempt(kind, on, set);
          const what = `${kind} as ${executor} (${JSON.stringify(set)})`;
          assert(exitCode !== 0 && stdout === "", `${what} was not refused: ${stdout}`);
          assertMatch(
            error,
            /^Missing permission|^Refused by the sandbox|^Not granted|escalate|NotCapable/,
            what,
          );
        }
      }
    }
    assertEquals(await Deno.readTextFile(outside), "outside");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["granted", "outside.txt"]);
  }));
