/** Who is let in by a coordinator: real processes, real certificates. */
import { randomBytes } from "../../src/platform/random.ts";
import { systemClock } from "../../src/platform/time/system_clock.ts";
import { SIGNATURE_FIELD, signRequest } from "../../src/core/peer/request_signature.ts";
import { parseSigningKeys } from "../../src/core/peer/signing_key.ts";
import { CertificateFolder } from "../../src/services/certificates/certificate_folder.ts";
import { CallError } from "../../src/transport/grpc/call_error.ts";
import type { ClientTls } from "../../src/transport/grpc/channel_security.ts";
import { GrpcClient, type GrpcClientOptions } from "../../src/transport/grpc/client.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { Cluster } from "../support/cluster.ts";
import { freePort } from "../support/free_port.ts";
import { Home, until } from "../support/home.ts";

const DAY_MS = 86_400_000;
const TASK = {
  rootDagRunName: "d",
  rootDagRunId: "r",
  dagRunId: "r",
  target: "d",
  operation: 1,
  definition: "steps: [{name: s, command: touch hacked}]",
};

class Site {
  constructor(readonly home: Home, readonly port: number) {}

  text(file: string): string {
    return Deno.readTextFileSync(`${this.home.path}/${file}`);
  }

  /** Certificate and key of that name, "" for none. */
  tls(name: string, folder = "certs"): ClientTls {
    const pair = name === ""
      ? ["", ""]
      : [`${name}.pem`, `${name}-key.pem`].map((file) => this.text(`${folder}/${file}`));
    return { ca: this.text("certs/ca.pem"), cert: pair[0]!, key: pair[1]!, skipVerify: false };
  }

  /** What comes of one call; "" when it was answered. */
  async call(
    tls: ClientTls | null,
    method: "Dispatch" | "GetWorkers" | "Heartbeat" | "EndTask" | "Poll",
    request: object,
    sign?: GrpcClientOptions["sign"],
    timeoutMs = 5000,
  ): Promise<string> {
    const targets = () => Promise.resolve([{ host: "127.0.0.1", port: this.port }]);
    const client = new GrpcClient({ targets, tls, ...(sign ? { sign } : {}) });
    try {
      await client.call(method, request, { timeoutMs });
      return "";
    } catch (error) {
      return error instanceof CallError ? error.code : String(error);
    } finally {
      client.close();
    }
  }
}

async function withSite(
  settings: (home: Home) => Record<string, string>,
  work: (site: Site) => Promise<void>,
): Promise<void> {
  const home = await Home.make();
  try {
    for (const args of [["server", "127.0.0.1"], ["worker", "w1"], ["client", "s1"], ["admin", "ops"]]) {
      assertEquals((await home.run(["cert", ...args])).code, 0);
    }
    const site = new Site(home, freePort());
    const cluster = new Cluster(home);
    await cluster.leads(cluster.coordinator(site.port, settings(home)));
    await work(site);
    assertEquals(home.files(/hacked$/), []);
  } finally {
    await home[Symbol.asyncDispose]();
  }
}

const mutual = (home: Home): Record<string, string> => ({
  DAGU_PEER_CERT_FILE: `${home.path}/certs/server-127.0.0.1.pem`,
  DAGU_PEER_KEY_FILE: `${home.path}/certs/server-127.0.0.1-key.pem`,
  DAGU_PEER_CLIENT_CA_FILE: `${home.path}/certs/ca.pem`,
});

Deno.test("peer access: certificates: none, of a stranger, expired, without a role", () =>
  withSite(mutual, async (site) => {
    const { path } = site.home;
    const foreign = new CertificateFolder(`${path}/foreign`, systemClock, randomBytes);
    await foreign.makeAuthority("dagu", 30);
    await foreign.make({ identity: { id: "ops", roles: ["admin"] }, names: [], days: 30 });
    // The same authority, some time ago.
    const past = new CertificateFolder(`${path}/certs`, new FakeClock(Date.now() - 10 * DAY_MS), randomBytes);
    await past.make({ identity: { id: "old", roles: ["admin"] }, names: [], days: 5 });
    const list = (tls: ClientTls | null) => site.call(tls, "GetWorkers", {});
    assertEquals(await list(site.tls("admin-ops")), "");
    for (
      const [what, tls] of [
        ["plain text", null],
        ["no certificate", site.tls("")],
        ["a stranger's", site.tls("admin-ops", "foreign")],
        ["an expired one", site.tls("admin-old")],
        ["a server that it does not believe", { ...site.tls("admin-ops"), ca: site.text("foreign/ca.pem") }],
      ] as const
    ) assert(["unavailable", "unauthenticated", "deadline_exceeded"].includes(await list(tls)), what);
  }));

