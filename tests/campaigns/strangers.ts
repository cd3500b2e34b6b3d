/**
 * Calls of a coordinator and its worker by those who may not make them, or as nobody should make them. What they want
 * done must not be done, and others must be served meanwhile.
 *
 *     deno run -A tests/campaigns/strangers.ts [CHECK ...]
 *
 * `OURS` names a compiled program to test instead of the sources.
 */
import "../../src/platform/http/http2_guard.ts";
import { randomBytes } from "../../src/platform/random.ts";
import { systemClock } from "../../src/platform/time/system_clock.ts";
import { CertificateFolder } from "../../src/services/certificates/certificate_folder.ts";
import type { ClientTls } from "../../src/transport/grpc/channel_security.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Check, runChecks } from "../support/checks.ts";
import { testClient } from "../support/grpc_ends.ts";
import { pause } from "../support/home.ts";
import { codeOf, Site } from "./strangers/site.ts";
import { SWEEP } from "./strangers/sweep.ts";

const DAY_MS = 24 * 3600 * 1000;

/** A run handed in by somebody is refused and not run; the same one by a scheduler is. */
function refused(who: (site: Site) => Promise<ClientTls | null>): Check {
  return async () => {
    await using site = await Site.open();
    const code = await site.dispatch("stranger", await who(site));
    assert(code !== "", "It was accepted");
    assertEquals(await site.dispatch("known", site.tls("client-s1")), "", "a scheduler's run");
    await site.home.marked("known");
    await pause(500);
    assertEquals(site.home.marks(), ["known"]);
    return `refused (${code}), not executed`;
  };
}

async function issued(folder: string, at: number, more: { authority: boolean }): Promise<void> {
  const certificates = new CertificateFolder(folder, { ...systemClock, now: () => at }, randomBytes);
  if (more.authority) await certificates.makeAuthority("somebody", 300);
  await certificates.make({ identity: { id: "x", roles: ["client"] }, names: [], days: 2 });
}

/** A worker that asks for what is another one's. */
async function otherWorker(): Promise<string> {
  await using site = await Site.open();
  using end = testClient([{ host: "127.0.0.1", port: site.port }], site.tls("worker-w2"));
  const options = { timeoutMs: 10_000 };
  const codes = [
    await codeOf(end.client.call("Poll", { workerId: "w1", pollerId: "p", confirms: true }, options)),
    await codeOf(end.client.call("Heartbeat", { workerId: "w1" }, options)),
    await codeOf(end.client.call("GetWorkers", {}, options)),
  ];
  assertEquals(codes, ["permission_denied", "permission_denied", "permission_denied"]);
  return "poll, heartbeat for another one, and the list of all: refused";
}

const CHECKS: Readonly<Record<string, Check>> = {
  "plain text": refused(() => Promise.resolve(null)),
  "no certificate": refused((site) => Promise.resolve(site.tls(""))),
  "another authority": refused(async (site) => {
    const folder = `${site.home.path}/foreign`;
    await issued(folder, Date.now(), { authority: true });
    return site.tls("client-x", folder);
  }),
  "expired certificate": refused(async (site) => {
    await issued(site.certs, Date.now() - 10 * DAY_MS, { authority: false });
    return site.tls("client-x");
  }),
  "worker that dispatches": refused((site) => Promise.resolve(site.tls("worker-w1"))),
  "worker for another one": otherWorker,
  ...SWEEP,
};

if (import.meta.main) {
  await runChecks(CHECKS);
  // Connections that are refused are tried again for a while.
  Deno.exit();
}
