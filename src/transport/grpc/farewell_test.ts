/** Connections that end in the moment in which they begin. */
import { assert, assertEquals } from "../../../tests/assert.ts";
import { testClient, testServer } from "../../../tests/support/grpc_ends.ts";
import { CallError } from "./call_error.ts";

/** Frames of HTTP/2: length (24 bits), type (8), flags (8), stream (32), and what is in them. */
const SETTINGS = [0, 0, 0, 4, 0, 0, 0, 0, 0];
const GOAWAY = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0];

interface Front extends Disposable {
  readonly port: number;
  connections: number;
}

/** Stands before a server: greets the first who comes with those bytes only, and lets all others through. */
function front(port: number, greeting: readonly number[]): Front {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.TcpConn[] = [];
  const made: Front = {
    port: listener.addr.port,
    connections: 0,
    [Symbol.dispose]() {
      listener.close();
      for (const one of open) {
        try {
          one.close();
        } catch {
          // The other side has closed it.
        }
      }
    },
  };
  const admit = async (caller: Deno.TcpConn) => {
    open.push(caller);
    if (++made.connections === 1) {
      await caller.read(new Uint8Array(1024));
      await caller.write(new Uint8Array(greeting));
      return;
    }
    const server = await Deno.connect({ hostname: "127.0.0.1", port });
    open.push(server);
    caller.readable.pipeTo(server.writable).catch(() => {});
    server.readable.pipeTo(caller.writable).catch(() => {});
  };
  (async () => {
    for await (const caller of listener) admit(caller).catch(() => {});
  })();
  return made;
}

Deno.test({
  name: "a goodbye that comes together with the greeting is followed by another connection",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using server = await testServer({ GetWorkers: () => Promise.resolve({}) });
    using before = front(server.port, [...SETTINGS, ...GOAWAY]);
    using end = testClient([{ host: "127.0.0.1", port: before.port }]);
    const call = () => end.client.call("GetWorkers", {}, { timeoutMs: 20_000 });
    const refused = await call().then(() => null, (error) => error);
    assert(refused instanceof CallError);
    // Worth another try, which it has then.
    assertEquals(refused.code, "unavailable");
    await call();
    assertEquals(before.connections, 2);
  },
});
