/** A coordinator, workers and a scheduler as processes over one home. */
import { FileRegistry } from "../../src/stores/file/services/registry.ts";
import { Home, until } from "./home.ts";
import { startScheduler } from "./schedulers.ts";
import { type ServiceProcess, startService } from "./services.ts";
import { freePort } from "./free_port.ts";

/** Does the work where a coordinator leads at that port, in a home of which nothing is left. */
export async function inCluster(
  work: (cluster: Cluster, home: Home, port: number) => Promise<void>,
): Promise<void> {
  await using home = await Home.make();
  const cluster = new Cluster(home);
  const port = freePort();
  await cluster.leads(cluster.coordinator(port));
  await work(cluster, home, port);
}

export class Cluster {
  readonly home: Home;
  readonly #running: ServiceProcess[] = [];

  constructor(home: Home) {
    this.home = home;
  }

  coordinator(port = freePort(), more: Record<string, string> = {}): ServiceProcess {
    return this.#keep(startService(this.home, ["coordinator", `--coordinator.port=${port}`], more));
  }

  /** @param labels as the flag takes them; "" for none */
  worker(id: string, labels = "", more: Record<string, string> = {}): ServiceProcess {
    const flags = labels === "" ? [] : [`--worker.labels=${labels}`];
    return this.#keep(startService(this.home, ["worker", `--worker.id=${id}`, ...flags], more));
  }

  /** Server, scheduler and coordinator in one process; the server asks for no login. */
  everything(port: number): ServiceProcess {
    const flags = [`--port=${port}`, `--coordinator.port=${freePort()}`];
    return this.#keep(startService(this.home, ["start-all", ...flags], { DAGU_AUTH_MODE: "none" }));
  }

  scheduler(more: Record<string, string> = {}): ServiceProcess {
    return this.#keep(startScheduler(this.home, more));
  }

  /** Resolves when a coordinator with that process leads. */
  async leads(coordinator: ServiceProcess): Promise<void> {
    const registry = new FileRegistry(`${this.home.path}/data/service-registry`);
    const isSo = () =>
      registry.services("coordinator").some(({ pid, active }) => active && pid === coordinator.pid);
    await until(isSo, "a coordinator that leads", () => coordinator.said);
  }

  async enqueue(dag: string, id: string, ...more: readonly string[]): Promise<void> {
    const { code, stderr } = await this.home.run(["enqueue", `--run-id=${id}`, dag, ...more]);
    if (code !== 0) throw new Error(`Not queued: ${stderr}`);
  }

  /** What all of them have written. */
  get said(): string {
    return this.#running.map(({ said }) => said).join("\n---\n");
  }

  #keep(service: ServiceProcess): ServiceProcess {
    this.#running.push(service);
    return service;
  }
}
