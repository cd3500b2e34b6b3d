/** Accounts: logging in, what ends a login, who may manage whom. */
import { authenticateBy } from "../../src/services/server/auth/authenticate.ts";
import { assert, assertEquals } from "../assert.ts";
import { Api, type Reply } from "../support/api.ts";

const ADMIN = { username: "root", password: "horse battery staple", role: "admin" } as const;
const ANN = { username: "ann", password: "purple monday teapot", role: "operator" } as const;

async function withPeople(): Promise<Api> {
  const api = await Api.make({ people: true });
  await api.people.accounts.create(ADMIN);
  await api.people.accounts.create(ANN);
  return api;
}

async function login(
  api: Api,
  { username, password }: { username: string; password: string },
): Promise<Reply> {
  return await api.call("POST", "/auth/login", { username, password });
}

async function tokenOf(
  api: Api,
  who: { username: string; password: string },
): Promise<Record<string, string>> {
  const reply = await login(api, who);
  assertEquals(reply.status, 200, reply.text);
  return { authorization: `Bearer ${reply.json.token}` };
}

const me = async (api: Api, headers: Record<string, string>) =>
  (await api.call("GET", "/auth/me", undefined, headers)).status;

Deno.test("login: a token and a cookie open the server; the answer is kept by nobody", async () => {
  await using api = await withPeople();
  const reply = await login(api, ANN);
  const { token, user } = reply.json;
  assertEquals([user.username, user.role, "passwordHash" in user], ["ann", "operator", false]);
  assertEquals(reply.headers.get("cache-control"), "no-store");
  const cookie = reply.headers.get("set-cookie")!;
  assert(/^dagu=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Expires=/.test(cookie), cookie);
  assertEquals(await me(api, { authorization: `Bearer ${token}` }), 200);
  assertEquals(await me(api, { cookie: `a=b; dagu=${token}` }), 200);
  assertEquals(await me(api, { cookie: "dagu=x" }), 401);
  assertEquals(await me(api, { authorization: `Basic ${btoa("ann:" + ANN.password)}` }), 401);
  assertEquals(await me(api, {}), 401);
});

Deno.test("login: wrong names and wrong passwords get the same answer", async () => {
  await using api = await withPeople();
  const wrong = await login(api, { ...ANN, password: "wrong" });
  const unknown = await login(api, { username: "nobody", password: "wrong" });
  assertEquals([wrong.status, wrong.text], [401, unknown.text]);
  assertEquals(wrong.headers.get("www-authenticate"), `Bearer realm="restricted"`);
});

Deno.test("login: of a hundred wrong tries few are looked at, and the right password waits as well", async () => {
  await using api = await withPeople();
  const codes: number[] = [];
  for (let i = 0; i < 100; i++) codes.push((await login(api, { ...ANN, password: `wrong ${i}` })).status);
  assertEquals(codes.slice(0, 6), [401, 401, 401, 401, 401, 429]);
  assert(codes.slice(6).filter((code) => code === 401).length < 5);
  const right = await login(api, ANN);
  assertEquals(right.status, 429);
  assert(Number(right.headers.get("retry-after")) >= 1);
  assertEquals((await login(api, ADMIN)).status, 200);
});

Deno.test("login: logout, reset, another role, another password and removal end tokens", async () => {
  await using api = await withPeople();
  const root = await tokenOf(api, ADMIN);
  const { json: { users } } = await api.call("GET", "/users", undefined, root);
  const id = users.find((user: { username: string }) => user.username === "ann").id;
  let password: string = ANN.password;
  const ends = async (what: string, work: (headers: Record<string, string>) => Promise<Reply>) => {
    const mine = await tokenOf(api, { username: "ann", password });
    const cookie = { cookie: `dagu=${mine.authorization.slice(7)}` };
    assertEquals([await me(api, mine), await me(api, cookie)], [200, 200], what);
    const reply = await work(mine);
    assert(reply.status < 300, `${what}: ${reply.text}`);
    assertEquals([await me(api, mine), await me(api, cookie)], [401, 401], what);
  };
  await ends("logout", (mine) => api.call("POST", "/auth/logout", undefined, mine));
  await ends("role", () => api.call("PATCH", `/users/${id}`, { role: "viewer" }, root));
  await ends("reset", () => {
    password = "another monday teapot";
    return api.call("POST", `/users/${id}/reset-password`, { newPassword: password }, root);
  });
  await ends("change", (mine) => {
    const body = { currentPassword: password, newPassword: "yellow friday kettle" };
    password = body.newPassword;
    return api.call("POST", "/auth/change-password", body, mine);
  });
  await ends("removal", () => api.call("DELETE", `/users/${id}`, undefined, root));
  assertEquals((await login(api, { username: "ann", password })).status, 401);
  assertEquals(await me(api, root), 200);
});