Deno.test("peer access: a certificate that is revoked is refused at once, also to who waits for an answer", () =>
  withSite(mutual, async (site) => {
    const { home } = site;
    const worker = site.tls("worker-w1");
    const beat = () => site.call(worker, "Heartbeat", { workerId: "w1" });
    assertEquals(await beat(), "");
    const waiting = site.call(worker, "Poll", { workerId: "w1", confirms: true }, undefined, 60_000);
    assertEquals(await beat(), "");
    assertEquals((await home.run(["cert", "revoke", "w1"])).code, 0);
    assertMatch((await home.run(["cert", "list"])).stdout, /worker-w1 .*revoked/);
    assertEquals(await beat(), "unauthenticated");
    const client = site.tls("client-s1");
    assertEquals(await site.call(client, "Dispatch", { task: TASK, hold: true }), "");
    assertEquals(await waiting, "unauthenticated");
    // A list that cannot be read changes nothing.
    const list = `${home.path}/certs/revoked`;
    const before = Deno.readTextFileSync(list);
    Deno.writeTextFileSync(list, `${before}???\n`);
    assertEquals([await beat(), await site.call(client, "GetWorkers", {})], ["unauthenticated", ""]);
    assertEquals((await home.run(["cert", "renew", "worker-w1"])).code, 0);
    assertEquals(await site.call(site.tls("worker-w1"), "Heartbeat", { workerId: "w1" }), "");
  }));

Deno.test("peer access: a coordinator whose certificate is revoked has no workers and gets no runs", () =>
  withSite(mutual, async ({ home }) => {
    home.dag("far", "worker_selector: {a: b}\nsteps:\n  - echo done\n");
    const own = (name: string) => ({
      ...mutual(home),
      DAGU_PEER_CERT_FILE: `${home.path}/certs/${name}.pem`,
      DAGU_PEER_KEY_FILE: `${home.path}/certs/${name}-key.pem`,
    });
    const cluster = new Cluster(home);
    const worker = cluster.worker("w1", "a=b", own("worker-w1"));
    await worker.says("Worker started");
    cluster.scheduler(own("client-s1"));
    const why = async (id: string) => (await home.run(["why", "far", id])).stdout;
    await cluster.enqueue("far", "before");
    await worker.says("Run ended");
    assertEquals((await home.run(["cert", "revoke", "server-127.0.0.1"])).code, 0);
    await worker.says("The coordinator does not answer");
    assertMatch(worker.said, /certificate of .*127\.0\.0\.1:[0-9]+.* was revoked/);
    await cluster.enqueue("far", "after");
    await until(async () => /was revoked/.test(await why("after")), "a reason", () => cluster.said);
  }));

Deno.test("peer access: each role does what it is for, and no more", () =>
  withSite(mutual, async (site) => {
    const worker = site.tls("worker-w1");
    const claim = { taskId: "t", attempt: 1, epoch: 1, workerId: "w2" };
    assertEquals(await site.call(worker, "Heartbeat", { workerId: "w1" }), "");
    assertEquals(await site.call(worker, "Heartbeat", { workerId: "w1@4711" }), "");
    assertEquals(await site.call(worker, "Heartbeat", { workerId: "w2" }), "permission_denied");
    assertEquals(await site.call(worker, "Dispatch", { task: TASK, hold: true }), "permission_denied");
    assertEquals(await site.call(worker, "GetWorkers", {}), "permission_denied");
    assertEquals(await site.call(worker, "EndTask", { claim, result: { status: 4 } }), "permission_denied");
    const client = site.tls("client-s1");
    assertEquals(await site.call(client, "GetWorkers", {}), "");
    assertEquals(await site.call(client, "Heartbeat", { workerId: "w1" }), "permission_denied");
    assertEquals(
      await site.call(site.tls("server-127.0.0.1"), "Dispatch", { task: TASK }),
      "permission_denied",
    );
  }));

Deno.test("peer access: a stolen certificate brings no tasks but those of its own labels", () =>
  withSite((home) => {
    Deno.writeTextFileSync(`${home.path}/config.yaml`, "coordinator:\n  workerLabels:\n    w1: region=eu\n");
    return mutual(home);
  }, async (site) => {
    const thief = site.tls("worker-w1");
    const poll = (labels: Record<string, string>) =>
      site.call(thief, "Poll", { workerId: "w1", labels, confirms: true });
    const task = { ...TASK, workerSelector: { pay: "yes" } };
    assertEquals(await site.call(site.tls("client-s1"), "Dispatch", { task, hold: true }), "");
    assertEquals(await poll({ region: "eu", pay: "yes" }), "permission_denied");
    assertEquals(
      await site.call(thief, "Heartbeat", { workerId: "w1", labels: { pay: "yes" } }),
      "permission_denied",
    );
    const mine = { ...task, dagRunId: "r2", rootDagRunId: "r2", workerSelector: { region: "eu" } };
    assertEquals(await site.call(site.tls("client-s1"), "Dispatch", { task: mine, hold: true }), "");
    assertEquals(await poll({ region: "eu" }), "");
    const worker = new Cluster(site.home).worker("w1", "region=eu,pay=yes", {
      ...mutual(site.home),
      DAGU_PEER_CERT_FILE: `${site.home.path}/certs/worker-w1.pem`,
      DAGU_PEER_KEY_FILE: `${site.home.path}/certs/worker-w1-key.pem`,
    });
    await worker.says("may not have the labels pay=yes: coordinator.workerLabels has region=eu for it");
  }));

