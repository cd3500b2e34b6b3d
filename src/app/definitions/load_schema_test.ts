import { assertEquals, assertMatch } from "../../../tests/assert.ts";
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
