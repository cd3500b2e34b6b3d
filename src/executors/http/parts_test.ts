import { assertEquals, assertThrows } from "../../../tests/assert.ts";
import { DaguError } from "../../core/errors.ts";
import { CONFIG_TABLES } from "../../spec/executor_config.ts";
import { HTTP_KEYS } from "./manifest.ts";
import { proxyFor } from "./proxy.ts";
import { redirected } from "./redirect.ts";
import { debugText, headText, jsonText } from "./report.ts";
import { netEntry, shownUrl } from "./request.ts";
import { retryAfterMs } from "./retry_after.ts";

Deno.test("redirections: method, body and headers", () => {
  const sent = {
    method: "POST",
    url: "https://a.test/x/y?q=1",
    headers: [["Authorization", "t"], ["Cookie", "c"], ["Host", "h"], ["X-A", "1"]] as const,
    body: "b",
  };
  const seen = redirected(sent, 302, "../z#top");
  assertEquals(seen, {
    method: "GET",
    url: "https://a.test/z",
    headers: [["Authorization", "t"], ["Cookie", "c"], ["X-A", "1"]],
    body: null,
  });
  const kept = redirected(sent, 307, "https://b.test/");
  assertEquals([kept?.method, kept?.body, kept?.headers], ["POST", "b", [["X-A", "1"]]]);
  assertEquals(redirected({ ...sent, method: "HEAD" }, 301, "/")?.method, "HEAD");
  for (const other of ["http://a.test/", "https://a.test:8443/", "https://sub.a.test/"]) {
    assertEquals(redirected(sent, 303, other)?.headers, [["X-A", "1"]], other);
  }
  const plain = { ...sent, url: "http://a.test/" };
  assertEquals(redirected(plain, 301, "https://a.test/")?.headers.length, 3);
  assertEquals([redirected(sent, 302, null), redirected(sent, 304, "/"), redirected(sent, 200, "/")], [
    null,
    null,
    null,
  ]);
  assertThrows(() => redirected(sent, 302, "file:///etc/passwd"), Error, "no address of HTTP");
});

Deno.test("answers as text and as JSON", () => {
  const headers = [["x-b", "2"], ["set-cookie", "a=1"], ["connection", "close"], [
    "set-cookie",
    "b=2",
  ]] as const;
  assertEquals(headText(200, "OK", headers), "200 OK\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-B: 2\r\n");
  assertEquals(JSON.parse(jsonText(201, headers, '{"b":[{"d":1,"c":2}],"a":null}', false)), {
    status_code: 201,
    headers: { "Set-Cookie": ["a=1", "b=2"], "X-B": ["2"] },
    body: { a: null, b: [{ c: 2, d: 1 }] },
  });
  assertEquals(jsonText(200, [], '{"b":1,"a":2}', true), '{\n "body": {\n  "a": 2,\n  "b": 1\n }\n}');
  assertEquals(jsonText(204, [], "", true), '{\n "body": null\n}');
  assertThrows(() => jsonText(200, [], "<html>", false), SyntaxError);
  assertEquals(debugText("GET /", [["authorization", "Bearer x"]]), "GET /\n  Authorization: ***\n");
});

Deno.test("Retry-After: seconds and dates", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const cases: [string, number][] = [
    ["120", 120_000],
    [" 0 ", 0],
    ["Fri, 02 Jan 2026 03:04:15 GMT", 10_000],
    ["Fri, 02 Jan 2026 03:04:00 GMT", 0],
    ["soon", 0],
    ["-5", 0],
    ["1.5", 0],
  ];
  for (const [value, ms] of cases) assertEquals(retryAfterMs(value, now), ms, value);
});

Deno.test("proxies of the environment", () => {
  const proxy = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env);
  const env = { HTTP_PROXY: "http://p:1", https_proxy: "q:2", NO_PROXY: "internal, .x.test, y.test:81" };
  const cases: [string, string][] = [
    ["http://a.test/", "http://p:1/"],
    ["https://a.test/", "http://q:2/"],
    ["http://internal/", ""],
    ["http://a.internal/", ""],
    ["http://x.test/", ""],
    ["http://ax.test/", "http://p:1/"],
    ["http://y.test/", "http://p:1/"],
    ["http://y.test:81/", ""],
    ["http://127.0.0.1:9/", ""],
    ["http://localhost/", ""],
  ];
  for (const [url, expected] of cases) assertEquals(proxy(url, env), expected, url);
  assertEquals(proxy("http://a.test/", {}), "");
  assertEquals(proxy("http://a.test/", { HTTP_PROXY: "x", NO_PROXY: "*" }), "");
  assertEquals(proxy("http://a.test/", { HTTP_PROXY: "socks5://s" }), "socks5://s:1080");
  assertThrows(() => proxy("http://a.test/", { HTTP_PROXY: "ftp://x" }), DaguError, "HTTP_PROXY");
});

Deno.test("addresses in permissions and messages", () => {
  assertEquals(netEntry(new URL("https://a.test/x")), "a.test:443");
  assertEquals(netEntry(new URL("http://[::1]/")), "[::1]:80");
  assertEquals(shownUrl("https://u:p@a.test:8443/x?token=1"), "https://a.test:8443/x");
});

Deno.test("the keys that the executor reads are those that a definition may have", () => {
  const table = CONFIG_TABLES.get("http");
  assertEquals(HTTP_KEYS, table?.fields().map((field) => field.name));
});