Deno.test("peer access: signatures: none, of another key, for something else, old, or a second time", () =>
  withSite((home) => {
    const keys = `${home.path}/keys`;
    const bytes = (fill: number) =>
      new Uint8Array(32).fill(fill).toBase64({ alphabet: "base64url", omitPadding: true });
    Deno.writeTextFileSync(
      keys,
      `k1 client/s1 ${bytes(1)}\nk2 client/s1 ${bytes(2)}\nk3 worker/w1 ${bytes(3)}\n`,
      {
        mode: 0o600,
      },
    );
    return { DAGU_PEER_SIGNING_KEYS_FILE: keys };
  }, async (site) => {
    const [first, second, worker] = parseSigningKeys(site.text("keys"), "keys");
    const signedBy = (key = first!, change: (text: string) => string = (text) =>
      text, age = 0): GrpcClientOptions["sign"] =>
    async (method, body) => {
      const nonce = randomBytes(18).toBase64({ alphabet: "base64url" });
      return { [SIGNATURE_FIELD]: change(await signRequest(key, { method, body }, Date.now() - age, nonce)) };
    };
    const list = (sign?: GrpcClientOptions["sign"]) =>
      site.call(null, "GetWorkers", {}, sign);
    assertEquals(await list(signedBy()), "");
    assertEquals(await list(signedBy(second)), "");
    assertEquals(await list(signedBy(worker)), "permission_denied");
    assertEquals(await list(), "unauthenticated");
    assertEquals(await list(signedBy({ ...first!, secret: new Uint8Array(32).fill(9) })), "unauthenticated");
    assertEquals(
      await list(signedBy(first, (text) =>
        text.replace("k1", "k3"))),
      "unauthenticated",
    );
    assertEquals(await list(signedBy(first, undefined, 31_000)), "unauthenticated");
    let kept = "";
    const once = signedBy(first, (text) => kept = text);
    assertEquals(await list(once), "");
    const again: GrpcClientOptions["sign"] = () => Promise.resolve({ [SIGNATURE_FIELD]: kept });
    assertEquals(await list(again), "unauthenticated");
    assertEquals(await site.call(null, "Dispatch", { task: TASK }, again), "unauthenticated");
  }));

Deno.test("peer access: what is not safe does not start", async () => {
  await using home = await Home.make();
  assertEquals((await home.run(["cert", "server", "127.0.0.1"])).code, 0);
  const cert = mutual(home);
  const refusal = async (args: string[]) => {
    const { code, stderr } = await home.run(args);
    assertEquals(code, 1, stderr);
    return stderr;
  };
  const flags = [
    `--peer.cert-file=${cert.DAGU_PEER_CERT_FILE}`,
    `--peer.key-file=${cert.DAGU_PEER_KEY_FILE}`,
  ];
  assertMatch(await refusal(["coordinator", "--coordinator.host=0.0.0.0"]), /without TLS/);
  assertMatch(
    await refusal(["coordinator", "--coordinator.host=0.0.0.0", ...flags]),
    /anybody could hand in tasks/,
  );
  assertMatch(
    await refusal(["coordinator", ...flags, "--peer.insecure"]),
    /peer\.insecure asks for plain text/,
  );
  assertMatch(await refusal(["worker", "--worker.coordinator-host=10.0.0.1"]), /without TLS/);
  Deno.writeTextFileSync(`${home.path}/config.yaml`, "coordinator: {workerLabels: {w1: region=eu}}\n");
  assertMatch(await refusal(["coordinator"]), /Cannot hold workers to coordinator\.workerLabels/);
  Deno.removeSync(`${home.path}/config.yaml`);
  assertMatch(
    await refusal(["worker", "--worker.coordinator-host=10.0.0.1", ...flags, "--peer.skip-tls-verify"]),
    /might be anybody/,
  );
  Deno.chmodSync(cert.DAGU_PEER_KEY_FILE!, 0o644);
  assertMatch(await refusal(["coordinator", ...flags]), /others may read it/);
});
