import { DaguError } from "../../core/errors.ts";
import { assertEquals, assertMatch, assertRejects } from "../../../tests/assert.ts";
import { loadSchema } from "./load_schema.ts";

Deno.test("parameter schemas: redirections are followed, but not to where credentials are told", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/schema") return Response.json({ type: "object" });
    return new Response("", { status: 302, headers: { location: search.slice(1) } });
  });
  const at = `http://127.0.0.1:${server.addr.port}`;
  const why = (url: string) => loadSchema(url, []).then(() => "", (error) => String(error.message));
  assertEquals(await loadSchema(`${at}/to?/schema`, []), { type: "object" });
  const refused = /: at 169\.254\.169\.254 the machine's own credentials may be told$/;
  assertMatch(await why("http://169.254.169.254/x"), refused);
  assertMatch(await why(`${at}/to?http://169.254.169.254/x`), refused);
  assertMatch(await why(`${at}/to?/to?/to`), /after 5 redirections$/);
  await server.shutdown();
});

Deno.test("parameter schemas: of one that never ends no more is taken than may be", async () => {
  const given = Promise.withResolvers<void>();
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(0x10000)),
      cancel: () => given.resolve(),
    });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(endless()),
  );
  const url = `http://127.0.0.1:${server.addr.port}/schema`;
  await assertRejects(() => loadSchema(url, []), DaguError, "more than 1048576 bytes");
  await given.promise;
  await server.shutdown();
});
