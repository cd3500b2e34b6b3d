/**
 * Many clients, slow ones, and bodies without an end, at a real server.
 *
 *     deno run -A tests/campaigns/load.ts [CHECK ...]
 *
 * `OURS` names a compiled program to test instead of the sources.
 */
import { assert, assertEquals } from "../assert.ts";
import { runChecks } from "../support/checks.ts";
import { Home, until } from "../support/home.ts";
import { ServerProcess } from "../support/server_process.ts";

const CLIENTS = 1000;
const SLOW = 150;

async function withServer(work: (server: ServerProcess) => Promise<string>): Promise<string> {
  await using home = await Home.make();
  home.dag("flow", "steps:\n  - echo 1\n");
  await using server = await ServerProcess.start(home);
  return await work(server);
}

/** MiB that the server holds. */
function memoryOf(server: ServerProcess): number {
  const text = Deno.readTextFileSync(`/proc/${server.pid}/status`);
  return Number(/^VmRSS:\s+(\d+)/m.exec(text)![1]) / 1024;
}

function address(server: ServerProcess): { hostname: string; port: number } {
  const { hostname, port } = new URL(server.base);
  return { hostname, port: Number(port) };
}

/** Sends a beginning and waits until the server hangs up. @returns what it answered */
async function answerTo(server: ServerProcess, beginning: string): Promise<string> {
  using connection = await Deno.connect(address(server));
  await connection.write(new TextEncoder().encode(beginning));
  let said = "";
  const buffer = new Uint8Array(4096);
  try {
    for (let read; (read = await connection.read(buffer)) !== null;) {
      said += new TextDecoder().decode(buffer.subarray(0, read));
    }
  } catch {
    // Hung up on.
  }
  return said;
}

function head(server: ServerProcess, length: number): string {
  const lines = [
    "POST /api/v2/dags/validate HTTP/1.1",
    `Host: ${new URL(server.base).host}`,
    "Content-Type: application/json",
    `Content-Length: ${length}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

const CHECKS = {
  [`${CLIENTS} requests at once`]: () =>
    withServer(async (server) => {
      const ask = () =>
        fetch(`${server.base}/dags`).then(async (answer) => [answer.status, await answer.text()]);
      const answers = await Promise.all(Array.from({ length: CLIENTS }, ask));
      const right = answers.filter(([status, text]) => status === 200 && String(text).includes("flow"));
      assertEquals(right.length, CLIENTS);
      return `${right.length} right answers`;
    }),
  [`${SLOW} bodies that do not come`]: () =>
    withServer(async (server) => {
      const start = performance.now();
      const slow = Array.from({ length: SLOW }, () => answerTo(server, head(server, 1000) + "{"));
      assertEquals((await server.get("/dags")).dags.length, 1, "others are served");
      await Promise.all(slow);
      const seconds = (performance.now() - start) / 1000;
      assert(seconds < 35, `The last one was kept for ${seconds} s`);
      return `all let go after ${seconds.toFixed(0)} s`;
    }),
  "a body of 200 MB": () =>
    withServer(async (server) => {
      await server.get("/dags");
      const before = memoryOf(server);
      let most = before;
      const watching = setInterval(() => most = Math.max(most, memoryOf(server)), 20);
      const piece = new Uint8Array(1 << 20).fill(0x20);
      let sent = 0;
      const body = new ReadableStream({
        pull(controller) {
          if (sent++ < 200) controller.enqueue(piece);
          else controller.close();
        },
      });
      const headers = { "content-type": "application/json" };
      const status = await fetch(`${server.base}/dags/validate`, { method: "POST", headers, body })
        .then(async (answer) => {
          await answer.body?.cancel();
          return answer.status;
        }, () => 413);
      clearInterval(watching);
      assertEquals(status, 413);
      assert(most - before < 100, `${(most - before).toFixed(0)} MiB more`);
      await until(() => server.get("/dags").then(() => true, () => false), "the next answer");
      return `413, ${(most - before).toFixed(0)} MiB more at most`;
    }),
};

if (import.meta.main) await runChecks(CHECKS);
