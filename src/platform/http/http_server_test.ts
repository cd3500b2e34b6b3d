import { assert, assertEquals } from "../../../tests/assert.ts";
import type { HttpServerOptions } from "./handler.ts";
import { WholeResponse } from "./whole_response.ts";
import { CLIENT_LIMITS, serveHttp } from "./http_server.ts";

type Handler = HttpServerOptions["handler"];

const encoder = new TextEncoder();
const whole = (text: string, init: ResponseInit = {}) => new WholeResponse(encoder.encode(text), init);

/** Says what it got. */
const echo: Handler = async (request) => {
  const { pathname, search } = new URL(request.url);
  return whole(`${request.method} ${pathname}${search} ${await request.text()}`);
};

interface Place {
  readonly port: number;
  /** Sends something as it is, and reads until the server closes. */
  readonly raw: (...parts: string[]) => Promise<string>;
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
}

async function withServer(
  handler: Handler,
  work: (place: Place) => Promise<void>,
  limits: Partial<typeof CLIENT_LIMITS> = {},
): Promise<void> {
  const defects: unknown[] = [];
  const options = {
    host: "127.0.0.1",
    port: 0,
    handler,
    onError: (error: unknown) => defects.push(error),
    perAddress: 9,
  };
  const server = serveHttp(options, { ...CLIENT_LIMITS, ...limits });
  const { port } = server;
  const client = Deno.createHttpClient({});
  try {
    await work({
      port,
      raw: (...parts) => talk(port, parts),
      get: (path, init = {}) => fetch(`http://127.0.0.1:${port}${path}`, { ...init, client }),
    });
    assertEquals(defects, []);
  } finally {
    client.close();
    await server.close(AbortSignal.abort());
  }
}

async function talk(port: number, parts: readonly string[]): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  for (const part of parts) {
    await conn.write(Uint8Array.from(part, (char) => char.charCodeAt(0)));
    // So that they arrive one by one.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return await new Response(conn.readable).text();
}

const statuses = (text: string) => [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => Number(match[1]));
const HOST = "Host: a\r\n";

Deno.test("http: method, path, headers and body arrive; status, cookies and body go back", () =>
  withServer(async (request, client) => {
    const body = await request.text();
    const answer = whole(
      `${client.address} ${new URL(request.url).pathname} ${request.headers.get("x-one")} ${body.length}`,
      { status: 201 },
    );
    answer.headers.append("set-cookie", "a=1");
    answer.headers.append("set-cookie", "b=2");
    return answer;
  }, async ({ get }) => {
    const body = "ü".repeat(200_000);
    for (let i = 0; i < 3; i++) {
      const reply = await get("/x/%2F?q=1", { method: "POST", body, headers: { "x-one": "1" } });
      assertEquals([reply.status, await reply.text()], [201, "127.0.0.1 /x/%2F 1 200000"]);
      assertEquals(reply.headers.getSetCookie(), ["a=1", "b=2"]);
    }
  }));

Deno.test("http: requests that come at once are answered one by one", () =>
  withServer(echo, async ({ raw }) => {
    const text = await raw(
      `GET /a HTTP/1.1\r\n${HOST}\r\nPOST /b HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nhi` +
        `GET /c HTTP/1.1\r\n${HOST}Connection: close\r\n\r\nGET /d HTTP/1.1\r\n${HOST}\r\n`,
    );
    assertEquals([...text.matchAll(/(GET|POST) \/. (hi)?/g)].map(([found]) => found), [
      "GET /a ",
      "POST /b hi",
      "GET /c ",
    ]);
  }));

