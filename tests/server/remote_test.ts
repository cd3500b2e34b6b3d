/** Other servers are asked through this one. */
import type { RemoteNode } from "../../src/core/remote_node.ts";
import { RemoteNodes } from "../../src/services/server/remote/remote_nodes.ts";
import { assert, assertEquals } from "../assert.ts";
import { Api } from "../support/api.ts";
import { testNeeding } from "../needs.ts";
import { Certificates } from "../support/certificates.ts";
import { until } from "../support/home.ts";
import { freePort } from "../support/free_port.ts";

/** A server that is asked, and what it was asked. */
class Other implements AsyncDisposable {
  readonly seen: { readonly method: string; readonly url: URL; readonly headers: Headers; body: string }[] =
    [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(answer: (url: URL) => Response | Promise<Response>) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const { method, headers } = request;
      const url = new URL(request.url);
      this.seen.push({ method, url, headers, body: await request.text() });
      return await answer(url);
    });
  }

  node(more: Partial<RemoteNode> = {}): RemoteNode {
    return { ...NODE, apiBaseURL: `http://127.0.0.1:${this.#server.addr.port}/base/api/`, ...more };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

const NODE: RemoteNode = {
  name: "other",
  apiBaseURL: "",
  isBasicAuth: false,
  basicAuthUsername: "",
  basicAuthPassword: "",
  isAuthToken: false,
  authToken: "",
  skipTLSVerify: false,
};

async function openApi(node: RemoteNode, patienceMs = 5000) {
  const troubles: unknown[] = [];
  const nodes = new RemoteNodes({ nodes: [node], onTrouble: (_, error) => troubles.push(error), patienceMs });
  const api = await Api.make({ remote: (name, call) => nodes.ask(name, call) });
  return {
    api,
    troubles,
    [Symbol.asyncDispose]: async () => {
      nodes.close();
      await api[Symbol.asyncDispose]();
    },
  };
}

Deno.test("remote node: it gets path, parameters, body and its own credentials, and nothing of who asks", async () => {
  await using other = new Other((url) =>
    url.pathname.endsWith("/start")
      ? Response.json({ dagRunId: "r1" })
      : Response.json({ tags: ["far"], errors: [] }, { headers: { etag: '"7"', "set-cookie": "a=b" } })
  );
  await using open = await openApi(other.node({ isAuthToken: true, authToken: "of-the-node" }));
  const { api } = open;
  const mine = {
    authorization: "Bearer mine",
    cookie: "token=mine",
    "x-forwarded-for": "1.2.3.4",
    origin: "http://localhost:8080",
    "x-dagu-role": "operator",
  };
  const tags = await api.call("GET", "/dags/tags?remoteNode=other", undefined, mine);
  assertEquals([tags.status, tags.json.tags, tags.headers.get("etag")], [200, ["far"], '"7"']);
  assertEquals(tags.headers.get("set-cookie"), null);
  assert(tags.headers.get("content-security-policy")!.includes("default-src 'self'"));
  const start = await api.call("POST", "/dags/a%20b/start?remoteNode=other&x=1", { params: "P=1" }, mine);
  assertEquals([start.status, start.json], [200, { dagRunId: "r1" }]);
  const [first, second] = other.seen;
  assertEquals([first.method, first.url.pathname, first.url.search], ["GET", "/base/api/dags/tags", ""]);
  assertEquals(
    [second.method, second.url.pathname, second.url.search, second.body],
    ["POST", "/base/api/dags/a%20b/start", "?x=1", '{"params":"P=1"}'],
  );
  for (const { headers } of other.seen) {
    assertEquals(headers.get("authorization"), "Bearer of-the-node");
    assertEquals(headers.get("x-dagu-role"), "operator");
    for (const name of ["cookie", "x-forwarded-for", "origin"]) assertEquals(headers.get(name), null, name);
  }
  assertEquals(api.asked, [], "nothing is done here");
});

Deno.test("remote node: a name and a password go as basic authentication", async () => {
  await using other = new Other(() => Response.json({ tags: [], errors: [] }));
  await using open = await openApi(
    other.node({ isBasicAuth: true, basicAuthUsername: "jörg", basicAuthPassword: "p:w" }),
  );
  await open.api.get("/dags/tags?remoteNode=other");
  const [, text] = other.seen[0].headers.get("authorization")!.split(" ");
  assertEquals(new TextDecoder().decode(Uint8Array.fromBase64(text)), "jörg:p:w");
});

Deno.test("remote node: what it refuses is told with code and message; strange answers are a bad gateway", async () => {
  const refusal = (status: number, code: string, message: string) =>
    Response.json({ code, message }, { status });
  const answers: Record<string, () => Response> = {
    missing: () => refusal(404, "not_found", "DAG missing not found"),
    silent: () => refusal(409, "already_exists", ""),
    locked: () => refusal(401, "unauthorized", "Log in first"),
    broken: () => refusal(500, "internal_error", "it fell over"),
    moved: () => new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/" } }),
    page: () => new Response("<html>", { headers: { "content-type": "text/html" } }),
    plain: () => new Response("no JSON", { status: 400 }),
  };
  await using other = new Other((url) => answers[url.pathname.split("/").at(-1)!]!());
  await using open = await openApi(other.node());
  const ask = async (name: string) => {
    const { status, json } = await open.api.get(`/dags/${name}?remoteNode=other`);
    return [status, json.code, json.message];
  };
  assertEquals(await ask("missing"), [404, "not_found", "DAG missing not found"]);
  assertEquals(await ask("silent"), [409, "already_exists", 'The remote node "other" refuses this']);
  const gives = 'The remote node "other" gives no answer:';
  const credentials = `${gives} it does not take the credentials that are configured for it`;
  assertEquals(await ask("locked"), [502, "bad_gateway", credentials]);
  assertEquals(await ask("broken"), [502, "bad_gateway", `${gives} it fell over`]);
  assertEquals(await ask("moved"), [502, "bad_gateway", `${gives} it answered 302`]);
  assertEquals(await ask("page"), [502, "bad_gateway", `${gives} it answered with text/html`]);
  assertEquals(await ask("plain"), [502, "bad_gateway", `${gives} it answered 400`]);
});

Deno.test("remote node: one that cannot be reached, or is slow, is told of without its address", async () => {
  await using silent = await openApi({ ...NODE, apiBaseURL: `http://127.0.0.1:${freePort()}/api` });
  const reply = await silent.api.get("/dags?remoteNode=other");
  assertEquals(
    [reply.status, reply.json.code, reply.json.message],
    [502, "remote_node_error", 'Cannot reach the remote node "other": nobody listens there'],
  );
  assertEquals(silent.troubles.length, 1);
  const late = Promise.withResolvers<Response>();
  await using other = new Other(() => late.promise);
  await using slow = await openApi(other.node(), 50);
  const message = (await slow.api.get("/dags?remoteNode=other")).json.message;
  assertEquals(message, 'Cannot reach the remote node "other": it did not answer within 0.05 seconds');
  late.resolve(new Response());
});

testNeeding({
  name: "remote node: its certificate is checked, unless the configuration says otherwise",
  needs: ["openssl"],
  fn: async () => {
    await using certificates = await Certificates.make();
    const listen = { hostname: "localhost", port: 0, onListen: () => {} };
    const pair = { cert: certificates.text("server.pem"), key: certificates.text("server-key.pem") };
    const server = Deno.serve({ ...listen, ...pair }, () => Response.json({ tags: ["safe"], errors: [] }));
    const node = { ...NODE, apiBaseURL: `https://localhost:${server.addr.port}/api` };
    await using careful = await openApi(node);
    const refused = await careful.api.get("/dags/tags?remoteNode=other");
    assertEquals(
      [refused.status, refused.json.message],
      [502, 'Cannot reach the remote node "other": its certificate is not trusted'],
    );
    await using careless = await openApi({ ...node, skipTLSVerify: true });
    assertEquals((await careless.api.json("/dags/tags?remoteNode=other")).tags, ["safe"]);
    await server.shutdown();
  },
});

Deno.test("remote node: names and bodies are checked before it is asked, others are not known", async () => {
  await using other = new Other(() => Response.json({}));
  await using open = await openApi(other.node());
  const { api } = open;
  assertEquals((await api.get("/dags/a%2f..%2fb?remoteNode=other")).status, 400);
  assertEquals((await api.get("/dag-runs/a/..%2f..?remoteNode=other")).status, 400);
  assertEquals((await api.call("POST", "/dags/a/start?remoteNode=other", "{{")).status, 400);
  assertEquals((await api.call("POST", "/dags/a/start?remoteNode=other", "[".repeat(100))).status, 400);
  assertEquals(
    (await api.get("/dags?remoteNode=third")).json.message,
    'The remote node "third" is not known',
  );
  assertEquals(other.seen, []);
  assertEquals((await api.json("/remote-nodes")).remoteNodes, [{ name: "other" }]);
});

Deno.test("remote node: events pass as they come, until who listens has gone", async () => {
  let gone = false;
  const encoder = new TextEncoder();
  await using other = new Other(() =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(encoder.encode("event: hello\ndata: {}\n\n")),
        cancel: () => {
          gone = true;
        },
      }),
      { headers: { "content-type": "text/event-stream" } },
    )
  );
  const nodes = new RemoteNodes({ nodes: [other.node()], onTrouble: () => {} });
  const leaving = new AbortController();
  const call = { method: "GET", role: "admin" as const, path: "/events", headers: new Headers(), body: null };
  const response = await nodes.ask("other", {
    ...call,
    gone: leaving.signal,
    stillIn: () => Promise.resolve(true),
  })!;
  assertEquals(response.headers.get("cache-control"), "no-store, no-transform");
  const reader = response.body!.getReader();
  assertEquals(new TextDecoder().decode((await reader.read()).value), "event: hello\ndata: {}\n\n");
  leaving.abort();
  await reader.read().catch(() => {});
  await until(() => gone, "the end of the stream");
  nodes.close();
});
