/** A real server with its defaults, and people who should not get in. */
import { assert, assertEquals } from "../assert.ts";
import { Certificates } from "../support/certificates.ts";
import { CLIENT, signIn, startProvider } from "../support/oidc_provider.ts";
import { Home, programArgs, until } from "../support/home.ts";
import { freePort } from "../support/free_port.ts";

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any
  readonly json: any;
}

interface StartOptions {
  readonly args?: readonly string[];
  readonly certificates?: Certificates;
  readonly env?: Record<string, string>;
  readonly port?: number;
}

function tlsEnv(certificates: Certificates): Record<string, string> {
  return {
    DAGU_CERT_FILE: certificates.path("server.pem"),
    DAGU_KEY_FILE: certificates.path("server-key.pem"),
  };
}

class Server implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #client: Deno.HttpClient;
  readonly base: string;

  private constructor(child: Deno.ChildProcess, base: string, caCerts: string[]) {
    this.#child = child;
    this.#client = Deno.createHttpClient({ allowHost: true, caCerts });
    this.base = base;
  }

  static async start(
    home: Home,
    { args = [], certificates, env = {}, port = freePort() }: StartOptions = {},
  ): Promise<Server> {
    const [program, ...first] = programArgs();
    const child = new Deno.Command(program, {
      args: [...first, "server", "--port", String(port), ...args],
      cwd: home.path,
      env: home.env({ ...env, ...certificates && tlsEnv(certificates) }),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const scheme = certificates ? "https" : "http";
    const caCerts = certificates ? [certificates.text("ca.pem")] : [];
    const server = new Server(child, `${scheme}://127.0.0.1:${port}/api/v2`, caCerts);
    await until(() => server.call("GET", "/health").then(() => true, () => false), "the server");
    return server;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const text = body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(this.base + path, {
      method,
      headers: { ...type, ...headers },
      body: text,
      client: this.#client,
    });
    const answer = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return {
      status: response.status,
      headers: response.headers,
      json: isJson && answer !== "" ? JSON.parse(answer) : null,
    };
  }

  async login(username: string, password: string): Promise<Record<string, string>> {
    const { status, json } = await this.call("POST", "/auth/login", { username, password });
    assertEquals(status, 200, JSON.stringify(json));
    return { authorization: `Bearer ${json.token}` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    this.#child.kill("SIGTERM");
    await this.#child.status;
  }
}

const PASSWORD = "horse battery staple";
const ONE = "steps:\n  - echo done >> WORK/marks\n";

/** The first login as a person does it. */
async function firstLogin(home: Home, server: Server): Promise<Record<string, string>> {
  const file = `${home.path}/data/auth/one-time-password-admin`;
  const oneTime = (await Deno.readTextFile(file)).trim();
  const first = await server.login("admin", oneTime);
  const body = { currentPassword: oneTime, newPassword: PASSWORD };
  const { status, json } = await server.call("POST", "/auth/change-password", body, first);
  assertEquals(status, 200, JSON.stringify(json));
  return { authorization: `Bearer ${json.token}` };
}

Deno.test("server: nobody gets in before the first login, whose password stands in a file of the owner", async () => {
  await using home = await Home.make();
  home.dag("one", ONE);
  await using server = await Server.start(home);
  for (const [method, path] of [["GET", "/dags"], ["GET", "/metrics"], ["POST", "/dags/one/start"]]) {
    const body = method === "POST" ? {} : undefined;
    assertEquals((await server.call(method, path, body)).status, 401, path);
  }
  for (const name of ["one-time-password-admin", "token-secret"]) {
    assertEquals(Deno.statSync(`${home.path}/data/auth/${name}`).mode! & 0o777, 0o600, name);
  }
  assertEquals(Deno.statSync(`${home.path}/data/auth`).mode! & 0o777, 0o700);
  const root = await firstLogin(home, server);
  assertEquals((await server.call("GET", "/dags", undefined, root)).status, 200);
  assertEquals((await server.call("POST", "/dags/one/start", {}, root)).status, 200);
  await home.marked("done");
});

Deno.test("server: accounts and logins outlive it; a reset, also by another process, ends a login", async () => {
  await using home = await Home.make();
  let root: Record<string, string>;
  {
    await using server = await Server.start(home);
    root = await firstLogin(home, server);
  }
  await using server = await Server.start(home);
  assertEquals((await server.call("GET", "/auth/me", undefined, root)).status, 200);
  const reset = await home.run(["reset-password", "admin"]);
  assertEquals(reset.code, 0, reset.stderr);
  assertEquals((await server.call("GET", "/auth/me", undefined, root)).status, 401);
  const file = /\S+one-time-password-admin/.exec(reset.stdout)![0];
  const oneTime = (await Deno.readTextFile(file)).trim();
  assert(!reset.stdout.includes(oneTime), "the password is not shown");
  await server.login("admin", oneTime);
});

Deno.test("server: foreign pages and rebound names do nothing, whatever rights the browser has", async () => {
  await using home = await Home.make();
  home.dag("one", ONE);
  await using server = await Server.start(home);
  const root = await firstLogin(home, server);
  const cookie = { cookie: `dagu=${root.authorization.slice(7)}` };
  const start = (headers: Record<string, string>, body: unknown = {}) =>
    server.call("POST", "/dags/one/start", body, headers).then(({ status }) => status);
  const foreign: Record<string, string>[] = [
    { origin: "http://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: server.base.slice(0, -7) },
    { host: "evil.example" },
  ];
  for (const headers of foreign) {
    assertEquals(await start({ ...root, ...headers }), 403, JSON.stringify(headers));
    assertEquals(await start({ ...cookie, ...headers }), 403, JSON.stringify(headers));
  }
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    assertEquals(await start({ ...cookie, "content-type": type }, "{}"), 415, type);
  }
  assertEquals(
    (await server.call("GET", "/dag-runs/one/x/dequeue", undefined, {
      ...cookie,
      "sec-fetch-site": "cross-site",
    })).status,
    403,
  );
  const { json } = await server.call("GET", "/dag-runs?name=one", undefined, root);
  assertEquals([json.dagRuns, home.marks()], [[], []]);
});

Deno.test("server: wrong logins are slowed down, and many at once do not stop others", async () => {
  await using home = await Home.make();
  await using server = await Server.start(home);
  const root = await firstLogin(home, server);
  const tries = Array.from(
    { length: 100 },
    (_, i) => server.call("POST", "/auth/login", { username: `user${i % 3}`, password: `wrong ${i}` }),
  );
  const during = await server.call("GET", "/auth/me", undefined, root);
  assertEquals(during.status, 200);
  const codes = (await Promise.all(tries)).map(({ status }) => status);
  assertEquals(codes.filter((code) => code !== 401 && code !== 429), []);
  assert(codes.filter((code) => code === 401).length < 20, String(codes));
});

Deno.test("server: a public address needs a login and HTTPS", async () => {
  await using home = await Home.make();
  const refused = async (args: readonly string[], what: RegExp) => {
    const { code, stderr } = await home.run(["server", "--port", "0", ...args]);
    assert(code !== 0 && what.test(stderr), `${args.join(" ")}: ${code} ${stderr}`);
  };
  await refused(["--host", "0.0.0.0"], /HTTPS/);
  await refused(["--host", "::"], /HTTPS/);
  await Deno.writeTextFile(`${home.path}/config.yaml`, "auth:\n  mode: none\n");
  await refused(["--host", "0.0.0.0"], /without a login/);
  await refused(["--host", "0.0.0.0", "--behind-proxy"], /without a login/);
  await refused(["--behind-proxy"], /without a login/);
  await Deno.writeTextFile(
    `${home.path}/config.yaml`,
    "auth:\n  builtin:\n    token:\n      secret: short\n",
  );
  await refused([], /at least 32 are needed/);
  await Deno.remove(`${home.path}/config.yaml`);
  await Deno.mkdir(`${home.path}/data/auth`, { recursive: true });
  await Deno.writeTextFile(`${home.path}/data/auth/token-secret`, "x".repeat(40), { mode: 0o644 });
  await refused([], /others may read it/);
});

Deno.test("server: with a certificate it answers on any address, and its cookie stays with HTTPS", async () => {
  await using home = await Home.make();
  await using certificates = await Certificates.make();
  await using server = await Server.start(home, { args: ["--host", "0.0.0.0"], certificates });
  const root = await firstLogin(home, server);
  const { headers, json } = await server.call("POST", "/auth/login", {
    username: "admin",
    password: PASSWORD,
  });
  const cookie = headers.get("set-cookie")!;
  assert(/^__Host-dagu=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure; /.test(cookie), cookie);
  const me = (headers: Record<string, string>) =>
    server.call("GET", "/auth/me", undefined, headers).then(({ status }) => status);
  assertEquals(await me({ cookie: `__Host-dagu=${json.token}` }), 200);
  assertEquals(await me({ cookie: `dagu=${json.token}` }), 401);
  assertEquals(await me({ ...root, host: "192.0.2.1" }), 200);
  assertEquals(await me({ ...root, host: "evil.example" }), 403);
});

Deno.test("server: people log in at a provider, and are viewers until an administrator says more", async () => {
  await using home = await Home.make();
  const port = freePort();
  const address = `http://127.0.0.1:${port}`;
  await using place = await startProvider(`${address}/oidc-callback`);
  const env = {
    DAGU_AUTH_OIDC_CLIENT_ID: CLIENT.id,
    DAGU_AUTH_OIDC_CLIENT_SECRET: CLIENT.secret,
    DAGU_AUTH_OIDC_CLIENT_URL: address,
    DAGU_AUTH_OIDC_ISSUER: place.issuer,
    DAGU_AUTH_OIDC_SCOPES: "openid,email",
  };
  await using server = await Server.start(home, { env, port });
  const cookieOf = (response: Response) => response.headers.get("set-cookie")!.split(";")[0];
  const comeBack = async () => {
    const begun = await fetch(`${server.base}/auth/oidc/login`, { redirect: "manual" });
    await begun.body?.cancel();
    assertEquals(begun.status, 302);
    return { url: await signIn(begun.headers.get("location")!, "ann-at-provider"), cookie: cookieOf(begun) };
  };
  const { url, cookie } = await comeBack();
  const stranger = await fetch(url);
  await stranger.body?.cancel();
  assertEquals(stranger.status, 401, "another browser");
  const back = await fetch(url, { headers: { cookie } });
  assertEquals([back.status, (await back.text()).includes("url=/")], [200, true]);
  const session = { cookie: cookieOf(back) };
  const { json: { user } } = await server.call("GET", "/auth/me", undefined, session);
  assertEquals([user.username, user.role], ["ann@example.com", "viewer"]);
  assertEquals((await server.call("POST", "/dags", { name: "x" }, session)).status, 403);
  assertEquals(
    (await server.call("POST", "/auth/login", { username: "ann@example.com", password: "x" })).status,
    401,
  );
  const root = await firstLogin(home, server);
  await server.call("PATCH", `/users/${user.id}`, { role: "developer" }, root);
  assertEquals((await server.call("GET", "/auth/me", undefined, session)).status, 401);
  const again = await comeBack();
  const second = await fetch(again.url, { headers: { cookie: again.cookie } });
  await second.body?.cancel();
  const me = await server.call("GET", "/auth/me", undefined, { cookie: cookieOf(second) });
  assertEquals([me.json.user.id, me.json.user.role], [user.id, "developer"]);
});

Deno.test("server: a stream of events ends with the login that opened it", async () => {
  await using home = await Home.make();
  await using server = await Server.start(home);
  const root = await firstLogin(home, server);
  const cookie = `dagu=${root.authorization.slice(7)}`;
  const stream = await fetch(`${server.base}/events`, { headers: { cookie } });
  assertEquals(stream.status, 200);
  let ended = false;
  const reading = (async () => {
    for await (const _ of stream.body!);
    ended = true;
  })();
  assertEquals((await server.call("POST", "/auth/logout", undefined, root)).status, 204);
  await until(() => ended, "the end of the stream");
  await reading;
  const again = await fetch(`${server.base}/events`, { headers: { cookie } });
  await again.body?.cancel();
  assertEquals(again.status, 401);
});

Deno.test("server: an API key reaches its definitions with its role until it runs out", async () => {
  await using home = await Home.make();
  home.dag("one", ONE);
  home.dag("two", ONE);
  await using server = await Server.start(home);
  const root = await firstLogin(home, server);
  const make = async (fields: Record<string, unknown>) => {
    const { status, json } = await server.call("POST", "/api-keys", fields, root);
    assertEquals(status, 201, JSON.stringify(json));
    return { id: json.apiKey.id, headers: { authorization: `Bearer ${json.key}` } };
  };
  const { id, headers } = await make({ name: "ci", role: "operator", dags: ["one"] });
  const status = async (method: string, path: string, body?: unknown, as = headers) =>
    (await server.call(method, path, body, as)).status;
  assertEquals(await status("POST", "/dags/one/start", { dagRunId: "r1" }), 200);
  await home.marked("done");
  assertEquals(await status("POST", "/dags/two/start", {}), 403);
  assertEquals(await status("POST", "/dags/two/start", {}, root as typeof headers), 200);
  assertEquals(await status("GET", "/dag-runs/one/latest"), 200);
  for (const path of ["/dag-runs/two/latest", "/dag-runs/two/latest/log", "/dags/two", "/dags/two/spec"]) {
    assertEquals(await status("GET", path), 403, path);
  }
  assertEquals(await status("PUT", "/dags/one/spec", { spec: ONE }), 403);
  const { json } = await server.call("GET", "/dags", undefined, headers);
  assertEquals(json.dags.map((dag: { fileName: string }) => dag.fileName), ["one"]);
  const admin = await make({ name: "robot", role: "admin" });
  assertEquals(await status("POST", "/api-keys", { name: "x", role: "admin" }, admin.headers), 403);
  assertEquals(await status("GET", "/users", undefined, admin.headers), 403);
  const old = await make({ name: "old", role: "admin", expiresAt: "2020-01-01T00:00:00Z" });
  assertEquals(await status("GET", "/dags", undefined, old.headers), 401);
  assertEquals(await status("DELETE", `/api-keys/${id}`, undefined, root as typeof headers), 204);
  assertEquals(await status("GET", "/dags/one"), 401);
  const kept = [...Deno.readDirSync(`${home.path}/data/apikeys`)]
    .map(({ name }) => Deno.readTextFileSync(`${home.path}/data/apikeys/${name}`)).join();
  assert(!kept.includes(admin.headers.authorization.slice(7)), "the key itself is nowhere");
});

Deno.test("server: a webhook puts its definition in line, with the payload as one value", async () => {
  await using home = await Home.make();
  home.dag("one", `steps:\n  - printf '%s' "$WEBHOOK_PAYLOAD" > WORK/payload\n`);
  await using server = await Server.start(home);
  const root = await firstLogin(home, server);
  const { status, json } = await server.call("POST", "/dags/one/webhook", undefined, root);
  assertEquals(status, 201, JSON.stringify(json));
  const hook = { authorization: `Bearer ${json.token}` };
  const payload = { text: "$(touch hacked) `id` \"q\" 'x' ${HOME} A=1", list: [1, { a: null }] };
  const call = (body: unknown, headers: Record<string, string> = hook, dag = "one") =>
    server.call("POST", `/webhooks/${dag}`, body, headers).then((answer) => answer.status);
  assertEquals(await call({ payload }, {}), 401);
  assertEquals(await call({ payload }, { authorization: "Bearer dagu_wh_x" }), 401);
  assertEquals(await call({ payload }, root), 401);
  assertEquals(await call({ payload }, hook, "two"), 401);
  assertEquals(await call({ dagRunId: "../../x", payload }), 400);
  assertEquals(await call({ payload: "x".repeat(70_000) }), 413);
  assertEquals(await call({ payload, params: "A=1" }), 400);
  assertEquals((await server.call("GET", "/dags", undefined, hook)).status, 401);
  assertEquals(await call({ dagRunId: "hook-1", payload }), 200);
  assertEquals(await call({ dagRunId: "hook-1", payload }), 409);
  assertEquals(
    (await server.call("POST", "/dags/one/webhook/toggle", { enabled: false }, root)).status,
    200,
  );
  assertEquals(await call({ payload }), 403);
  const run = await home.store.find("one", "hook-1");
  assertEquals(run?.record.paramsList.map((pair) => pair.split("=")[0]), ["WEBHOOK_PAYLOAD"]);
  assertEquals(run?.record.paramsList[0].slice("WEBHOOK_PAYLOAD=".length), JSON.stringify(payload));
});
