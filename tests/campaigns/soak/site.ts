/** The home of a soak, with every service twice: an elder that is never killed, so that it can grow, and a younger. */
import { Home, pause, until } from "../../support/home.ts";
import { type ServiceProcess, startService } from "../../support/services.ts";
import { QUEUED, SCHEDULED, STEP_SCRIPT } from "./definitions.ts";

export interface Role {
  readonly name: string;
  readonly kind: "scheduler" | "coordinator" | "worker" | "server";
  /** It is paused, but not killed: what it holds on to adds up. */
  readonly elder: boolean;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where an elder that runs from its sources can be asked about its memory. */
  readonly inspect: number;
}

/** One role, and the process that plays it. */
export interface Member {
  readonly role: Role;
  process: ServiceProcess;
  /** It is ended on purpose, or being started again. */
  down: boolean;
}

/** Services end in order within this time. */
const PATIENCE_MS = 60_000;

export class Site implements AsyncDisposable {
  readonly members: Member[] = [];
  /** Addresses of the API of both servers, that of the elder first. */
  readonly api: readonly string[];
  /** What should not have happened. */
  readonly defects: string[] = [];
  readonly starts: Record<string, number> = {};
  #over = false;

  private constructor(readonly home: Home, readonly far: Home) {
    const roles = rolesOf(home, far);
    this.api = roles.filter(({ kind }) => kind === "server")
      .map(({ args }) => `http://127.0.0.1:${args[1]!.replace("--port=", "")}/api/v2`);
    for (const role of roles) this.members.push({ role, process: this.#start(role), down: false });
    for (const member of this.members) void this.#keep(member);
  }

  static async open(): Promise<Site> {
    const home = await Home.make();
    const far = await Home.make({ dir: home.path });
    Deno.mkdirSync(`${home.path}/tmp`);
    Deno.writeTextFileSync(
      `${home.path}/work/step.sh`,
      STEP_SCRIPT.replaceAll("WORK", `${home.path}/work`),
      { mode: 0o755 },
    );
    Deno.writeTextFileSync(
      `${home.path}/config.yaml`,
      "queues:\n  config:\n    - {name: wide, maxConcurrency: 4}\n    - {name: narrow, maxConcurrency: 1}\n",
    );
    for (const [name, text] of Object.entries({ ...SCHEDULED, ...QUEUED })) home.dag(name, text);
    const site = new Site(home, far);
    for (const api of site.api) {
      await until(
        () => fetch(`${api}/health`).then((answer) => answer.body?.cancel()).then(() => true, () => false),
        api,
      );
    }
    return site;
  }

  /** Processes of both homes: services, agents, steps, guards. */
  alive(): { readonly pid: number; readonly command: string }[] {
    const all = [...this.home.alive(), ...this.far.alive()];
    return all.filter(({ pid }, i) => all.findIndex((other) => other.pid === pid) === i);
  }

  /** Ends all services as a person would. They are not started again. */
  async stop(): Promise<void> {
    this.#over = true;
    const there = this.members.filter(({ down }) => !down);
    await Promise.all(there.map(async ({ role, process }) => {
      process.signal("SIGCONT");
      const code = await Promise.race([
        process.stop(),
        pause(PATIENCE_MS).then(() => `still there after ${PATIENCE_MS} ms`),
      ]);
      if (code !== 0) this.defects.push(`${role.name} was told to end: ${code}`);
    }));
  }

  /** Starts all services that were stopped: each tidies up what others left. */
  again(): void {
    for (const member of this.members) {
      member.process = this.#start(member.role);
      member.down = false;
    }
  }

  /** Starts a service again whenever it has ended, until all are stopped. */
  async #keep(member: Member): Promise<void> {
    for (;;) {
      const { code, signal } = await member.process.ended;
      if (this.#over) return;
      if (!member.down) this.defects.push(`${member.role.name} ended by itself: ${signal ?? code}`);
      await pause(1000);
      if (this.#over) return;
      member.process = this.#start(member.role);
      member.down = false;
    }
  }

  #start({ name, args, env, elder, inspect }: Role): ServiceProcess {
    this.starts[name] = (this.starts[name] ?? 0) + 1;
    const flags = elder ? [`--inspect=127.0.0.1:${inspect}`] : [];
    return startService(this.home, args, { TMPDIR: `${this.home.path}/tmp`, ...env }, flags);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await this.far[Symbol.asyncDispose]();
    await this.home[Symbol.asyncDispose]();
  }
}

/** A port that the system gives to nobody by itself: it stays free while its service is being started again. */
function lastingPort(): number {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch {
      // Somebody has it.
    }
  }
}

function rolesOf(home: Home, far: Home): Role[] {
  const distant = { DAGU_HOME: far.path, DAGU_SERVICE_REGISTRY_DIR: `${home.path}/data/service-registry` };
  const pair = (
    kind: Role["kind"],
    name: string,
    args: (name: string) => readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Role[] =>
    ["elder", "younger"].map((age) => {
      const full = `${name}-${age}`;
      return {
        name: full,
        kind,
        elder: age === "elder",
        args: [kind, ...args(full)],
        env,
        inspect: lastingPort(),
      };
    });
  const worker = (id: string) => [`--worker.id=${id}`, `--worker.labels=pool=${id.replace(/-.*/, "")}`];
  return [
    ...pair("coordinator", "coordinator", () => [`--coordinator.port=${lastingPort()}`]),
    ...pair("scheduler", "scheduler", () => [], { DAGU_SCHEDULER_PORT: "0" }),
    ...pair("worker", "near", worker),
    ...pair("worker", "far", (id) => [...worker(id), "--worker.storage=remote"], distant),
    ...pair("server", "server", () => [`--port=${lastingPort()}`], { DAGU_AUTH_MODE: "none" }),
  ];
}
