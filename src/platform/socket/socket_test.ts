import { assert, assertEquals, assertRejects, assertThrows } from "../../../tests/assert.ts";
import { DaguError } from "../../core/errors.ts";
import { requestSocket, serveSocket, type SocketHandler } from "./socket.ts";
import { socketPath } from "./socket_path.ts";

async function withServer(handler: SocketHandler, run: (path: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/s.sock`;
  const server = await serveSocket(path, handler);
  try {
    await run(path);
  } finally {
    server.close();
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("a request is answered, the socket is closed to others", () =>
  withServer((request, reply) => reply({ echo: request }), async (path) => {
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    assertEquals(await requestSocket(path, { text: "ü\n" }), { echo: { text: "ü\n" } });
    const big = "x".repeat(300_000);
    assertEquals(await requestSocket(path, big), { echo: big });
  }));

Deno.test("a stream gives every line and ends", () =>
  withServer(async (_, reply) => {
    for (let i = 1; i <= 3; i++) await reply(i);
  }, async (path) => {
    const seen: unknown[] = [];
    assertEquals(await requestSocket(path, null, (value) => seen.push(value)), 3);
    assertEquals(seen, [1, 2, 3]);
  }));

Deno.test("many askers at once", () =>
  withServer((request, reply) => reply(request), async (path) => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => requestSocket(path, i)));
    assertEquals(answers, Array.from({ length: 50 }, (_, i) => i));
  }));

Deno.test("errors of the handler reach the asker, and the next one is served", () =>
  withServer((request, reply) => {
    if (request === "bad") throw new Error("Cannot do that");
    return reply("fine");
  }, async (path) => {
    await assertRejects(() => requestSocket(path, "bad"), DaguError, "Cannot do that");
    assertEquals(await requestSocket(path, "good"), "fine");
  }));

Deno.test("the handler learns that the asker hung up", async () => {
  const gone = Promise.withResolvers<void>();
  await withServer(async (_, reply, signal) => {
    signal.addEventListener("abort", () => gone.resolve());
    await reply("first");
    await gone.promise;
  }, async (path) => {
    const stop = new AbortController();
    await requestSocket(path, null, () => stop.abort(), { signal: stop.signal, timeoutMs: 0 });
    await gone.promise;
  });
});

Deno.test("a silent process is given up", () => {
  const end = Promise.withResolvers<void>();
  return withServer(() => end.promise, async (path) => {
    await assertRejects(
      () => requestSocket(path, null, undefined, { timeoutMs: 20 }),
      DaguError,
      "silent for too long",
    );
    end.resolve();
  });
});

Deno.test("nobody listens: an error that names the socket; a stale file is replaced", async () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/s.sock`;
  await assertRejects(() => requestSocket(path, 1), DaguError, `Cannot reach the process behind "${path}"`);
  Deno.writeTextFileSync(path, "left by a killed process");
  const server = await serveSocket(path, (_, reply) => reply("new"));
  assertEquals(await requestSocket(path, 1), "new");
  server.close();
  server.close();
  await assertRejects(() => requestSocket(path, 1), DaguError);
  await assertRejects(() => serveSocket(`${folder}/no/s.sock`, () => {}), DaguError, "Cannot listen");
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("socket paths are short, private, stable, and differ by key", () => {
  const folder = Deno.makeTempDirSync();
  const deep = `${folder}/${"long/".repeat(30)}`;
  const env = { TMPDIR: folder };
  for (const dataDir of [folder, deep]) {
    const path = socketPath(dataDir, "a", env);
    assert(path.length <= 107 && path.endsWith(".sock"));
    assertEquals(socketPath(dataDir, "a", env), path);
    assert(socketPath(dataDir, "b", env) !== path);
    assertEquals(Deno.statSync(path.slice(0, path.lastIndexOf("/"))).mode! & 0o777, 0o700);
  }
  assert(socketPath(folder, "a", env) !== socketPath(deep, "a", env));
  assert(socketPath(deep, "a", { XDG_RUNTIME_DIR: `${folder}/run` }).startsWith(`${folder}/run/dagu/`));
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("a link that somebody put in place of the folder is not used", () => {
  const folder = Deno.makeTempDirSync();
  Deno.mkdirSync(`${folder}/elsewhere`);
  Deno.symlinkSync("elsewhere", `${folder}/sock`);
  const path = socketPath(folder, "a", { TMPDIR: folder });
  assert(path.startsWith(`${folder}/dagu-`), path);
  Deno.removeSync(`${folder}/dagu-${Deno.uid()}`, { recursive: true });
  Deno.symlinkSync("elsewhere", `${folder}/dagu-${Deno.uid()}`);
  assertThrows(() => socketPath(folder, "a", { TMPDIR: folder }), DaguError, "Cannot find a folder");
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("a closed socket is gone at once: its process may end in the same breath", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const server = await serveSocket(`${folder}/s.sock`, () => {});
    server.close();
    assertEquals([...Deno.readDirSync(folder)], []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
