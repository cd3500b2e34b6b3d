import { assertEquals } from "../../../tests/assert.ts";
import { FakeClock } from "../../../tests/fakes/fake_clock.ts";
import type { CertificateFacts } from "../../core/peer/certificate.ts";
import type { PeerIdentity, PeerRole } from "../../core/peer/peer_identity.ts";
import { SIGNATURE_FIELD, signRequest } from "../../core/peer/request_signature.ts";
import type { SigningKey } from "../../core/peer/signing_key.ts";
import type { CallFacts } from "../../transport/grpc/server.ts";
import { SignatureCheck } from "../../transport/signing/signature_check.ts";
import { callerCheck } from "./caller_check.ts";

const clock = new FakeClock(1_000_000_000);
const PATH = "/coordinator.v1.CoordinatorService/Poll";
const BODY = new Uint8Array([1, 2, 3]);

function key(id: string, ...roles: PeerRole[]): SigningKey {
  return { id: `k-${id}`, identity: { id, roles }, secret: new Uint8Array(32).fill(id.length) };
}

function certificate(identity: PeerIdentity | null): CertificateFacts {
  return {
    serial: "5e",
    subject: "subject",
    issuer: "",
    notBefore: 0,
    notAfter: 0,
    authority: false,
    names: [],
    identity,
  };
}

interface Given {
  readonly shown?: PeerIdentity | null;
  readonly signature?: string;
  readonly certificates?: boolean;
  readonly keys?: readonly SigningKey[];
  readonly revoked?: string;
}

async function caller(
  { shown, signature = "", certificates = false, keys, revoked }: Given,
): Promise<string> {
  const check = callerCheck({
    certificates,
    signatures: keys ? new SignatureCheck(keys, clock) : null,
    isRevoked: (serial) => serial === revoked,
    onRefused: () => {},
  });
  const facts: CallFacts = {
    path: PATH,
    body: BODY,
    certificate: shown === undefined ? null : certificate(shown),
    address: "127.0.0.1:1",
    header: (name) => name === SIGNATURE_FIELD ? signature : "",
  };
  try {
    const { id, roles } = await check(facts);
    return `${id}: ${roles.join(" ")}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function signed(by: SigningKey, nonce: string): Promise<string> {
  return signRequest(by, { method: PATH, body: BODY }, clock.now() + 1, nonce.padEnd(20, "x"));
}

Deno.test("a certificate tells who calls; one without a role is nobody's", async () => {
  const certificates = true;
  assertEquals(await caller({ certificates, shown: { id: "w", roles: ["worker"] } }), "w: worker");
  for (const shown of [null, undefined]) {
    assertEquals((await caller({ certificates, shown })).includes("names no role"), true);
  }
});

Deno.test("one that was revoked is nobody's", async () => {
  const given = { certificates: true, shown: { id: "w", roles: ["worker"] } } as const;
  assertEquals(await caller({ ...given, revoked: "5f" }), "w: worker");
  assertEquals(
    await caller({ ...given, revoked: "5e" }),
    'The certificate of "subject" (5e) was revoked',
  );
});

Deno.test("where nothing is asked for, everybody may do everything", async () => {
  assertEquals(await caller({}), "this-machine: admin");
});

Deno.test("a signature tells who calls; together with a certificate both must agree", async () => {
  const worker = key("w", "worker");
  const keys = [worker, key("other", "client")];
  assertEquals(await caller({ keys, signature: await signed(worker, "a") }), "w: worker");
  assertEquals((await caller({ keys })).includes("not signed"), true);
  assertEquals(
    (await caller({ keys, signature: await signed(key("stranger", "admin"), "b") })).includes("known"),
    true,
  );
  const both = { keys, certificates: true };
  const shown: PeerIdentity = { id: "w", roles: ["worker", "client"] };
  assertEquals(await caller({ ...both, shown, signature: await signed(worker, "c") }), "w: worker");
  assertEquals(
    await caller({ ...both, shown: { id: "w", roles: ["client"] }, signature: await signed(worker, "d") }),
    'Certificate and signature of "w" have no role in common',
  );
  assertEquals(
    await caller({ ...both, shown: { id: "v", roles: ["worker"] }, signature: await signed(worker, "e") }),
    'The certificate is that of "v", the signature that of "w"',
  );
});
