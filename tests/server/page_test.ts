/** The web page as it is served: names, caching, what it may load, every address. */
import { readWebFiles, WEB_INDEX, type WebIndex } from "../../src/platform/bundle/web_files.ts";
import { everybodyIsAdmin, makeGuard } from "../../src/services/server/access/guard.ts";
import type { Handler } from "../../src/services/server/http/dispatch.ts";
import { pageHandler } from "../../src/services/server/page/page_handler.ts";
import { bundleWithDeno, bundleWithEsbuild } from "../../src/platform/bundle/web_bundler.ts";
import { DaguError } from "../../src/core/errors.ts";
import { assert, assertEquals } from "../assert.ts";

const CLIENT = { address: "127.0.0.1", gone: () => new AbortController().signal };

function handler(basePath = "", load = readWebFiles): Handler {
  const guard = makeGuard({ names: ["localhost"], anyAddress: false }, everybodyIsAdmin);
  return pageHandler({ basePath, api: `${basePath}/api/v2`, title: 'A "title" <b>', guard, load });
}

async function ask(
  handler: Handler,
  path: string,
  headers: HeadersInit = {},
  method = "GET",
): Promise<Response> {
  const all = {
    host: "localhost:8080",
    "accept-encoding": "gzip",
    ...Object.fromEntries(new Headers(headers)),
  };
  return await handler(new Request(`http://localhost:8080${path}`, { method, headers: all }), CLIENT);
}

async function unpacked(response: Response): Promise<string> {
  assertEquals(response.headers.get("content-encoding"), "gzip");
  return await new Response(response.body!.pipeThrough(new DecompressionStream("gzip"))).text();
}

async function index(): Promise<WebIndex> {
  return JSON.parse(new TextDecoder().decode((await readWebFiles()).get(WEB_INDEX)));
}

Deno.test("page: every address of the page gives the same document, which nothing may cache unasked", async () => {
  const page = handler();
  const first = await ask(page, "/");
  assertEquals(first.status, 200);
  assertEquals(first.headers.get("cache-control"), "no-cache");
  const text = await unpacked(first);
  assert(text.includes("A &quot;title&quot; &lt;b>"), text);
  assert(!/<script(?![^>]* src=)/.test(text) && !/ on\w+=/.test(text), "it holds a script");
  for (const path of ["/runs?q=status:failed", "/w/etl/graph", "/r/a%2Fb/0190", "/nowhere"]) {
    assertEquals(await unpacked(await ask(page, path)), text, path);
  }
  const again = await ask(page, "/queues", { "if-none-match": first.headers.get("etag")! });
  assertEquals([again.status, await again.text()], [304, ""]);
});

Deno.test("page: it may load from this server only, and run no script but files", async () => {
  const policy = (await ask(handler(), "/")).headers.get("content-security-policy")!;
  const rules = new Map(policy.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1)]));
  assertEquals(rules.get("default-src"), ["'none'"]);
  assertEquals(rules.get("script-src"), ["'self'"]);
  assertEquals(rules.get("connect-src"), ["'self'"]);
  assert(!/unsafe-eval|https?:|\*/.test(policy), policy);
});

Deno.test("page: its files have names that change with them, and are kept for ever", async () => {
  const page = handler();
  const { script, style, icon, preload } = await index();
  for (const name of [script, style, icon, ...preload]) {
    assert(/-[0-9A-Za-z]{8,10}\.(js|css|svg)$/.test(name), name);
    const response = await ask(page, `/assets/${name}`);
    assertEquals(response.status, 200, name);
    assertEquals(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert((await unpacked(response)).length > 50, name);
  }
  assertEquals((await ask(page, "/assets/main-0.js")).status, 404);
  assertEquals((await ask(page, `/assets/${WEB_INDEX}`)).status, 404);
  assertEquals((await ask(page, "/assets/..%2f..%2fdeno.json")).status, 404);
});

Deno.test("page: who takes no gzip gets plain text", async () => {
  const { style } = await index();
  for (const encodings of ["", "gzip;q=0", "br"]) {
    const response = await ask(handler(), `/assets/${style}`, { "accept-encoding": encodings });
    assertEquals(response.headers.get("content-encoding"), null);
    assert((await response.text()).includes("--back"));
  }
});

Deno.test("page: what begins with it stays within 60 KB of scripts and 12 KB of style", async () => {
  const files = await readWebFiles();
  const { script, preload, style } = await index();
  const bytes = [script, ...preload].reduce((sum, name) => sum + files.get(name)!.length, 0);
  assert(bytes <= 60 * 1024, `${bytes} bytes of scripts`);
  assert(files.get(style)!.length <= 12 * 1024, `${files.get(style)!.length} bytes of style`);
});

Deno.test("page: all its scripts together stay within 220 KB", async () => {
  const files = [...await readWebFiles()].filter(([name]) => name.endsWith(".js"));
  const bytes = files.reduce((sum, [, file]) => sum + file.length, 0);
  assert(bytes <= 220 * 1024, `${bytes} bytes`);
});

Deno.test("page: below another path", async () => {
  const page = handler("/x");
  assertEquals((await ask(page, "/")).headers.get("location"), "/x/");
  assertEquals((await ask(page, "/x")).headers.get("location"), "/x/");
  assertEquals((await ask(page, "/elsewhere")).status, 404);
  const text = await unpacked(await ask(page, "/x/runs"));
  assert(text.includes(`src="/x/assets/${(await index()).script}"`), text);
  assert(text.includes('content="/x/api/v2"'), text);
});

Deno.test("page: foreign hosts and other methods are refused", async () => {
  const page = handler();
  assertEquals((await ask(page, "/", { host: "evil.example" })).status, 403);
  assertEquals((await ask(page, "/", {}, "POST")).status, 405);
  const head = await ask(page, "/", {}, "HEAD");
  assertEquals([head.status, await head.text()], [200, ""]);
});

Deno.test("page: that it cannot be had is said, and tried again the next time", async () => {
  let tries = 0;
  const page = handler("", async () => {
    if (tries++ === 0) throw new DaguError("Cannot bundle <the page>");
    return await readWebFiles();
  });
  const failed = await ask(page, "/");
  assertEquals(failed.status, 503);
  assert((await failed.text()).includes("Cannot bundle &lt;the page>"));
  assertEquals((await ask(page, "/")).status, 200);
});

Deno.test("page: two ways to bundle it give as much", async () => {
  const root = new URL("../../", import.meta.url).pathname;
  const folder = await Deno.makeTempDir();
  try {
    assertEquals(await bundleWithDeno(root, `${folder}/deno`), "");
    assertEquals(await bundleWithEsbuild(root, `${folder}/esbuild`), "");
    const sizes = ["deno", "esbuild"].map((way) =>
      [...Deno.readDirSync(`${folder}/${way}`)].reduce(
        (sum, { name }) => sum + Deno.statSync(`${folder}/${way}/${name}`).size,
        0,
      )
    );
    assert(Math.abs(sizes[0]! - sizes[1]!) < sizes[0]! / 20, `${sizes}`);
    assert((await Deno.stat(`${folder}/esbuild/main.js`)).size > 10_000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
