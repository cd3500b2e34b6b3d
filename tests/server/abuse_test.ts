/** Hostile requests: nothing is read, made or done outside, nothing is a defect of the server, nothing takes long. */
import { openApi } from "../../src/services/server/http/openapi.ts";
import { everybodyIsAdmin } from "../../src/services/server/access/guard.ts";
import { readJson } from "../../src/services/server/http/body.ts";
import { ApiError } from "../../src/services/server/http/api_error.ts";
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { removeIfExistsSync } from "../../src/platform/files/files.ts";
import { assert, assertEquals } from "../assert.ts";
import { childAttempt, finish, newAttempt, nodeEvent, twoSteps } from "../fakes/attempts.ts";
import { Api, type ApiOptions, BASE } from "../support/api.ts";
import { ApiFuzz, GOOD, HOSTILE } from "../support/api_fuzz.ts";

/** Everything below a folder, with contents. */
function snapshot(folder: string): string {
  const found: string[] = [];
  const look = (path: string) => {
    for (const entry of Deno.readDirSync(path)) {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory) look(inner);
      else found.push(`${inner} ${Deno.readTextFileSync(inner)}`);
    }
  };
  look(folder);
  return found.sort().join("\n");
}

async function withSecrets(
  work: (api: Api, outside: string) => Promise<void>,
  options: ApiOptions = {},
): Promise<void> {
  await using api = await Api.make(options);
  const outside = await Deno.makeTempDir({ prefix: "outside-" });
  try {
    Deno.writeTextFileSync(`${outside}/secret.yaml`, "# top secret\n" + GOOD);
    Deno.writeTextFileSync(`${api.home}/secret.yaml`, "# top secret\n" + GOOD);
    api.dag("one", GOOD);
    await finish(await api.store.createAttempt(newAttempt("r1", { dag: twoSteps("one") })));
    await api.sync();
    await work(api, outside);
  } finally {
    await Deno.remove(outside, { recursive: true });
  }
}

Deno.test("abuse: no name and no id leads out of its folder", () =>
  withSecrets(async (api, outside) => {
    const before = [snapshot(outside), Deno.readTextFileSync(`${api.home}/secret.yaml`)];
    const names = [
      ...HOSTILE,
      `..%2f..%2f${outside.slice(1).replaceAll("/", "%2f")}%2fsecret`,
      `${outside}/secret`,
    ];
    for (const route of api.routes.filter((one) => one.at.includes("{"))) {
      for (const name of names) {
        const path = route.at.replace(/\{\w+\}/g, () => /[%\0]/.test(name) ? name : encodeURIComponent(name));
        const body = route.method === "get" || route.method === "delete"
          ? undefined
          : { spec: "steps: []", status: 1 };
        const reply = await api.call(route.method.toUpperCase(), path, body);
        assert(
          reply.status < 500 || reply.status === 503,
          `${route.method} ${path}: ${reply.status} ${reply.text}`,
        );
        assert(!reply.text.includes("top secret"), `${route.method} ${path}`);
      }
    }
    for (const name of names.map((one) => one.replaceAll("%2f", "/"))) {
      for (
        const [path, body] of [["/dags", { name }], ["/dags/one/rename", { newFileName: name }]] as const
      ) {
        const reply = await api.call("POST", path, body);
        assert(reply.status >= 400 || /^[A-Za-z0-9_.-]+$/.test(name), `${path} ${name}: ${reply.status}`);
      }
    }
    assertEquals([snapshot(outside), Deno.readTextFileSync(`${api.home}/secret.yaml`)], before);
    assertEquals(Deno.readDirSync(api.home).map((entry) => entry.name).toArray().sort(), [
      "dags",
      "data",
      "logs",
      "secret.yaml",
      "suspend",
    ]);
    assertEquals(api.asked, []);
    assertEquals(api.defects, []);
  }));

