/** The composition root: the one place where concrete classes meet. */
import type { AgentPorts, OrphanGuard, StepGate } from "../agent/agent_ports.ts";
import type { Config } from "../config/config.ts";
import type { Shell } from "../core/dag.ts";
import { randomToken } from "../core/ids.ts";
import { filterOsEnv } from "../core/os_env.ts";
import { SystemCommands } from "../platform/process/commands.ts";
import { temporaryBeside } from "../platform/files/files.ts";
import { Guard } from "../platform/process/guard/guard.ts";
import { tokenMark } from "../platform/process/guard/leftovers.ts";
import { osEnv } from "../platform/os_env.ts";
import { randomBytes } from "../platform/random.ts";
import { secretProvider } from "../platform/secrets/secret_providers.ts";
import { socketPath } from "../platform/socket/socket_path.ts";
import { systemClock } from "../platform/time/system_clock.ts";
import type { Dispatcher } from "../ports/dispatcher.ts";
import type { OtlpExporter } from "../platform/telemetry/otlp_exporter.ts";
import type { DagStore } from "../ports/dag_store.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { RunStore } from "../ports/run_store.ts";
import type { SpanSink } from "../ports/span_sink.ts";
import type { SandboxPool } from "../executors/sandbox/pool.ts";
import type { OpenDispatcher } from "./coordinator/open_dispatcher.ts";
import { isCalled } from "./runs/is_called.ts";
import { executorsFor } from "./executor_table.ts";
import { openStores, type Stores } from "./stores.ts";

export interface Services extends Stores {
  /** What an agent of this process gets; `close` when it has ended. */
  agent(
    workerId: string,
    options?: AgentOptions,
  ): { readonly ports: AgentPorts; close(): Promise<void> };
}

export interface AgentOptions {
  readonly audit?: boolean;
  readonly gate?: StepGate | null;
  /** The run was taken out of its queue. */
  readonly fromQueue?: boolean;
}

/** Stores that take the place of files for what agents do. */
export interface GivenStores {
  readonly runs?: RunStore;
  readonly dags?: DagStore;
}

/** Opens nothing: files and processes are touched when they are used. */
export function openServices(config: Config, given: GivenStores = {}): Services {
  const stores = openStores(config);
  const { runs, dags } = stores;
  return {
    ...stores,
    agent: (workerId, { audit = false, gate = null, fromQueue = false } = {}) => {
      const token = randomToken(randomBytes);
      const socket = socketPath(config.paths.dataDir, token);
      const guard = new LazyGuard(tokenMark(token), temporaryBeside(socket));
      const sandboxes = lazySandboxes();
      const dispatchers = lazyDispatcher(config);
      const spans = new LazySpans();
      const os = osEnv();
      const host = filterOsEnv(os);
      if (config.layout.home !== "") host.DAGU_HOME = config.layout.home;
      const ports: AgentPorts = {
        clock: systemClock,
        random: randomBytes,
        runs: given.runs ?? runs,
        dags: given.dags ?? dags,
        commands: new SystemCommands(),
        secrets: (provider) => secretProvider(provider, os),
        executors: (subRuns, root) =>
          executorsFor({
            subRuns,
            random: randomBytes,
            sandboxes: sandboxes.get,
            further: config.executors,
            owner: { runs: given.runs ?? runs, root, token, dataDir: config.paths.dataDir, os },
          }),
        os,
        host,
        dispatcher: dispatchers.get,
        notifier: lazyNotifier(sandboxes.get),
        spans,
        defaultShell: defaultShell(config, os),
        loadSchema: async (ref, dirs) => (await import("./definitions/load_schema.ts")).loadSchema(ref, dirs),
        audit,
        guard,
        token,
        workerId,
        gate,
        isCalled: fromQueue ? (record, dag) => isCalled(stores, record, dag) : null,
        socket,
      };
      const close = async () => {
        await Promise.all([sandboxes.close(), dispatchers.close(), spans.settled()]);
        await guard.close();
      };
      return { ports, close };
    },
  };
}

/** The configured shell, else the user's, else `sh`. */
function defaultShell(config: Config, os: Readonly<Record<string, string>>): Shell {
  const [program = "sh", ...args] = (config.defaultShell || os.SHELL || "sh").trim().split(/\s+/);
  return { program, args };
}

/** The pool of workers, loaded with the first confined step. */
function lazySandboxes(): { get: () => Promise<SandboxPool>; close: () => Promise<void> } {
  let pool: Promise<SandboxPool> | null = null;
  return {
    get: () => pool ??= import("../executors/sandbox/pool.ts").then((module) => new module.SandboxPool()),
    close: async () => (await pool)?.close(),
  };
}

/** Loaded with the first sub-run for a worker. */
function lazyDispatcher(config: Config): { get: () => Promise<Dispatcher>; close: () => Promise<void> } {
  let open: Promise<OpenDispatcher> | null = null;
  return {
    get: async () => {
      open ??= import("./coordinator/open_dispatcher.ts").then((module) => module.openDispatcher(config));
      return (await open).dispatcher;
    },
    close: async () => (await open?.catch(() => null))?.close(),
  };
}

/** Loaded with the first report. */
function lazyNotifier(pool: () => Promise<SandboxPool>): Notifier {
  return {
    send: async (mail, signal) => {
      const { MailNotifier } = await import("../executors/mail/notifier.ts");
      await new MailNotifier(pool).send(mail, signal);
    },
  };
}

/** How long the end of a process waits for a collector of traces, in milliseconds. */
const TRACES_MS = 2000;

/** The exporter of traces, loaded with the first one. */
class LazySpans implements SpanSink {
  #exporter: Promise<OtlpExporter> | null = null;

  send(...args: Parameters<SpanSink["send"]>): void {
    this.#exporter ??= import("../platform/telemetry/otlp_exporter.ts").then((module) =>
      new module.OtlpExporter()
    );
    this.#exporter.then((exporter) => exporter.send(...args));
  }

  async settled(): Promise<void> {
    await (await this.#exporter)?.settled(TRACES_MS);
  }
}

/** Starts the guard when a run begins, at the latest with the first process group. */
class LazyGuard implements OrphanGuard {
  #guard: Guard | null = null;
  constructor(readonly mark: string, readonly file: string) {}

  prepare(): Guard {
    return this.#guard ??= Guard.start(this.mark, this.file);
  }

  add(pgid: number): void {
    this.prepare().add(pgid);
  }

  remove(pgid: number): void {
    this.#guard?.remove(pgid);
  }

  async close(): Promise<void> {
    await this.#guard?.done();
  }
}