Deno.test("login: a password for one login is changed before anything else", async () => {
  await using api = await Api.make({ people: true });
  await api.people.accounts.create({ ...ADMIN, oneTime: true });
  const mine = await tokenOf(api, ADMIN);
  const dags = (headers: Record<string, string>) => api.call("GET", "/dags", undefined, headers);
  assertEquals((await dags(mine)).json.code, "auth.password_change_needed");
  assertEquals(await me(api, mine), 200);
  const change = (newPassword: string) =>
    api.call("POST", "/auth/change-password", { currentPassword: ADMIN.password, newPassword }, mine);
  assertEquals((await change(ADMIN.password)).status, 400);
  assertEquals((await change("short")).status, 400);
  const { json } = await change("yellow friday kettle");
  assertEquals((await dags({ authorization: `Bearer ${json.token}` })).status, 200);
});

Deno.test("users: names are unique, passwords good, the last administrator stays", async () => {
  await using api = await withPeople();
  const root = await tokenOf(api, ADMIN);
  const make = (user: unknown) => api.call("POST", "/users", user, root);
  assertEquals((await make({ username: "bob", password: "orange sunday pan", role: "viewer" })).status, 201);
  assertEquals((await make({ username: "BOB", password: "orange sunday pan", role: "viewer" })).status, 409);
  assertEquals((await make({ username: "eve", password: "short", role: "viewer" })).status, 400);
  assertEquals((await make({ username: "eve", password: "orange sunday pan", role: "king" })).status, 400);
  for (const username of ["", "../eve", "a/b", "a\nb", " eve", "x".repeat(65)]) {
    assertEquals(
      (await make({ username, password: "orange sunday pan", role: "viewer" })).status,
      400,
      username,
    );
  }
  const { json: { user } } = await api.call("GET", "/auth/me", undefined, root);
  assertEquals((await api.call("PATCH", `/users/${user.id}`, { role: "viewer" }, root)).status, 403);
  assertEquals((await api.call("DELETE", `/users/${user.id}`, undefined, root)).status, 403);
  assertEquals((await api.call("PATCH", `/users/${user.id}`, { username: "ann" }, root)).status, 409);
  assertEquals(await me(api, root), 200);
});

Deno.test("users: a key is told who it is, and manages nobody", async () => {
  await using api = await withPeople();
  const root = await tokenOf(api, ADMIN);
  const made = await api.call("POST", "/api-keys", { name: "ci", role: "admin" }, root);
  const key = { authorization: `Bearer ${made.json.key}` };
  const { json: { user } } = await api.call("GET", "/auth/me", undefined, key);
  assertEquals([user.id, user.username, user.role], ["apikey:ci", "apikey:ci", "admin"]);
  const refused = await api.call("GET", "/users", undefined, key);
  assertEquals([refused.status, refused.json.code], [403, "forbidden"]);
});

Deno.test("users: the one name of basic authentication and the one token are told who they are", async () => {
  const basic = { username: "ann", password: "purple: teapot" };
  const authenticate = authenticateBy({ accounts: null, basic, token: "t0ken", now: Date.now });
  await using api = await Api.make({ authenticate });
  for (
    const [authorization, id] of [[`Basic ${btoa("ann:purple: teapot")}`, "ann"], ["Bearer t0ken", "token"]]
  ) {
    const { status, json } = await api.call("GET", "/auth/me", undefined, { authorization });
    const never = "0001-01-01T00:00:00Z";
    const user = { id, username: id, role: "admin", createdAt: never, updatedAt: never };
    assertEquals([status, json], [200, { user }]);
  }
  assertEquals(await me(api, { authorization: `Basic ${btoa("ann:wrong")}` }), 401);
  assertEquals(await me(api, {}), 401);
});

Deno.test("users: without accounts their endpoints say so", async () => {
  await using api = await Api.make();
  for (const path of ["/users", "/api-keys", "/webhooks", "/auth/me"]) {
    assertEquals((await api.get(path)).status, 401, path);
  }
  assertEquals((await login(api, ANN)).status, 401);
});

Deno.test("audit: logins and changes with who did them, for administrators only", async () => {
  await using api = await withPeople();
  const root = await tokenOf(api, ADMIN);
  await login(api, { ...ANN, password: "wrong" });
  await api.call("POST", "/users", { username: "bob", password: "orange sunday pan", role: "viewer" }, root);
  const ann = await tokenOf(api, ANN);
  await api.call("POST", "/users", { username: "eve", password: "orange sunday pan", role: "admin" }, ann);
  assertEquals((await api.call("GET", "/audit", undefined, ann)).status, 403);
  const { json: { entries } } = await api.call("GET", "/audit", undefined, root);
  assertEquals(
    entries.map((entry: Record<string, string>) => [entry.user, entry.action, entry.outcome]),
    [
      ["ann", "POST /users", "refused"],
      ["ann", "login", "done"],
      ["root", "POST /users", "done"],
      ["ann", "login", "refused"],
      ["root", "login", "done"],
    ],
  );
  const file = await Deno.readTextFile(`${api.home}/data/audit/audit.jsonl`);
  for (const secret of [ADMIN.password, ANN.password, "orange sunday pan", "wrong"]) {
    assert(!file.includes(secret), secret);
  }
});