Deno.test("abuse: a log that a record puts outside of the folders is not shown, nor one that a link leads to", () =>
  withSecrets(async (api, outside) => {
    const attempt = await api.store.createAttempt(newAttempt("evil", { dag: twoSteps("one") }));
    const link = `${attempt.dir}/link.log`;
    Deno.symlinkSync(`${outside}/secret.yaml`, link);
    attempt.append({ kind: "node", node: 0, patch: { stdout: `${outside}/secret.yaml`, stderr: link } });
    attempt.append({ kind: "node", node: 1, patch: { stdout: "/dev/zero", stderr: "/proc/self/environ" } });
    await finish(attempt);
    for (const step of ["a", "b"]) {
      for (
        const query of ["?stream=stdout", "?stream=stderr", "/raw?stream=stdout", "/search?q=.&stream=stderr"]
      ) {
        const reply = await api.get(`/dag-runs/one/evil/steps/${step}/log${query}`);
        assert(!reply.text.includes("top secret"), query);
        assert(
          reply.status === 403 || reply.text === "" || reply.json?.size === 0 || reply.json?.totalLines === 0,
        );
      }
    }
  }));

Deno.test("abuse: logs in the folder that the definition of a run names are shown, and nothing else there is", () =>
  withSecrets(async (api, outside) => {
    const dag = { ...twoSteps("one"), logDir: `${outside}/logs` };
    const attempt = await api.store.createAttempt(newAttempt("own", { dag }));
    const { log } = attempt.record;
    assert(log.startsWith(`${outside}/logs/`), log);
    Deno.writeTextFileSync(log, "a line of its own\n");
    const link = `${outside}/logs/link.log`;
    Deno.symlinkSync(`${outside}/secret.yaml`, link);
    attempt.append({ kind: "node", node: 0, patch: { stdout: `${outside}/secret.yaml`, stderr: link } });
    await finish(attempt);
    assertEquals((await api.json("/dag-runs/one/own/log")).content, "a line of its own");
    assertEquals((await api.get("/dag-runs/one/own/log/raw")).text, "a line of its own\n");
    for (const query of ["", "?stream=stderr", "/raw", "/search?q=."]) {
      const reply = await api.get(`/dag-runs/one/own/steps/a/log${query}`);
      assertEquals([reply.status, reply.text.includes("top secret")], [403, false], query);
    }
    assert(!(await api.get("/dag-runs/one/own/logs")).text.includes("top secret"));
  }));

/** A run with a sub-run, one that waits in line and one that waits for a person. */
async function makeRuns(api: Api): Promise<void> {
  const dag = twoSteps("one");
  const ref = { name: "one", id: "w1" };
  await api.store.createQueued(newAttempt("q1", { dag }));
  const waiting = await api.store.createAttempt(newAttempt("w1", { dag }));
  const child = await api.store.createAttempt(childAttempt(ref, "s1"));
  child.append(nodeEvent(0, NodeStatus.Waiting));
  await finish(child, RunStatus.Waiting);
  waiting.append(nodeEvent(0, NodeStatus.Waiting));
  await finish(waiting, RunStatus.Waiting);
  await api.sync();
}

/** What is for those who have logged in or have a token, and what a run must stand at a certain point for. */
const SELDOM = / \/(auth|webhooks)\/|\/(stop|approve|reject|status)$/;

for (const people of [false, true]) {
  const who = people ? "an administrator with accounts" : "whom nobody asks";
  Deno.test(`abuse: thousands of random requests from the OpenAPI document by ${who}: no defect, nothing undeclared`, () =>
    withSecrets(async (api) => {
      const fuzz = new ApiFuzz(openApi(BASE, api.routes), 20260101);
      const asked = new Set<string>();
      const done = new Set<string>();
      await makeRuns(api);
      for (const { method, at, path, body } of fuzz.requests(8000)) {
        // It may have been deleted or given another name.
        api.dag("one", `schedule: "0 * * * *"\n${GOOD}`);
        removeIfExistsSync(`${api.home}/dags/two.yaml`);
        const reply = await api.call(method, path, body);
        asked.add(`${method} ${at}`);
        if (reply.status < 400) done.add(`${method} ${at}`);
        if (reply.status === 201 && at === "/users") fuzz.learn("userId", reply.json.user.id);
        if (reply.status === 201 && at === "/api-keys") fuzz.learn("keyId", reply.json.apiKey.id);
        assert(
          reply.status < 500 || reply.status === 503,
          `${method} ${path} ${JSON.stringify(body)}: ${reply.text}`,
        );
      }
      assertEquals(api.defects, []);
      assertEquals(asked.size, api.routes.length, "every endpoint was asked");
      const never = [...asked].filter((one) => !done.has(one) && !SELDOM.test(one));
      assertEquals(people ? never : [], [], "every endpoint has done what it is for");
    }, people ? { people, authenticate: everybodyIsAdmin } : {}));
}

