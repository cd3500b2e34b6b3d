/** Who gets in, and with what. */
import { assert, assertEquals } from "../assert.ts";
import { Api } from "../support/api.ts";

Deno.test("guard: only the names of this server are answered", async () => {
  await using api = await Api.make();
  for (
    const host of ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.nip.io", ""]
  ) {
    const reply = await api.call("GET", "/health", undefined, { host });
    assertEquals([reply.status, reply.json.code], [403, "forbidden"], host);
    assertEquals((await api.call("GET", "/nothing/there", undefined, { host })).status, 403);
  }
  for (const host of ["localhost", "LOCALHOST:8080", "localhost:1"]) {
    assertEquals((await api.call("GET", "/health", undefined, { host })).status, 200, host);
  }
});

Deno.test("guard: other sites change nothing, also where a GET does", async () => {
  await using api = await Api.make();
  api.dag("one", "steps:\n  - echo\n");
  const foreign: Record<string, string>[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: "http://localhost:9999" },
  ];
  const unsafe = api.routes.filter((route) => route.unsafe);
  assert(unsafe.length > 0);
  for (const route of unsafe) {
    for (const headers of foreign) {
      const path = route.at.replace(/\{\w+\}/g, "one");
      const body = route.method === "get" || route.method === "delete" ? undefined : {};
      const reply = await api.call(route.method.toUpperCase(), path, body, headers);
      assertEquals(reply.status, 403, `${route.method} ${path} ${JSON.stringify(headers)}`);
    }
  }
  assertEquals(api.asked, []);
});

Deno.test("guard: every answer carries the headers that browsers obey, and none opens it to other sites", async () => {
  await using api = await Api.make();
  for (const path of ["/health", "/dags", "/dags/nope", "/nothing", "/docs", "/metrics"]) {
    const { headers } = await api.call("GET", path, undefined, { origin: "http://evil.example" });
    assert(headers.get("content-security-policy")!.includes("default-src 'self'"), path);
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("referrer-policy"), "no-referrer");
    assertEquals(headers.get("access-control-allow-origin"), null);
    assert(/no-store|no-cache/.test(headers.get("cache-control")!), path);
  }
});

Deno.test("guard: other servers are asked only for those who are known here", async () => {
  const asked: string[] = [];
  const remote = (node: string) => {
    asked.push(node);
    return Promise.resolve(new Response("{}", { headers: { "content-type": "text/plain" } }));
  };
  for (const dags of [null, ["one"]]) {
    const authenticate = () => Promise.resolve({ name: "me", role: "viewer" as const, dags });
    await using api = await Api.make({ authenticate, remote });
    for (const route of api.routes.filter((route) => route.method === "get")) {
      const may = dags === null && route.role === "viewer";
      const before = asked.length;
      await api.send(
        new Request(`http://localhost/api/v2${route.at.replace(/\{\w+\}/g, "one")}?remoteNode=other`, {
          headers: { host: "localhost" },
        }),
        // It is not of the shape that the route declares.
      ).catch(() => {});
      assertEquals(asked.length - before, may ? 1 : 0, `${route.at} ${dags}`);
    }
  }
});

Deno.test("guard: who is kept to some DAGs reaches no other one, whatever the endpoint", async () => {
  const authenticate = () => Promise.resolve({ name: "me", role: "admin" as const, dags: ["one"] });
  await using api = await Api.make({ authenticate });
  for (const name of ["one", "two"]) api.dag(name, "steps:\n  - echo\n");
  const routes = api.routes.filter((route) => route.role !== "public" && route.role !== "anyone");
  const ofOneDag = routes.filter((route) => /\{(fileName|name)\}/.test(route.at));
  const changing = routes.filter((route) => route.unsafe && !ofOneDag.includes(route));
  assert(ofOneDag.length > 20 && changing.length > 3);
  for (const route of [...ofOneDag, ...changing]) {
    const path = route.at.replace(/\{(fileName|name)\}/g, "two").replace(/\{userId\}|\{keyId\}/g, ID)
      .replace(/\{\w+\}/g, "one");
    const body = route.method === "get" || route.method === "delete" ? undefined : {};
    const reply = await api.call(route.method.toUpperCase(), path, body);
    assertEquals([reply.status, reply.json?.code], [403, "forbidden"], `${route.method} ${path}`);
  }
  assertEquals(api.asked, []);
  assertEquals((await api.get("/dags/one")).status, 200);
});

Deno.test("guard: figures that name all DAGs are not for who is kept to some", async () => {
  for (const [dags, status] of [[null, 200], [["one"], 403]] as const) {
    const authenticate = () => Promise.resolve({ name: "me", role: "admin" as const, dags });
    await using api = await Api.make({ authenticate });
    assertEquals((await api.get("/metrics")).status, status);
  }
});

const ID = "0190a2b4-0000-7000-8000-000000000001";
