/** Hostile requests over real connections: the server goes on, and nothing happens outside of its home. */
import { assert, assertEquals } from "../assert.ts";
import { ApiFuzz, GOOD } from "../support/api_fuzz.ts";
import { Home } from "../support/home.ts";
import { ServerProcess } from "../support/server_process.ts";

/** Requests that are under way at the same time. */
const AT_ONCE = 8;

Deno.test("hostile requests: thousands of random ones at a real server, which begins and queues runs", async () => {
  await using home = await Home.make();
  home.dag("one", `schedule: "0 * * * *"\n${GOOD}`);
  await using server = await ServerProcess.start(home);
  await server.post("/dags/one/start", { dagRunId: "r1" });
  await server.post("/dags/one/enqueue", { dagRunId: "q1" });
  const requests = new ApiFuzz(await server.get("/openapi.json"), 7).requests(3000);
  const answers = new Map<number, number>();
  const work = async () => {
    for (const { method, path, body } of requests) {
      home.dag("one", `schedule: "0 * * * *"\n${GOOD}`);
      const response = await fetch(server.base + path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { "content-type": "application/json" },
      });
      const { status } = response;
      const endless = response.headers.get("content-type") === "text/event-stream";
      const text = endless ? await response.body!.cancel() : await response.text();
      assert(status < 500 || status === 503, `${method} ${path} ${JSON.stringify(body)}: ${status} ${text}`);
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  assert(answers.get(200)! > 300, JSON.stringify([...answers]));
  await server.get("/health");
  const { code, said } = await server.stop();
  assertEquals([code, /met a defect/.test(said)], [0, false], said);
});
