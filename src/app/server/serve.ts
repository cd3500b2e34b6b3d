/** `server`: the API over this home. */
import type { Config } from "../../config/config.ts";
import { DaguError, messageOf } from "../../core/errors.ts";
import { randomToken } from "../../core/ids.ts";
import type { RunRef } from "../../core/run.ts";
import { randomBytes } from "../../platform/random.ts";
import { hostName } from "../../platform/process/identity.ts";
import type { TlsFiles } from "../../platform/http/https_server.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { localZone } from "../../platform/time/time_zone.ts";
import { startInterval } from "../../platform/time/timer.ts";
import { checkExposure } from "../../services/server/auth/exposure.ts";
import { isLoopback } from "../../services/server/access/guard.ts";
import { noteServed } from "../../services/server/auth/note_served.ts";
import { IndexKeeper } from "../../services/server/index_keeper.ts";
import { EventHub } from "../../services/server/live/event_hub.ts";
import { Live } from "../../services/server/live/live.ts";
import { LogFollows } from "../../services/server/live/log_follows.ts";
import { WorkerWatch } from "../../services/server/live/worker_watch.ts";
import { LogReader } from "../../services/server/logs/log_reader.ts";
import { ResourceHistory } from "../../services/server/figures/resource_history.ts";
import { RemoteNodes } from "../../services/server/remote/remote_nodes.ts";
import { notedActions } from "../../services/server/run_actions.ts";
import { DiskUses } from "../../services/server/figures/disk_use.ts";
import { type ServerOptions, startServer } from "../../services/server/server.ts";
import { DagFiles } from "../../stores/file/dags/dag_files.ts";
import { FileFireStore } from "../../stores/file/fires/fire_store.ts";
import { IndexReadModel } from "../../stores/index/read_model.ts";
import { openAgentPool } from "../agents/agent_pool.ts";
import type { RunningService, ServeOptions, ServiceLog } from "../app.ts";
import { openHome } from "../home/open_home.ts";
import { asksForLogin, openAuth } from "./open_auth.ts";
import { runActions } from "./run_actions.ts";
import { shownSettings } from "./shown_settings.ts";
import { queuePlaces } from "../scheduler/queue_places.ts";
import { whyRun } from "../runs/why_run.ts";
import { openWorkerLauncher } from "../scheduler/worker_launcher.ts";
import { openWorkers } from "../coordinator/workers.ts";
import { FileRegistry } from "../../stores/file/services/registry.ts";
import { openServices, type Services } from "../services.ts";

/** @throws DaguError when the address cannot be had, or must not be served with these settings */
export async function serve(config: Config, { log, agentFlags }: ServeOptions): Promise<RunningService> {
  const tls = tlsOf(config);
  const stopWarning = warnWhileExposed(config, { login: asksForLogin(config), tls: tls !== null }, log);
  openHome(config, log);
  const { auth, authenticate } = await openAuth(config, tls !== null || config.behindProxy, log);
  const services = openServices(config);
  const trouble = (what: string, error: unknown) => log("WARN", what, { error: messageOf(error) });
  const { paths } = config;
  const { evaluate } = services;
  const model = new IndexReadModel(`${paths.dataDir}/index/index.db`, { ...paths, evaluate });
  const keeper = new IndexKeeper(model, systemClock, (error) => trouble("Cannot keep the index", error));
  const resources = openResources(config);
  const hub = new EventHub(randomToken(randomBytes).slice(0, 8));
  const logFollows = new LogFollows();
  const workers = openWorkers(config);
  const live = openLive(config, services, model, hub, trouble);
  const remote = new RemoteNodes({
    nodes: config.remoteNodes,
    onTrouble: (node, error) => trouble(`Cannot ask the remote node "${node}"`, error),
  });
  const pool = openAgentPool(config, agentFlags);
  const server = await startServer({
    model,
    runs: services.runs,
    dags: services.dags,
    evaluate,
    files: new DagFiles(paths),
    logs: new LogReader([paths.dataDir, paths.dagRunsDir, paths.logDir]),
    actions: notedActions(
      runActions(config, services, openWorkerLauncher(services, pool)),
      (run) => live.note(run),
    ),
    resources,
    disk: new DiskUses(paths, () => systemClock.now()),
    hub,
    logFollows,
    changed: { dags: () => model.noteDags(), run: (run) => live.note(run) },
    fires: new FileFireStore(paths.dataDir),
    why: (run) => whyRun(config, { dag: run.name, runId: run.id }),
    // A list without places is of more use than none.
    queuePlaces: () => queuePlaces(services).catch(() => () => null),
    clock: systemClock,
    workers,
    registry: new FileRegistry(paths.serviceRegistryDir),
    baseConfig: paths.baseConfig,
    queues: config.queues.config,
    remoteNodes: remote.names(),
    zone: config.tz || localZone(),
    settings: () => shownSettings(config),
    startedAt: systemClock.now(),
  }, {
    ...settingsOf(config),
    auth,
    authenticate,
    tls,
    remote,
    onServed: (served) => noteServed(auth.audit, served),
    onDefect: (error) => log("ERROR", "A request met a defect", { error: traceOf(error) }),
  });
  const watch = new WorkerWatch(workers, hub);
  keeper.begin();
  live.begin();
  resources.begin();
  return {
    address: addressOf(config, tls, server.port),
    close: async () => {
      live.end();
      watch.end();
      workers.close();
      hub.close();
      logFollows.end();
      remote.close();
      stopWarning();
      resources.end();
      await keeper.end();
      await server.close();
      pool.close();
      model.close();
    },
  };
}

