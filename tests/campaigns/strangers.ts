/**
 * Calls of a coordinator and its worker by those who may not make them. What they want done must not be done.
 *
 *     deno run -A tests/campaigns/strangers.ts [CHECK ...]
 *
 * `OURS` names a compiled program to test instead of the sources.
 */
import "../../src/platform/http2_guard.ts";
import { randomBytes } from "../../src/platform/random.ts";
import { systemClock } from "../../src/platform/system_clock.ts";
import { CertificateFolder } from "../../src/services/certificates/certificate_folder.ts";
import { CallError } from "../../src/transport/grpc/call_error.ts";
import type { ClientTls } from "../../src/transport/grpc/channel_security.ts";
import { taskToWire } from "../../src/transport/grpc/task_wire.ts";
import { assert, assertEquals } from "../assert.ts";
import { aTask } from "../fakes/tasks.ts";
import { type Check, runChecks } from "../support/checks.ts";
import { Cluster, freePort } from "../support/cluster.ts";
import { testClient } from "../support/grpc_ends.ts";
import { Home, pause } from "../support/home.ts";

const DAY_MS = 24 * 3600 * 1000;

/** A coordinator with certificates, and one worker that does what it gets. */
class Site implements AsyncDisposable {
  readonly port = freePort();
  readonly certs: string;

  private constructor(readonly home: Home) {
    this.certs = `${home.path}/certs`;
  }

  static async open(): Promise<Site> {
    const site = new Site(await Home.make());
    for (const args of [["server", "127.0.0.1"], ["client", "s1"], ["worker", "w1"], ["worker", "w2"]]) {
      const { code, stderr } = await site.home.run(["cert", ...args]);
      assertEquals(code, 0, stderr);
    }
    const cluster = new Cluster(site.home);
    await cluster.leads(cluster.coordinator(site.port, site.env("server-127.0.0.1")));
    await cluster.worker("w1", "", site.env("worker-w1")).says("Worker started");
    return site;
  }

  env(name: string): Record<string, string> {
    return {
      DAGU_PEER_CERT_FILE: `${this.certs}/${name}.pem`,
      DAGU_PEER_KEY_FILE: `${this.certs}/${name}-key.pem`,
      DAGU_PEER_CLIENT_CA_FILE: `${this.certs}/ca.pem`,
    };
  }

  /** @param folder where certificate and key stand; the coordinator's certificate is believed in any case */
  tls(name: string, folder = this.certs): ClientTls {
    const text = (file: string) => Deno.readTextFileSync(file);
    const ca = text(`${this.certs}/ca.pem`);
    const own = name !== "";
    return {
      ca,
      cert: own ? text(`${folder}/${name}.pem`) : "",
      key: own ? text(`${folder}/${name}-key.pem`) : "",
      skipVerify: false,
    };
  }

  /** Hands in a run that leaves a mark. @returns "" or the code of the refusal */
  async dispatch(id: string, tls: ClientTls | null): Promise<string> {
    const definition = `name: etl\nsteps:\n  - echo ${id} >> ${this.home.path}/work/marks\n`;
    const task = taskToWire(aTask(id, { operation: "start", trigger: "", definition }), null);
    using end = testClient([{ host: "127.0.0.1", port: this.port }], tls);
    return await codeOf(end.client.call("Dispatch", { task, hold: true }, { timeoutMs: 10_000 }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home[Symbol.asyncDispose]();
  }
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "";
  } catch (error) {
    if (error instanceof CallError) return error.code;
    throw error;
  }
}

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
};

if (import.meta.main) {
  await runChecks(CHECKS);
  // Connections that are refused are tried again for a while.
  Deno.exit();
}