Deno.test("http: hundreds of clients at once all get their answers", () =>
  withServer(echo, async ({ raw }) => {
    const ask = (_: unknown, i: number) => raw(`GET /${i} HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
    const answers = await Promise.all(Array.from({ length: 400 }, ask));
    assertEquals(answers.filter((text, i) => text.endsWith(`GET /${i} `)).length, 400);
  }));

Deno.test("http: a request in pieces, a body in chunks", () =>
  withServer(echo, async ({ raw }) => {
    const text = await raw(
      "POST /a HT",
      `TP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nConnection: close\r`,
      "\n\r",
      "\n3;x=1\r\nabc\r",
      "\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
    );
    assert(text.endsWith("POST /a abcde"), text);
  }));

Deno.test("http: the client is told to go on when the body is wanted", () =>
  withServer(echo, async ({ raw }) => {
    const head =
      `POST /a HTTP/1.1\r\n${HOST}Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`;
    assertEquals(statuses(await raw(head, "", "hi")), [100, 200]);
  }));

Deno.test("http: HEAD and statuses without content have no body; HTTP/1.0 gets no chunks", () =>
  withServer((request) => {
    if (request.url.endsWith("/stream")) return new Response(new Blob(["streamed"]).stream());
    return request.url.endsWith("/304") ? new Response(null, { status: 304 }) : whole("text");
  }, async ({ raw, get }) => {
    const bodiless = await raw(
      `HEAD / HTTP/1.1\r\n${HOST}\r\nGET /304 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
    );
    assertEquals(statuses(bodiless), [200, 304]);
    assert(!bodiless.includes("text"), bodiless);
    const old = await raw("GET /stream HTTP/1.0\r\n\r\n");
    assert(old.endsWith("\r\n\r\nstreamed"), old);
    assertEquals(await (await get("/stream")).text(), "streamed");
    assertEquals(await (await get("/text")).text(), "text");
  }));

