import { assertEquals } from "../../../tests/assert.ts";
import { testClient } from "../../../tests/support/grpc_ends.ts";

const SERVER = new URL("../../../tests/support/goodbye_server.ts", import.meta.url).pathname;
const CALLS = 2000;
const AT_ONCE = 50;
const GOODBYES = 5;

Deno.test("a server outlives clients that say goodbye", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", SERVER],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const port = Number((await lines.read()).value);
  for (let round = 0; round < GOODBYES; round++) {
    using end = testClient([{ host: "127.0.0.1", port }]);
    let left = CALLS;
    const some = async () => {
      while (left-- > 0) await end.client.call("GetWorkers", {}, { timeoutMs: 20_000 });
    };
    await Promise.all(Array.from({ length: AT_ONCE }, some));
  }
  using last = testClient([{ host: "127.0.0.1", port }]);
  assertEquals(await last.client.healthy({ timeoutMs: 20_000 }), true);
  last.client.close();
  await child.stdin.close();
  await lines.cancel();
  assertEquals((await child.status).code, 0);
});
