/** The composition root: the one place where concrete classes meet. */
import { currentDir } from "../platform/current_dir.ts";
import type { AgentPorts, OrphanGuard, StepGate } from "../agent/agent_ports.ts";
import type { Config } from "../config/config.ts";
import type { Shell } from "../core/dag.ts";
import { randomToken } from "../core/ids.ts";
import { filterOsEnv } from "../core/os_env.ts";
import { isBundled } from "../platform/bundled.ts";
import { SystemCommands } from "../platform/commands.ts";
import { temporaryBeside } from "../platform/files.ts";
import { Guard } from "../platform/guard.ts";
import { tokenMark } from "../platform/leftovers.ts";
import { osEnv } from "../platform/os_env.ts";
import { randomBytes } from "../platform/random.ts";
import { secretProvider } from "../platform/secret_providers.ts";
import { socketPath } from "../platform/socket/socket_path.ts";
import { systemClock } from "../platform/system_clock.ts";
import { restrictUmask } from "../platform/umask.ts";
import { FileDagStore } from "../stores/file/dags/dag_store.ts";
import { FileRunStore } from "../stores/file/run_store.ts";
import type { Dispatcher } from "../ports/dispatcher.ts";
import type { OtlpExporter } from "../platform/telemetry/otlp_exporter.ts";
import type { Evaluate, ModuleTexts } from "../stores/file/dags/module_texts.ts";
import type { DagStore } from "../ports/dag_store.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { RunStore } from "../ports/run_store.ts";
import type { SpanSink } from "../ports/span_sink.ts";
import type { QueueStore } from "../ports/queue_store.ts";
import type { SandboxPool } from "../executors/sandbox/pool.ts";
import type { OpenDispatcher } from "./coordinator/open_dispatcher.ts";
import { executorsFor } from "./executor_table.ts";

export interface Services {
  readonly config: Config;
  readonly runs: FileRunStore;
  readonly dags: FileDagStore;
  /** The YAML text that a definition in TypeScript stands for. */
  readonly evaluate: Evaluate;
  /** Loaded when it is needed: most runs are never queued. */
  queues(): Promise<QueueStore>;
  /** Folders of attempts that were met and cannot be read. */
  readonly damaged: ReadonlySet<string>;
  /** What an agent of this process gets; `close` when it has ended. */
  agent(
    workerId: string,
    options?: AgentOptions,
  ): { readonly ports: AgentPorts; close(): Promise<void> };
}

export interface AgentOptions {
  readonly audit?: boolean;
  readonly gate?: StepGate | null;
}

/** Stores that take the place of files for what agents do. */
export interface GivenStores {
  readonly runs?: RunStore;
  readonly dags?: DagStore;
}

/** Opens nothing: files and processes are touched when they are used. */
export function openServices(config: Config, given: GivenStores = {}): Services {
  const damaged = new Set<string>();
  restrictUmask();
  const { paths } = config;
  const runs = new FileRunStore({ ...paths, onDamaged: (dir) => damaged.add(dir) });
  // Sources, and further kinds of steps, may change from one call to the next, and with them what a text means.
  const cacheDir = isBundled() ? `${paths.dataDir}/cache` : "";
  const evaluate = lazyEvaluate(cacheDir);
  const dags = new FileDagStore({
    dagsDir: paths.dagsDir,
    baseConfig: paths.baseConfig,
    cwd: currentDir(),
    userHome: osEnv().HOME ?? "",
    executors: config.executors,
    evaluate,
    cacheDir: config.executors.length === 0 ? cacheDir : "",
  });
  let queues: Promise<QueueStore> | null = null;
  return {
    config,
    runs,
    dags,
    evaluate,
    damaged,
    queues: () =>
      queues ??= import("../stores/file/queue_store.ts").then((module) => new module.FileQueueStore(paths)),
    agent: (workerId, { audit = false, gate = null } = {}) => {
      const token = randomToken(randomBytes);
      const socket = socketPath(paths.dataDir, token);
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
            owner: { runs: given.runs ?? runs, root, token, dataDir: paths.dataDir, os },
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

/** Loaded with the first definition in TypeScript. */
function lazyEvaluate(cacheDir: string): Evaluate {
  let texts: Promise<ModuleTexts> | null = null;
  return async (file) => {
    texts ??= import("../stores/file/dags/module_texts.ts").then((module) =>
      new module.ModuleTexts(
        async (file) => (await import("./definitions/read_definition.ts")).readDefinition(file),
        cacheDir,
      )
    );
    return await (await texts).read(file);
  };
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
