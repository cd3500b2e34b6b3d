/** A coordinator with certificates and a worker, for those who have no business there. */
import type { ClientTls } from "../../../src/transport/grpc/channel_security.ts";
import type { Task } from "../../../src/ports/task.ts";
import { CallError } from "../../../src/transport/grpc/call_error.ts";
import { taskToWire } from "../../../src/transport/grpc/task_wire.ts";
import { assertEquals } from "../../assert.ts";
import { aTask } from "../../fakes/tasks.ts";
import { Cluster } from "../../support/cluster.ts";
import { freePort } from "../../support/free_port.ts";
import { testClient } from "../../support/grpc_ends.ts";
import { Home } from "../../support/home.ts";

export class Site implements AsyncDisposable {
  readonly port = freePort();
  readonly certs: string;

  /** Process of the coordinator. */
  pid = 0;

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
    const coordinator = cluster.coordinator(site.port, site.env("server-127.0.0.1"));
    await cluster.leads(coordinator);
    site.pid = coordinator.pid;
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
  async dispatch(id: string, tls: ClientTls | null, change: Partial<Task> = {}): Promise<string> {
    const definition = `name: etl\nsteps:\n  - echo ${id} >> ${this.home.path}/work/marks\n`;
    const task = taskToWire(aTask(id, { operation: "start", trigger: "", definition, ...change }), null);
    using end = testClient([{ host: "127.0.0.1", port: this.port }], tls);
    return await codeOf(end.client.call("Dispatch", { task, hold: true }, { timeoutMs: 10_000 }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home[Symbol.asyncDispose]();
  }
}

/** "" or the code of the refusal. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "";
  } catch (error) {
    if (error instanceof CallError) return error.code;
    throw error;
  }
}
