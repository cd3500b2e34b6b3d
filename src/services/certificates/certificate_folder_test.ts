import { assert, assertEquals, assertRejects } from "../../../tests/assert.ts";
import { testNeeding, which } from "../../../tests/needs.ts";
import { FakeClock } from "../../../tests/fakes/fake_clock.ts";
import { DaguError } from "../../core/errors.ts";
import { randomBytes } from "../../platform/random.ts";
import { CertificateFolder } from "./certificate_folder.ts";
import { inFolder } from "../../../tests/support/folder.ts";

const DAY_MS = 86_400_000;
const WORKER = { identity: { id: "gpu-1", roles: ["worker", "client"] }, names: [], days: 30 } as const;
const SERVER = {
  identity: { id: "host", roles: ["coordinator"] },
  names: ["host.example", "10.0.0.5", "fe80::1"],
  days: 30,
} as const;

async function withCertificates(
  work: (folder: CertificateFolder, dir: string, clock: FakeClock) => Promise<void>,
): Promise<void> {
  await inFolder(async (dir) => {
    const clock = new FakeClock(Math.floor(Date.now() / 1000) * 1000);
    await work(new CertificateFolder(`${dir}/certs`, clock, randomBytes), `${dir}/certs`, clock);
  });
}

async function openssl(...args: string[]): Promise<string> {
  const output = await new Deno.Command(which("openssl"), { args, stdin: "null" }).output();
  return new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
}

Deno.test("certificates: what was made is read back, and renewed with another key", async () => {
  await withCertificates(async (folder, dir, clock) => {
    await folder.makeAuthority("mine", 3650);
    await folder.make(SERVER);
    const { facts } = await folder.make(WORKER);
    assertEquals(facts.identity, WORKER.identity);
    assertEquals(facts.notAfter, clock.now() + 30 * DAY_MS);
    assertEquals(folder.list().map(({ name, facts }) => [name, facts.subject, facts.issuer, facts.names]), [
      ["ca", "mine", "mine", []],
      ["server-host", "host", "mine", ["host.example", "10.0.0.5", "fe80:0:0:0:0:0:0:1"]],
      ["worker-gpu-1", "gpu-1", "mine", []],
    ]);
    for (const file of Deno.readDirSync(dir)) {
      assertEquals((Deno.statSync(`${dir}/${file.name}`).mode ?? 0) & 0o777, 0o600, file.name);
    }
    const key = Deno.readTextFileSync(`${dir}/worker-gpu-1-key.pem`);
    const renewed = await folder.renew("worker-gpu-1", 60);
    const { serial } = renewed.facts;
    assert(serial !== facts.serial);
    assertEquals(renewed.facts, { ...facts, serial, notAfter: clock.now() + 60 * DAY_MS });
    assert(Deno.readTextFileSync(`${dir}/worker-gpu-1-key.pem`) !== key);
  });
});

Deno.test("certificates: who is revoked is so with all that were made before, and not with the next one", async () => {
  await withCertificates(async (folder) => {
    await folder.makeAuthority("mine", 3650);
    await folder.make(SERVER);
    const first = (await folder.make(WORKER)).facts.serial;
    const second = (await folder.renew("worker-gpu-1", 30)).facts.serial;
    assertEquals(await folder.revoke("gpu-1"), "worker-gpu-1");
    assertEquals(await folder.revoke("worker-gpu-1"), "worker-gpu-1");
    assertEquals([...folder.revoked()].sort(), [first, second].sort());
    const third = (await folder.renew("worker-gpu-1", 30)).facts.serial;
    assertEquals(folder.revoked().has(third), false);
    await assertRejects(() => folder.revoke("gpu-2"), DaguError, "no such certificate");
    await assertRejects(() => folder.revoke("ca"), DaguError, "all trust rests on it");
    await folder.make({ ...WORKER, identity: { id: "gpu-1", roles: ["client"] } });
    await assertRejects(() => folder.revoke("gpu-1"), DaguError, "more than one");
  });
});

Deno.test("certificates: nothing is replaced by accident, and an authority's end is everyone's", async () => {
  await withCertificates(async (folder, _dir, clock) => {
    await assertRejects(() => folder.make(WORKER), DaguError, "there is no authority");
    await folder.makeAuthority("mine", 10);
    await assertRejects(() => folder.makeAuthority("mine", 10), DaguError, "there is one");
    assertEquals((await folder.make(WORKER)).facts.notAfter, clock.now() + 10 * DAY_MS);
    await assertRejects(() => folder.make(WORKER), DaguError, "there already");
    await assertRejects(() => folder.renew("worker-x", 1), DaguError, "no such certificate");
    const odd = { ...WORKER, identity: { id: "../x", roles: ["worker"] as const } };
    await assertRejects(() => folder.make(odd), DaguError, "an id has letters");
    await assertRejects(
      () => folder.make({ ...SERVER, identity: { id: "b", roles: ["coordinator"] }, names: ["a b"] }),
      DaguError,
      "no host name",
    );
    const over = clock.sleep(11 * DAY_MS);
    clock.step();
    await over;
    await assertRejects(() => folder.renew("worker-gpu-1", 5), DaguError, "has expired");
  });
});

testNeeding({
  needs: ["openssl"],
  name: "certificates: openssl finds nothing wrong with them",
  fn: async () => {
    await withCertificates(async (folder, dir) => {
      await folder.makeAuthority("mine", 3650);
      await folder.make(SERVER);
      await folder.make(WORKER);
      const verify = (file: string, purpose: string) =>
        openssl(
          "verify",
          "-x509_strict",
          "-purpose",
          purpose,
          "-CAfile",
          `${dir}/ca.pem`,
          `${dir}/${file}.pem`,
        );
      assert((await verify("server-host", "sslserver")).includes(": OK"));
      assert((await verify("server-host", "sslclient")).includes(": OK"));
      assert((await verify("worker-gpu-1", "sslclient")).includes(": OK"));
      assert(!(await verify("worker-gpu-1", "sslserver")).includes(": OK"));
      const text = await openssl("x509", "-noout", "-text", "-in", `${dir}/server-host.pem`);
      assert(
        text.includes(
          "DNS:host.example, IP Address:10.0.0.5, IP Address:FE80:0:0:0:0:0:0:1, URI:role:coordinator/host",
        ),
        text,
      );
      assert(
        (await openssl("ec", "-noout", "-check", "-in", `${dir}/worker-gpu-1-key.pem`)).includes(
          "EC Key valid",
        ),
      );
    });
  },
});
