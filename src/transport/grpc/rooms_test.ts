/** What slow and many callers may take up. */
import { assertEquals } from "../../../tests/assert.ts";
import { testNeeding } from "../../../tests/needs.ts";
import { Certificates } from "../../../tests/support/certificates.ts";
import { framed, RawConnection } from "../../../tests/support/raw_grpc.ts";
import { type ConnectionLimits, ConnectionRoom } from "./connection_room.ts";
import { type Grpc, loadGrpc, rawMethod } from "./grpc_js.ts";
import { COORDINATOR } from "./methods.ts";
import { requestRoom } from "./request_room.ts";

/** A server whose only method answers with what it is sent. */
async function listening(
  options: Grpc.ServerOptions,
  credentials?: Grpc.ServerCredentials,
): Promise<{ server: Grpc.Server; port: number } & Disposable> {
  const grpc = await loadGrpc();
  const server = new grpc.Server(options);
  const { path, responseSerialize, requestDeserialize } = rawMethod(COORDINATOR, "Poll");
  const echo = (call: Grpc.ServerUnaryCall<unknown, unknown>, done: Grpc.sendUnaryData<unknown>) =>
    done(null, call.request);
  server.register(
    path,
    echo as Grpc.UntypedHandleCall,
    responseSerialize as Grpc.serialize<unknown>,
    requestDeserialize as Grpc.deserialize<unknown>,
    "unary",
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(
      "127.0.0.1:0",
      credentials ?? grpc.ServerCredentials.createInsecure(),
      (error, port) => error ? reject(error) : resolve(port),
    )
  );
  return { server, port, [Symbol.dispose]: () => server.forceShutdown() };
}

Deno.test("requests that do not come to their end give way to others, oldest first", async () => {
  using at = await listening({ interceptors: [requestRoom(await loadGrpc(), 1_000_000)] });
  using connection = await RawConnection.open(at.port);
  const part = framed(new Uint8Array(200_000), 300_000);
  const begun = Array.from({ length: 8 }, () => connection.call("Poll", part, { finish: false }));
  // Eight hold more than there is room for: four of them are cut off.
  const cut = await Promise.all(begun.slice(0, 4).map(({ ended }) => ended));
  assertEquals(cut.map(({ status, cutBy }) => [status, cutBy]), Array(4).fill([-1, 11]));
  const whole = framed(new Uint8Array(100_000));
  for (let i = 0; i < 20; i++) assertEquals((await connection.call("Poll", whole).ended).status, 0);
});

Deno.test("requests that came to their end hold no room", async () => {
  using at = await listening({ interceptors: [requestRoom(await loadGrpc(), 500_000)] });
  using connection = await RawConnection.open(at.port);
  const slow = connection.call("Poll", framed(new Uint8Array(10), 20), { finish: false });
  for (let i = 0; i < 20; i++) {
    assertEquals((await connection.call("Poll", framed(new Uint8Array(100_000))).ended).status, 0);
  }
  let ended = false;
  slow.ended.then(() => ended = true);
  assertEquals((await connection.call("Poll", framed(new Uint8Array(1))).ended).status, 0);
  assertEquals(ended, false);
});

const FEW: ConnectionLimits = { all: 3, ofAddress: 3, handshakeMs: 60_000 };

/** Resolves when the other side has closed it. */
async function closed(connection: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(1000);
  while (await connection.read(buffer).catch(() => null) !== null);
  connection.close();
}

Deno.test("of too many connections the last ones are closed", async () => {
  using at = await listening({});
  new ConnectionRoom(FEW).watch(at.server, false);
  const open = () => Deno.connect({ hostname: "127.0.0.1", port: at.port });
  const [first, ...others] = [await open(), await open(), await open()];
  await closed(await open());
  first!.close();
  for (const connection of others) connection.close();
  for (;;) {
    // One that has gone makes room as soon as that is seen.
    using connection = await RawConnection.open(at.port);
    if ((await connection.call("Poll", framed(new Uint8Array(1))).ended).status === 0) break;
  }
});

async function listeningTls(certs: Certificates) {
  const grpc = await loadGrpc();
  const cert_chain = Buffer.from(certs.text("server.pem"));
  const pair = { cert_chain, private_key: Buffer.from(certs.text("server-key.pem")) };
  return await listening({}, grpc.ServerCredentials.createSsl(cert_chain, [pair]));
}

testNeeding({
  name: "who does not begin to speak TLS is not waited for",
  needs: ["openssl"],
  fn: async () => {
    await using certs = await Certificates.make();
    using at = await listeningTls(certs);
    new ConnectionRoom({ ...FEW, handshakeMs: 200 }).watch(at.server, true);
    using known = await Deno.connectTls({
      hostname: "localhost",
      port: at.port,
      caCerts: [certs.text("ca.pem")],
      alpnProtocols: ["h2"],
    });
    await known.handshake();
    await closed(await Deno.connect({ hostname: "127.0.0.1", port: at.port }));
    // The one that did is still spoken to.
    assertEquals(await known.read(new Uint8Array(9)), 9);
  },
});

testNeeding({
  name: "at an end those too are cut off who have not begun to speak",
  needs: ["openssl"],
  fn: async () => {
    await using certs = await Certificates.make();
    using at = await listeningTls(certs);
    const room = new ConnectionRoom(FEW);
    room.watch(at.server, true);
    const silent = await Deno.connect({ hostname: "127.0.0.1", port: at.port });
    room.end();
    await closed(silent);
  },
});
