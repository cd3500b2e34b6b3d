import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { testNeeding } from "../../../tests/needs.ts";
import { command, StepBench, type StepResult, type StepSetting } from "../../../tests/support/step_bench.ts";
import type { PermissionDecl } from "../../core/permissions.ts";
import { HTTP } from "./manifest.ts";
import { type Destination, refusalOf } from "./refusal.ts";

type Config = Readonly<Record<string, unknown>>;

interface Web {
  /** Address without a slash at its end. */
  readonly at: string;
  readonly port: number;
  readonly hits: string[];
  call(line: string, config?: Config, more?: StepSetting): Promise<StepResult>;
  readonly bench: StepBench;
}

/** Answers by the first part of the path; requests that never end wait for the test's own end. */
function respond(request: Request, over: AbortSignal): Response | Promise<Response> {
  const url = new URL(request.url);
  const [, action = "", arg = ""] = url.pathname.split("/");
  const headers = { "content-type": "text/plain", "x-mark": "m" };
  switch (action) {
    case "text":
      return new Response("plain body\n", { headers });
    case "json":
      return Response.json({ b: [1, { z: 1, y: 2 }], a: null });
    case "status":
      return new Response(`code ${arg}\n`, { status: Number(arg), headers });
    case "to":
      return new Response("gone", { status: 302, headers: { location: url.search.slice(1) } });
    case "again":
      return new Response("", { status: 307, headers: { location: url.pathname } });
    case "busy":
      return new Response("busy", { status: 503, headers: { "retry-after": arg } });
    case "echo":
      return request.text().then((body) =>
        Response.json({ method: request.method, search: url.search, headers: [...request.headers], body })
      );
    case "big": {
      let left = Number(arg);
      return new Response(
        new ReadableStream<Uint8Array>({
          pull: (controller) => {
            if (left-- > 0) controller.enqueue(new Uint8Array(1 << 20).fill(97));
            else controller.close();
          },
        }),
      );
    }
    case "never":
      return new Promise((resolve) =>
        over.addEventListener("abort", () => resolve(new Response("late")), { once: true })
      );
    default:
      return new Response("", { status: 404 });
  }
}

async function withWeb(
  run: (web: Web) => Promise<void>,
  tls: { readonly cert: string; readonly key: string } | null = null,
): Promise<void> {
  const hits: string[] = [];
  const over = new AbortController();
  const handler = (request: Request) => {
    hits.push(`${request.method} ${new URL(request.url).pathname}`);
    return respond(request, over.signal);
  };
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = tls ? Deno.serve({ ...options, ...tls }, handler) : Deno.serve(options, handler);
  const { port } = server.addr;
  using bench = new StepBench();
  try {
    const call = (line: string, config: Config = {}, more: StepSetting = {}) =>
      bench.run(HTTP, { ...command(line), executor: { type: "http", config } }, more);
    await run({ at: `http${tls ? "s" : ""}://127.0.0.1:${port}`, port, hits, bench, call });
  } finally {
    over.abort();
    await server.shutdown();
  }
}

function echoed(
  result: StepResult,
): { method: string; search: string; body: string; headers: Map<string, string> } {
  assertEquals(result.error, "");
  const seen = JSON.parse(result.stdout);
  return { ...seen, headers: new Map(seen.headers) };
}

Deno.test("http: what is printed", () =>
  withWeb(async ({ at, call }) => {
    const text = await call(`GET ${at}/text`);
    const [status, rest = ""] = text.stdout.split(/\n(.*)/s);
    assertEquals(status, "200 OK");
    assertMatch(rest, /^Content-Length: 11\r\nContent-Type: text\/plain\r\nDate: [^\r]*\r\n/);
    assertMatch(rest, /X-Mark: m\r\nplain body\n$/);
    assertEquals((await call(`get ${at}/text`, { silent: true })).stdout, "plain body\n");
    assertEquals((await call(`HEAD ${at}/text`, { silent: "true" })).stdout, "");
    const json = await call(`GET ${at}/json`, { json: true });
    const { status_code, body } = JSON.parse(json.stdout);
    assertEquals([status_code, JSON.stringify(body)], [200, '{"a":null,"b":[1,{"y":2,"z":1}]}']);
    const both = await call(`GET ${at}/json`, { json: true, silent: true });
    assertEquals(Object.keys(JSON.parse(both.stdout)), ["body"]);
    const debug = await call(`GET ${at}/text`, {
      silent: true,
      debug: true,
      headers: { Authorization: "secret" },
    });
    assertEquals(debug.stdout, "plain body\n");
    assertMatch(debug.stderr, /^GET http:.*\n {2}Authorization: \*\*\*\n[^]*200 OK\n/);
  }));

