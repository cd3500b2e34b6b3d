import { assert, assertEquals } from "../../../tests/assert.ts";
import { EngineError, explainEngine } from "./engine/engine_errors.ts";
import type { Engine } from "./request.ts";
import { EngineApi, type EngineCall, segment } from "./worker_engine.ts";

interface Answering {
  readonly engine: Engine;
  /** Paths with queries, and bodies, as they came. */
  readonly seen: string[];
  readonly api: EngineApi;
}

async function answering(
  handler: (request: Request) => Response | Promise<Response>,
  test: (answering: Answering) => Promise<void>,
  version = "",
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const engine: Engine = { kind: "socket", path: `${folder}/sock`, version };
  const seen: string[] = [];
  const server = Deno.serve({ path: engine.path, onListen: () => {} }, async (request) => {
    const url = new URL(request.url);
    seen.push(`${request.method} ${url.pathname}${url.search} ${await request.text()}`);
    return await handler(request);
  });
  const api = new EngineApi(engine);
  try {
    await test({ engine, seen, api });
  } finally {
    api[Symbol.dispose]();
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

async function failureOf(work: Promise<unknown>): Promise<EngineError> {
  const error = await work.then(() => null, (error: unknown) => error);
  assert(error instanceof EngineError, String(error));
  return error;
}

const PING: EngineCall = { method: "GET", path: "/_ping" };

Deno.test("engine: calls carry version, query and body, and names stay one part of the path", async () => {
  await answering(() => Response.json({ Id: "x" }), async ({ api, seen }) => {
    const path = `/containers/${segment("../images?a")}/exec`;
    const call = { method: "POST", path, query: { t: "1 & 2" }, body: { A: "ü" } } as const;
    assertEquals(await api.json<{ Id: string }>(call), { Id: "x" });
    assertEquals(seen, ['POST /v1.41/containers/..%2Fimages%3Fa/exec?t=1+%26+2 {"A":"ü"}']);
  }, "1.41");
});

Deno.test("engine: what it refuses is told in its own words, with the status", async () => {
  const answers = [
    Response.json({ message: "no such image" }, { status: 404 }),
    new Response("odd", { status: 500 }),
  ];
  await answering(() => answers.shift()!, async ({ api, engine }) => {
    const refused = await failureOf(api.json(PING));
    assertEquals([refused.message, refused.status], ["no such image", 404]);
    assertEquals(explainEngine(refused, engine), "no such image");
    assertEquals((await failureOf(api.json(PING))).message, "odd");
  });
});

Deno.test("engine: a stop ends a call before its answer, and a stream within it", async () => {
  const stop = new AbortController();
  const endless = () => {
    stop.abort("SIGTERM");
    return new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
  };
  await answering(endless, async ({ api }) => {
    assertEquals((await failureOf(api.json({ ...PING, signal: stop.signal }))).status, 0);
    const later = new AbortController();
    const stream = await api.stream({ ...PING, signal: later.signal });
    later.abort("SIGTERM");
    assertEquals(await stream.getReader().read().then(() => "", String), "SIGTERM");
  });
});

Deno.test("engine: one that is not there is named", async () => {
  const engine: Engine = { kind: "socket", path: "/nowhere/sock", version: "" };
  using api = new EngineApi(engine);
  const failure = await failureOf(api.json(PING));
  assertEquals(
    explainEngine(failure, engine),
    "Cannot connect to the Docker daemon at unix:///nowhere/sock: is it running? DOCKER_HOST names another one " +
      "(No such file or directory (os error 2))",
  );
});
