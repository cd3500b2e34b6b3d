/** The web page of a real server. */
import { assert, assertEquals } from "../assert.ts";
import { Home } from "../support/home.ts";
import { ServerProcess } from "../support/server_process.ts";

Deno.test("page: a server shows it beside its API, and says who looks at it", async () => {
  await using home = await Home.make();
  Deno.writeTextFileSync(
    `${home.path}/config.yaml`,
    "ui:\n  navbarTitle: Night <shift>\n  navbarColor: teal\n",
  );
  await using server = await ServerProcess.start(home);
  const origin = new URL(server.base).origin;
  const page = await fetch(`${origin}/runs?q=status:failed`);
  assertEquals([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  const text = await page.text();
  assert(text.includes("<title>Night &lt;shift></title>"), text);
  const script = /src="([^"]+)"/.exec(text)![1]!;
  const first = await fetch(origin + script);
  assertEquals(first.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert((await first.text()).length > 10_000);
  const { name, role, colour, permissions } = await server.get("/session");
  assertEquals([name, role, colour], ["local", "admin", "teal"]);
  assertEquals(permissions, { writeDAGs: true, runDAGs: true, allowInlineRuns: false });
  const missing = await fetch(`${server.base}/nothing`);
  assertEquals([missing.status, (await missing.json()).code], [404, "not_found"]);
});

Deno.test("page: a headless server has none", async () => {
  await using home = await Home.make();
  Deno.writeTextFileSync(`${home.path}/config.yaml`, "headless: true\n");
  await using server = await ServerProcess.start(home);
  const page = await fetch(new URL("/", server.base));
  assertEquals([page.status, (await page.json()).code], [404, "not_found"]);
});