Deno.test("http: what is sent", () =>
  withWeb(async ({ at, call }) => {
    const plain = echoed(
      await call(`POST "${at}/echo?z=1&a=%20"`, {
        silent: true,
        body: "grüße",
        query: { q: "a b&c", page: 2 },
        headers: { "X-A": "1", Host: "example.org" },
      }),
    );
    assertEquals([plain.method, plain.body, plain.search], ["POST", "grüße", "?z=1&a=%20&page=2&q=a+b%26c"]);
    assertEquals(plain.headers.get("content-type"), "text/plain; charset=utf-8");
    assertEquals([plain.headers.get("x-a"), plain.headers.get("host")], ["1", "example.org"]);
    assertMatch(plain.headers.get("user-agent") ?? "", /^dagu\//);
    for (const method of ["PUT", "PATCH", "DELETE", "PURGE", "TRACE"]) {
      const seen = echoed(await call(`${method.toLowerCase()} ${at}/echo`, { silent: true, body: "b" }));
      assertEquals([seen.method, seen.body], [method, "b"]);
    }
    const options = echoed(await call(`OPTIONS ${at}/echo`, { silent: true, body: "b" }));
    assertEquals([options.body, options.headers.get("content-type")], ["", undefined]);
    const get = echoed(
      await call(`GET ${at.replace("//", "//us%40er:pass@")}/echo`, { silent: true, body: "b" }),
    );
    assertEquals([get.body, get.headers.get("authorization")], ["", `Basic ${btoa("us@er:pass")}`]);
  }));

Deno.test("http: a status outside of 200 to 299 fails, with everything printed", () =>
  withWeb(async ({ at, call }) => {
    for (const status of [300, 400, 404, 418, 500, 503]) {
      const result = await call(`GET ${at}/status/${status}?token=x`, { silent: true });
      assertEquals(result.exitCode, 1);
      assertMatch(
        result.error,
        new RegExp(`^GET http://127[^ ]*/status/${status} answered ${status} .*200 to 299$`),
      );
      assertMatch(result.stdout, new RegExp(`^${status} [^]*code ${status}\n$`));
    }
    for (const status of [201, 202, 299]) {
      assertEquals((await call(`GET ${at}/status/${status}`, { silent: true })).stdout, `code ${status}\n`);
    }
    const html = await call(`GET ${at}/text`, { json: true });
    assertMatch(html.error, /the answer is not valid JSON/);
    assertMatch(html.stdout, /plain body\n$/);
    const busy = await call(`GET ${at}/busy/7`);
    assertEquals([busy.exitCode, busy.retryAfterMs], [1, 7000]);
  }));

Deno.test("http: redirections lead only to hosts that were granted", () =>
  withWeb(async ({ at, port, call, hits }) => {
    const same = await call(`GET ${at}/to/x?/text`, { silent: true });
    assertEquals([same.stdout, same.granted], ["plain body\n", { net: [`127.0.0.1:${port}`] }]);
    hits.length = 0;
    const away = `GET ${at}/to/x?http://localhost:${port}/echo`;
    const headers = { Authorization: "t", Cookie: "c", "X-A": "1" };
    const refused = await call(away, { silent: true, headers });
    assertEquals(hits, ["GET /to/x"]);
    assertEquals(
      refused.error,
      `Missing permission net "localhost:${port}": add it to the step's permissions, ` +
        `e.g. permissions: { net: ["127.0.0.1:${port}", "localhost:${port}"] }`,
    );
    for (const net of [["127.0.0.1", `localhost:${port}`], true as const]) {
      const seen = echoed(await call(away, { silent: true, headers }, { permissions: { net } }));
      assertEquals(
        [seen.headers.get("authorization"), seen.headers.get("cookie"), seen.headers.get("x-a")],
        [undefined, undefined, "1"],
      );
    }
    const narrowed = await call(`GET ${at}/text`, {}, { permissions: { net: ["example.com"] } });
    assertMatch(narrowed.error, /^Missing permission net "127\.0\.0\.1:/);
    assertMatch((await call(`GET ${at}/again`)).error, /stopped after 10 redirections$/);
    assertMatch((await call(`GET ${at}/to/x?file:///etc/passwd`)).error, /no address of HTTP/);
  }));

Deno.test("http: a machine's own credentials are told to nobody who does not say so", () =>
  withWeb(async ({ call }) => {
    const line = "GET http://169.254.169.254/latest";
    const refused = /^Cannot send a request to "169\.254\.169\.254:80"/;
    assertMatch((await call(line)).error, refused);
    assertMatch((await call(line, {}, { permissions: { net: ["example.com"] } })).error, refused);
    // Named, it would be sent, were it not for the config.
    const wrong = await call(line, { timeout: "x" }, { permissions: { net: ["169.254.169.254"] } });
    assertMatch(wrong.error, /expected a number/);
  }));

Deno.test("http: names are looked up before each connection, also after redirections", () =>
  withWeb(async ({ port, hits, bench }) => {
    const looked: string[] = [];
    const manifest: typeof HTTP = {
      ...HTTP,
      answer: (question, { permissions }) =>
        refusalOf(question as Destination, permissions, (name) => {
          looked.push(name);
          return Promise.resolve(name === "localhost" ? ["169.254.1.1"] : []);
        }),
    };
    const net = [`127.0.0.1:${port}`, `localhost:${port}`];
    const get = (path: string, permissions: PermissionDecl | null) =>
      bench.run(manifest, command(`GET http://${path}`), { permissions });
    const away = `127.0.0.1:${port}/to/x?http://localhost:${port}/text`;
    assertMatch(
      (await get(away, { net })).error,
      /"localhost:\d+", which leads to 169\.254\.1\.1: there the/,
    );
    assertMatch((await get(`localhost:${port}/text`, null)).error, /which leads to 169\.254\.1\.1/);
    assertEquals([hits.splice(0), looked], [["GET /to/x"], ["127.0.0.1", "localhost", "localhost"]]);
    const named = await get(away, { net: [...net, `169.254.1.1:${port}`] });
    assertEquals([named.error, hits], ["", ["GET /to/x", "GET /text"]]);
  }));

Deno.test("http: time limit, stop and kill; neighbours in the same worker go on", () =>
  withWeb(async ({ at, bench, call }) => {
    const late = await call(`GET ${at}/never`, { timeout: 1 });
    assertMatch(late.error, /^GET http.*\/never failed: timeout after 1 s$/);
    const steps = ["SIGTERM", "SIGKILL", ""].map((signal) => ({
      signal,
      step: bench.start(HTTP, { ...command(`GET ${at}/never`) }),
    }));
    // All of them are in the worker when it has answered a later one.
    assertEquals((await call(`GET ${at}/text`, { silent: true })).stdout, "plain body\n");
    for (const { signal, step } of steps) if (signal !== "") step.signal(signal);
    assertEquals(await steps[0]!.step.done, { exitCode: 143, error: "signal: terminated" });
    assertEquals(await steps[1]!.step.done, { exitCode: 137, error: "signal: killed" });
    assertEquals((await call(`GET ${at}/text`, { silent: true })).stdout, "plain body\n");
    steps[2]!.step.signal("SIGINT");
    assertEquals((await steps[2]!.step.done).error, "signal: interrupt");
  }));

Deno.test("http: a long answer passes through without being held", () =>
  withWeb(async ({ at, bench }) => {
    const before = Deno.memoryUsage().rss;
    let size = 0;
    const log = {
      stdout: "",
      stderr: "",
      direct: true,
      write: (_: string, bytes: Uint8Array) => {
        size += bytes.length;
        return Promise.resolve();
      },
    };
    const config = { silent: true };
    const result = await bench.run(
      HTTP,
      { ...command(`GET ${at}/big/400`), executor: { type: "http", config } },
      { log },
    );
    assertEquals([result.error, size], ["", 400 << 20]);
    const grown = Deno.memoryUsage().rss - before;
    assert(grown < 250 << 20, `${grown >> 20} MiB more`);
  }));

Deno.test("http: requests that cannot be sent", () =>
  withWeb(async ({ at, bench, call }) => {
    const cases: [string, Config, RegExp][] = [
      ["GET", {}, /^Cannot send GET to no address: one that begins with http/],
      ["GET ftp://x/", {}, /"ftp:\/\/x\/"/],
      [`${at}/text`, {}, /is a method and an address/],
      [`GET ${at}/text`, { timeout: "x" }, /"timeout" of the config of step "s": expected a number, got "x"/],
      [`GET ${at}/text`, { silent: "perhaps" }, /expected true or false/],
      [
        `GET ${at}/text`,
        { header: {} },
        /Unknown key "header" in the config of step "s"; did you mean "headers"/,
      ],
      [`GET ${at}/text`, { headers: { "a b": 1 } }, /no name of a header/],
      [`GET ${at}/text`, { headers: { A: "x\r\nB: y" } }, /must not hold line breaks/],
      [`GET ${at}/text`, { caFile: "/not/there.pem" }, /There is no file "\/not\/there.pem"/],
      [`GET ${at}/text`, { certFile: "/etc/hostname" }, /"certFile" and "keyFile" belong together/],
    ];
    for (const [line, config, pattern] of cases) {
      const result = await call(line, config);
      assertMatch(result.error, pattern);
      assertEquals([result.exitCode, result.stdout, result.granted], [1, "", null]);
    }
    const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = closed.addr;
    closed.close();
    assertMatch(
      (await call(`GET http://127.0.0.1:${port}/`)).error,
      /^GET http.* failed: .*[Cc]onnection refused/,
    );
    for (
      const [script, pattern] of [["no", /invalid/], ["[]", /JSON object/], ['{"foo":1}', /"foo"/]] as const
    ) {
      const result = await bench.run(HTTP, { ...command(`GET ${at}/text`), script });
      assertMatch(result.error, pattern);
    }
    const good = await bench.run(HTTP, {
      ...command(`POST ${at}/echo`),
      script: '{"Silent":true,"body":"s"}',
    });
    assertEquals(echoed(good).body, "s");
  }));

Deno.test("http: a proxy of the environment is used, and is a permission", () =>
  withWeb(async ({ port, hits, call }) => {
    const env = { HTTP_PROXY: `http://127.0.0.1:${port}` };
    const line = "GET http://nowhere.invalid/text";
    const result = await call(line, { silent: true }, { env });
    assertEquals([result.stdout, hits], ["plain body\n", ["GET /text"]]);
    assertEquals(result.granted?.net?.includes(`127.0.0.1:${port}`), true);
    const refused = await call(line, {}, { env, permissions: { net: ["nowhere.invalid"] } });
    assertMatch(refused.error, new RegExp(`^Missing permission net "127.0.0.1:${port}"`));
  }));

testNeeding({
  name: "http: certificates",
  needs: ["openssl"],
  fn: async () => {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    try {
      await makeCertificates(folder);
      const [cert, key] = ["leaf.pem", "leaf.key"].map((name) => Deno.readTextFileSync(`${folder}/${name}`));
      await withWeb(async ({ at, call }) => {
        const unknown = await call(`GET ${at}/text`);
        assertMatch(unknown.error, /failed: .*certificate.*; name its authority in "caFile", or accept/);
        const given = await call(`GET ${at}/text`, { silent: true, caFile: "ca.pem" }, {
          workingDir: folder,
        });
        assertEquals([given.error, given.stdout], ["", "plain body\n"]);
        assertEquals(given.granted?.read, [`${folder}/ca.pem`]);
        const skipped = await call(`POST ${at}/echo`, { silent: true, skipTLSVerify: true, body: "ü" });
        assertEquals(echoed(skipped).body, "ü");
        const noRead = await call(`GET ${at}/text`, { caFile: `${folder}/ca.pem` }, {
          permissions: { net: true },
        });
        assertMatch(noRead.error, /^Missing permission read ".*ca.pem"/);
      }, { cert: cert!, key: key! });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** An authority, and a certificate of it for this machine. */
async function makeCertificates(folder: string): Promise<void> {
  const openssl = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command("openssl", { args, cwd: folder, stderr: "piped" })
      .output();
    assert(success, new TextDecoder().decode(stderr));
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=Test CA",
  );
  await openssl("req", ...key, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost");
  await Deno.writeTextFile(
    `${folder}/ext`,
    "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n",
  );
  const from = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "ext"];
  await openssl("x509", "-req", "-in", "leaf.csr", ...from, "-days", "2", "-out", "leaf.pem");
}
