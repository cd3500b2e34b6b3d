import { assertEquals, assertMatch, assertRejects } from "../../../tests/assert.ts";
import { testNeeding } from "../../../tests/needs.ts";
import { Certificates } from "../../../tests/support/certificates.ts";
import { ANYBODY, testClient, testServer } from "../../../tests/support/grpc_ends.ts";
import { until } from "../../../tests/support/home.ts";
import { readCertificate } from "../../core/peer/certificate.ts";
import { messageOf } from "../../core/errors.ts";
import { fromPem } from "../../core/peer/pem.ts";
import type { PeerIdentity } from "../../core/peer/peer_identity.ts";
import { CallError } from "./call_error.ts";
import type { ClientTls } from "./channel_security.ts";

async function answerOf(port: number, host: string, tls: ClientTls | null): Promise<string> {
  using end = testClient([{ host, port }], tls);
  try {
    return (await end.client.call("Dispatch", {}, { timeoutMs: 20_000 })).taskId;
  } catch (error) {
    if (error instanceof CallError) return error.code;
    throw error;
  }
}

function clientTls(own: Certificates, ca: Certificates, change: Partial<ClientTls> = {}): ClientTls {
  const pair = { cert: own.text("client.pem"), key: own.text("client-key.pem") };
  return { ca: ca.text("ca.pem"), ...pair, skipVerify: false, ...change };
}

testNeeding({
  name: "with certificates on both sides only those that the authority knows reach each other",
  needs: ["openssl"],
  fn: async () => {
    await using ours = await Certificates.make();
    await using foreign = await Certificates.make();
    const seen: (PeerIdentity | null | undefined)[] = [];
    await using server = await testServer({ Dispatch: () => Promise.resolve({ taskId: "answered" }) }, {
      tls: { cert: ours.text("server.pem"), key: ours.text("server-key.pem"), ca: ours.text("ca.pem") },
      authenticate: ({ certificate }) => {
        seen.push(certificate?.identity);
        return ANYBODY;
      },
    });
    const good = clientTls(ours, ours);
    assertEquals(await answerOf(server.port, "127.0.0.1", good), "answered");
    assertEquals(await answerOf(server.port, "localhost", good), "answered");
    assertEquals(seen, Array(2).fill({ id: "c-1", roles: ["client", "worker"] }));
    for (
      const [what, host, tls] of [
        ["no certificate", "127.0.0.1", clientTls(ours, ours, { cert: "", key: "" })],
        ["one of another authority", "127.0.0.1", clientTls(foreign, ours)],
        ["a server of another authority", "127.0.0.1", clientTls(ours, foreign)],
        ["an address that is not the certificate's", "127.0.0.2", good],
        ["plain text", "127.0.0.1", null],
      ] as const
    ) {
      assertEquals(await answerOf(server.port, host, tls), "unavailable", what);
    }
    assertEquals(seen.length, 2);
    const blind = clientTls(ours, foreign, { skipVerify: true });
    assertEquals(await answerOf(server.port, "127.0.0.1", blind), "answered");
  },
});

testNeeding({
  name: "without an authority for clients none needs a certificate",
  needs: ["openssl"],
  fn: async () => {
    await using ours = await Certificates.make();
    await using server = await testServer({ Dispatch: () => Promise.resolve({ taskId: "answered" }) }, {
      tls: { cert: ours.text("server.pem"), key: ours.text("server-key.pem"), ca: "" },
      authenticate: ({ certificate, address }) => {
        assertEquals(certificate, null);
        assertMatch(address, /^127\.0\.0\.1:\d+$/);
        return ANYBODY;
      },
    });
    assertEquals(
      await answerOf(server.port, "127.0.0.1", clientTls(ours, ours, { cert: "", key: "" })),
      "answered",
    );
  },
});

testNeeding({
  name: "a server whose certificate is revoked is not spoken to: not at first, and not any longer",
  needs: ["openssl"],
  fn: async () => {
    await using ours = await Certificates.make();
    let asked = Promise.withResolvers<void>();
    let answered = 0;
    await using server = await testServer({
      Dispatch: () => Promise.resolve({ taskId: `${++answered}` }),
      Poll: (_request, { signal }) => {
        asked.resolve();
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve({ task: null })));
      },
    }, { tls: { cert: ours.text("server.pem"), key: ours.text("server-key.pem"), ca: ours.text("ca.pem") } });
    const revoked = new Set<string>();
    const { serial } = readCertificate(fromPem("CERTIFICATE", ours.text("server.pem"), "the server"));
    for (const host of ["127.0.0.1", "localhost"]) {
      revoked.clear();
      asked = Promise.withResolvers();
      const tls = clientTls(ours, ours, { isRevoked: (serial) => revoked.has(serial) });
      using end = testClient([{ host, port: server.port }], tls);
      const call = () => end.client.call("Dispatch", {}, { timeoutMs: 20_000 });
      await call();
      const waiting = end.client.call("Poll", {}, { timeoutMs: 60_000 }).then(() => "", messageOf);
      await asked.promise;
      const before = answered;
      revoked.add(serial);
      // Nobody asks: it is looked at by itself.
      assertMatch(await waiting, /certificate of "[a-z0-9.]+:[0-9]+" \([0-9a-f]+\) was revoked/);
      assertEquals((await assertRejects(call, CallError)).code, "unavailable");
      assertEquals(await answerOf(server.port, host, tls), "unavailable");
      assertEquals(answered, before);
      revoked.clear();
      // The library pauses before it tries again.
      await until(() => call().then(() => true, () => false), "an answer");
      assertEquals(answered, before + 1);
    }
  },
});
