import { assert, assertEquals, assertRejects } from "../../../tests/assert.ts";
import { Certificates } from "../../../tests/support/certificates.ts";
import { DaguError } from "../../core/errors.ts";
import type { Client, HttpServerOptions } from "./handler.ts";
import { serveHttps } from "./https_server.ts";

type Handler = HttpServerOptions["handler"];

async function withServer(
  handler: Handler,
  work: (get: (path: string, init?: RequestInit) => Promise<Response>) => Promise<void>,
): Promise<void> {
  await using certificates = await Certificates.make();
  const defects: unknown[] = [];
  const server = await serveHttps(
    { host: "127.0.0.1", port: 0, handler, onError: (error) => defects.push(error), perAddress: 9 },
    { certFile: certificates.path("server.pem"), keyFile: certificates.path("server-key.pem"), caFile: "" },
  );
  using client = Deno.createHttpClient({ caCerts: [certificates.text("ca.pem")] });
  try {
    await work((path, init = {}) => fetch(`https://127.0.0.1:${server.port}${path}`, { ...init, client }));
    assertEquals(defects, []);
  } finally {
    await server.close(AbortSignal.abort());
  }
}

Deno.test("https: method, path, headers and body arrive; status, cookies and body go back", async () => {
  const seen: (string | null)[] = [];
  const clients: Client[] = [];
  const handler: Handler = async (request, client) => {
    clients.push(client);
    const { pathname, search } = new URL(request.url);
    const body = await request.text();
    seen.push(request.method, pathname + search, request.headers.get("x-one"), body);
    const answer = new Response(`got ${body.length}`, { status: 201 });
    answer.headers.append("set-cookie", "a=1");
    answer.headers.append("set-cookie", "b=2");
    return answer;
  };
  await withServer(handler, async (get) => {
    const body = "ü".repeat(200_000);
    const reply = await get("/x/%2F?q=1", { method: "POST", body, headers: { "x-one": "1" } });
    assertEquals([reply.status, await reply.text()], [201, `got ${body.length}`]);
    assertEquals(reply.headers.getSetCookie(), ["a=1", "b=2"]);
    assertEquals(seen, ["POST", "/x/%2F?q=1", "1", body]);
    assertEquals(clients[0].address, "127.0.0.1");
  });
});

Deno.test("https: texts are compressed for those who accept it, and keep their mark", async () => {
  const handler: Handler = () =>
    new Response(JSON.stringify({ text: "x".repeat(10_000) }), {
      headers: { "content-type": "application/json", etag: '"one"' },
    });
  await withServer(handler, async (get) => {
    const reply = await get("/");
    assertEquals((await reply.json()).text.length, 10_000);
    assertEquals([reply.headers.get("etag"), reply.headers.get("vary")], ['W/"one"', "accept-encoding"]);
    assertEquals(reply.headers.get("strict-transport-security"), "max-age=31536000");
    const plain = await get("/", { headers: { "accept-encoding": "identity" } });
    assertEquals([plain.headers.get("etag"), (await plain.text()).length], ['"one"', 10_011]);
  });
});

Deno.test("https: a stream is sent as it comes, and ends when the client goes", async () => {
  const ended = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const handler: Handler = (_, client) => {
    client.gone().addEventListener("abort", () => gone.resolve());
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
      cancel: () => ended.resolve(),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  await withServer(handler, async (get) => {
    const cut = new AbortController();
    const reply = await get("/", { signal: cut.signal });
    const reader = reply.body!.getReader();
    assertEquals(new TextDecoder().decode((await reader.read()).value), "data: 1\n\n");
    cut.abort();
    await Promise.all([ended.promise, gone.promise]);
    await reader.read().catch(() => {});
  });
});

Deno.test("https: a key that everybody may read, and files that are missing, are refused by name", async () => {
  await using certificates = await Certificates.make();
  const [certFile, keyFile] = [certificates.path("server.pem"), certificates.path("server-key.pem")];
  const listen = {
    host: "127.0.0.1",
    port: 0,
    handler: () => new Response(),
    onError: () => {},
    perAddress: 9,
  };
  const refusal = async (files: { certFile: string; keyFile: string }) =>
    (await assertRejects(() => serveHttps(listen, { ...files, caFile: "" }), DaguError)).message;
  assert((await refusal({ certFile: "/no/cert.pem", keyFile })).includes('"/no/cert.pem"'));
  assert((await refusal({ certFile, keyFile: "/no/key.pem" })).includes('"/no/key.pem"'));
  Deno.chmodSync(keyFile, 0o644);
  assert((await refusal({ certFile, keyFile })).includes("others may read it"));
});

Deno.test("https: with an authority for clients nobody gets in without its certificate", async () => {
  await using certificates = await Certificates.make();
  let asked = 0;
  const handler = () => {
    asked++;
    return new Response("in");
  };
  const server = await serveHttps({ host: "127.0.0.1", port: 0, handler, onError: () => {}, perAddress: 9 }, {
    certFile: certificates.path("server.pem"),
    keyFile: certificates.path("server-key.pem"),
    caFile: certificates.path("ca.pem"),
  });
  const caCerts = [certificates.text("ca.pem")];
  using stranger = Deno.createHttpClient({ caCerts });
  const pair = { cert: certificates.text("client.pem"), key: certificates.text("client-key.pem") };
  using known = Deno.createHttpClient({ caCerts, ...pair });
  const url = `https://127.0.0.1:${server.port}/`;
  try {
    assertEquals(await (await fetch(url, { client: known })).text(), "in");
    await assertRejects(() => fetch(url, { client: stranger }), Error);
    assertEquals(asked, 1);
  } finally {
    await server.close(AbortSignal.abort());
  }
});