function settingsOf(
  config: Config,
): Omit<ServerOptions, "auth" | "authenticate" | "tls" | "remote" | "onServed" | "onDefect"> {
  return {
    host: config.host,
    port: config.port,
    basePath: config.basePath,
    apiBasePath: config.apiBasePath,
    withPage: !config.headless,
    title: config.ui.navbarTitle,
    colour: config.ui.navbarColor,
    publicMetrics: config.metrics === "public",
    names: [hostName(), ...config.hosts],
    behindProxy: config.behindProxy,
    switches: config.permissions,
  };
}

function addressOf({ host }: Config, tls: TlsFiles | null, port: number): string {
  return `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function openResources({ monitoring, paths }: Config): ResourceHistory {
  return new ResourceHistory({
    intervalMs: monitoring.interval,
    retentionMs: monitoring.retention,
    folder: paths.dataDir,
    now: () => systemClock.now(),
  });
}

/** What tells of changes in the files. */
function openLive(
  { paths }: Config,
  services: Services,
  model: IndexReadModel,
  hub: EventHub,
  onTrouble: (what: string, error: unknown) => void,
): Live {
  return new Live({
    runs: services.runs,
    model,
    hub,
    queued: () => queuedRuns(services),
    folders: {
      proc: paths.procDir,
      queue: paths.queueDir,
      dags: paths.dagsDir,
      suspend: paths.suspendFlagsDir,
    },
    onTrouble,
  });
}

async function queuedRuns(services: Services): Promise<RunRef[]> {
  const queues = await services.queues();
  const names = await queues.queues();
  const contents = await Promise.all(names.map((name) => queues.contents(name)));
  return contents.flatMap(({ waiting }) => waiting.map((item) => item.run));
}

function traceOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** @throws DaguError when only one of the two files is given */
function tlsOf({ tls }: Config): TlsFiles | null {
  if (tls.certFile === "" && tls.keyFile === "") return null;
  if (tls.certFile === "" || tls.keyFile === "") {
    throw new DaguError("Cannot serve HTTPS: tls.certFile and tls.keyFile are needed both");
  }
  return tls;
}

const HOUR_MS = 3_600_000;

/** @returns a function that ends it */
function warnWhileExposed(
  { host, behindProxy, insecure }: Config,
  has: { readonly login: boolean; readonly tls: boolean },
  log: ServiceLog,
): () => void {
  const problem = checkExposure({ host, loopback: isLoopback(host), ...has, behindProxy, insecure });
  if (problem === "") return () => {};
  const warn = () => log("WARN", "The server is not safe", { problem });
  warn();
  return startInterval(HOUR_MS, warn);
}