Deno.test("abuse: bodies that are too large, too deep, too many, no JSON or of another type", async () => {
  await using api = await Api.make();
  const post = (body: string, type = "application/json") =>
    api.call("POST", "/dags/validate", body, { "content-type": type });
  const start = performance.now();
  for (
    const [body, status] of [
      ["[".repeat(100_000), 400],
      ['{"a":'.repeat(20_000), 400],
      [`{"spec":"${"x".repeat(2_000_000)}"}`, 413],
      [`[${"0,".repeat(200_000)}0]`, 400],
      ["{", 400],
      ["null", 400],
      ["[]", 400],
      ['"text"', 400],
      ["", 400],
      ["\u0000", 400],
    ] as const
  ) assertEquals((await post(body)).status, status, body.slice(0, 20));
  assert(performance.now() - start < 60_000, "none of them takes long");
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]) {
    assertEquals((await post('{"spec":""}', type)).status, 415, type);
  }
  // Brackets inside of texts nest nothing.
  assertEquals((await post(JSON.stringify({ spec: `# ${"[".repeat(1000)}\\"\n${GOOD}` }))).status, 200);
});

Deno.test("abuse: expressions that take very long are given up, in definitions and in logs", () =>
  withSecrets(async (api) => {
    const endless = "(x{0,40}.{0,40}y){0,300}z$";
    api.dag("long", `# ${"xyzzy".repeat(10_000)}\n${GOOD}`);
    const attempt = await api.store.createAttempt(newAttempt("logged", { dag: twoSteps("one") }));
    const stdout = `${attempt.dir}/a.log`;
    Deno.writeTextFileSync(stdout, "xyzzy".repeat(10_000));
    attempt.append({ kind: "node", node: 0, patch: { stdout } });
    await finish(attempt);
    await api.sync();
    for (const path of ["/dags/search", "/dag-runs/one/logged/steps/a/log/search"]) {
      const reply = await api.get(`${path}?q=${encodeURIComponent(endless)}`);
      assertEquals([reply.status, reply.json.message], [
        400,
        "The regular expression takes too long, expected one with fewer ways to match",
      ], path);
    }
    assertEquals(
      (await api.get(`/dags/search?q=${encodeURIComponent("(((((){999}){999}){999}){999})")}`)).json,
      {
        results: [],
        errors: ["Invalid regular expression: it is too large"],
      },
    );
  }));

Deno.test("abuse: definitions that expand are refused, not expanded", async () => {
  await using api = await Api.make();
  const bomb = [
    "a: &a [x,x,x,x,x,x,x,x,x]",
    ..."bcdefghi".split("").map((name, i) => {
      const before = "abcdefgh"[i];
      return `${name}: &${name} [*${before},*${before},*${before},*${before},*${before},*${before},*${before},*${before}]`;
    }),
  ].join("\n");
  const reply = await api.call("POST", "/dags/validate", { spec: bomb });
  assertEquals([reply.status, reply.json.valid], [200, false]);
});

Deno.test("abuse: a body that does not come is given up", async () => {
  const never = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
  const headers = { "content-type": "application/json" };
  const request = new Request("http://localhost/", { method: "POST", body: never, headers });
  const limits = { size: 100, depth: 5, values: 10, timeMs: 20 };
  const error = await readJson(request, limits).then(() => null, (error) => error);
  assert(error instanceof ApiError && error.status === 408);
});

Deno.test("abuse: names of other servers are not followed", async () => {
  await using api = await Api.make();
  for (const node of ["http://evil.example", "other", "//evil.example"]) {
    assertEquals((await api.get(`/dags?remoteNode=${encodeURIComponent(node)}`)).status, 400);
  }
  assertEquals((await api.get("/dags?remoteNode=local")).status, 200);
});