const REFUSED: readonly (readonly [head: string, status: number])[] = [
  ["nonsense\r\n\r\n", 400],
  ["GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["get / HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["GET / HTTP/1.1\r\n\r\n", 400],
  ["GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400],
  ["GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400],
  ["PRI * HTTP/2.0\r\n\r\n", 400],
  ["GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400],
  ["GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n", 400],
  ["GET / HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n", 400],
  ["GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", 400],
  ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", 400],
  ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\nab", 400],
  ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\nab", 400],
  ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
  ["POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400],
  ["POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
  ["POST / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nContent-Length: 2\r\n\r\nab", 417],
  ["TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405],
  [`GET / HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(100)}\r\n`, 431],
  [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(70_000)}\r\n\r\n`, 431],
];
for (const [head, status] of REFUSED) {
  Deno.test(`http: ${JSON.stringify(head.slice(0, 80))} is refused, and nothing after it is read`, () =>
    withServer(echo, async ({ raw }) => {
      assertEquals(statuses(await raw(head + `GET /next HTTP/1.1\r\n${HOST}\r\n`)), [status]);
    }));
}

for (
  const body of [
    "zz\r\nab\r\n0\r\n\r\n",
    "2\r\nabc\r\n0\r\n\r\n",
    "2\nab\r\n0\r\n\r\n",
    "-1\r\n",
    "fffffffff\r\n",
  ]
) {
  Deno.test(`http: chunks like ${JSON.stringify(body)} end the connection`, () =>
    withServer(
      (request) => request.text().then(() => whole("read"), () => whole("broken", { status: 400 })),
      async ({ raw }) => {
        const head = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
        assertEquals(statuses(await raw(`${head}${body}GET /next HTTP/1.1\r\n${HOST}\r\n`)), [400]);
      },
    ));
}

Deno.test("http: a body that nobody reads is not taken for a request", () =>
  withServer(() => whole("no", { status: 413 }), async ({ raw }) => {
    const inner = `GET /inner HTTP/1.1\r\n${HOST}\r\n`;
    const head = (method: string) => `${method} / HTTP/1.1\r\n${HOST}Content-Length: ${inner.length}\r\n\r\n`;
    assertEquals(statuses(await raw(head("POST") + inner)), [413]);
    assertEquals(statuses(await raw(head("GET") + inner)), [413]);
  }));

Deno.test("http: texts are compressed for those who accept it, and keep their mark", () =>
  withServer((request) => {
    const headers = { "content-type": "application/json", etag: '"one"' };
    return whole(JSON.stringify({ text: "x".repeat(request.url.endsWith("/small") ? 10 : 10_000) }), {
      headers,
    });
  }, async ({ get }) => {
    const reply = await get("/");
    assertEquals((await reply.json()).text.length, 10_000);
    assertEquals([reply.headers.get("etag"), reply.headers.get("vary")], ['W/"one"', "accept-encoding"]);
    const plain = await get("/", { headers: { "accept-encoding": "identity" } });
    assertEquals([plain.headers.get("etag"), (await plain.json()).text.length], ['"one"', 10_000]);
    const small = await get("/small");
    assertEquals([small.headers.get("etag"), (await small.json()).text.length], ['"one"', 10]);
  }));

Deno.test("http: an answer in pieces goes on until the client goes away", async () => {
  const ended = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  await withServer((_request, client) => {
    client.gone().addEventListener("abort", () => told.resolve());
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(encoder.encode("first")),
      cancel: () => ended.resolve(),
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }, async ({ get }) => {
    const stop = new AbortController();
    const reply = await get("/", { signal: stop.signal });
    const reader = reply.body!.getReader();
    assertEquals(new TextDecoder().decode((await reader.read()).value), "first");
    stop.abort();
    await Promise.all([ended.promise, told.promise]);
  });
});

Deno.test("http: who goes away behind a further request that nobody reads yet is noticed too", async () => {
  const ended = Promise.withResolvers<void>();
  await withServer(
    () => new Response(new ReadableStream({ cancel: () => ended.resolve() })),
    async ({ port }) => {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port });
      await conn.write(encoder.encode(`GET / HTTP/1.1\r\n${HOST}\r\nGET / HTTP/1.1\r\n`));
      await conn.closeWrite();
      await ended.promise;
    },
  );
});

for (
  const [what, sent, limit] of [
    ["says nothing", "", "headMs"],
    ["does not end its head", `GET / HTTP/1.1\r\n${HOST}`, "headMs"],
    ["does not end its body", `POST / HTTP/1.1\r\n${HOST}Content-Length: 9\r\n\r\n1`, "requestMs"],
    ["has no further request", `GET / HTTP/1.1\r\n${HOST}\r\n`, "idleMs"],
  ] as const
) {
  Deno.test(`http: a client that ${what} is hung up on`, () =>
    withServer(
      (request) => request.text().then(() => whole(""), () => whole("", { status: 400 })),
      async ({ raw }) => assertEquals(statuses(await raw(sent)), limit === "idleMs" ? [200] : []),
      { [limit]: 1 },
    ));
}

Deno.test("http: a client that has sent all is not hung up on, however long the answer takes", async () => {
  const late = Promise.withResolvers<void>();
  const handler: Handler = async (request) => {
    const body = await request.text().catch(() => "");
    if (body === "all") await late.promise;
    return whole(body);
  };
  await withServer(handler, async ({ raw }) => {
    const head = (length: number) =>
      `POST / HTTP/1.1\r\n${HOST}Connection: close\r\nContent-Length: ${length}\r\n\r\n`;
    const waiting = raw(head(3) + "all");
    // By now the time of the first one is over, too.
    await raw(head(9) + "some");
    late.resolve();
    assert((await waiting).endsWith("all"));
  }, { requestMs: 1 });
});

Deno.test("http: a client that takes nothing is hung up on", async () => {
  const ended = Promise.withResolvers<void>();
  await withServer(() => {
    const piece = new Uint8Array(1 << 20);
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(piece),
      cancel: () => ended.resolve(),
    });
    return new Response(stream);
  }, async ({ port }) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(encoder.encode(`GET / HTTP/1.1\r\n${HOST}\r\n`));
    await ended.promise;
  }, { answerMs: 1 });
});

Deno.test("http: who waits for an answer gets it when the server ends, and nobody else is taken", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const handler: Handler = () => {
    asked.resolve();
    return answer.promise;
  };
  const server = serveHttp({ host: "127.0.0.1", port: 0, handler, onError: () => {}, perAddress: 9 });
  using idle = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const waiting = talk(server.port, [`GET / HTTP/1.1\r\n${HOST}\r\n`]);
  await asked.promise;
  const closed = server.close();
  assertEquals(await idle.read(new Uint8Array(9)), null);
  answer.resolve(whole("late"));
  assert((await waiting).endsWith("late"));
  await closed;
});

Deno.test("http: a handler that throws is a defect, and the server goes on", async () => {
  const defects: unknown[] = [];
  const handler: Handler = (request) => {
    if (request.url.endsWith("/bad")) throw new Error("bad");
    return whole("good");
  };
  const onError = (error: unknown) => defects.push(error);
  const server = serveHttp({ host: "127.0.0.1", port: 0, handler, onError, perAddress: 9 });
  const text = await talk(server.port, [
    `GET /bad HTTP/1.1\r\n${HOST}\r\nGET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
  ]);
  assertEquals([statuses(text), defects.length], [[500, 200], 1]);
  await server.close();
});
