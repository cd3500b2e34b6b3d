/** `coordinator`: puts the parts of the coordinator together and runs them until a signal comes. */
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { randomToken } from "../../core/ids.ts";
import { isLoopbackHost } from "../../core/ip_address.ts";
import { STALE_MS } from "../../core/lease_rule.ts";
import { labelRulesProblem, listenProblem } from "../../core/peer/peer_exposure.ts";
import { bootId, hostName, ownPid, processStartTime } from "../../platform/process/identity.ts";
import { writeAt } from "../../platform/logs/log_files.ts";
import { randomBytes } from "../../platform/random.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { callerCheck, revocationCheck } from "../../services/coordinator/caller_check.ts";
import { Coordinator } from "../../services/coordinator/coordinator.ts";
import { coordinatorHandlers } from "../../services/coordinator/coordinator_service.ts";
import { DispatchDesk } from "../../services/coordinator/desk.ts";
import { packTask } from "../../services/remote_runs/pack_task.ts";
import { RecordRoom } from "../../services/remote_runs/record_share.ts";
import { RunRecorder } from "../../services/remote_runs/run_recorder.ts";
import { Leadership } from "../../services/leadership.ts";
import type { ServiceLog } from "../../services/service_log.ts";
import { FileDispatchStore } from "../../stores/file/services/dispatch_store.ts";
import { FileLeaseStore } from "../../stores/file/services/lease_store.ts";
import { FileRegistry } from "../../stores/file/services/registry.ts";
import { type GrpcServer, startGrpcServer } from "../../transport/grpc/server.ts";
import { SignatureCheck } from "../../transport/signing/signature_check.ts";
import { endLostRun } from "../runs/lost_run.ts";
import { openHome } from "../home/open_home.ts";
import { lookAtRun } from "../runs/look_at_run.ts";
import { serverTls, signingKeys } from "./peer_security.ts";
import { revokedCertificates } from "./revoked_certificates.ts";
import { isCalled } from "../runs/is_called.ts";
import { openServices } from "../services.ts";
import { stopSignals } from "../stop_signals.ts";

/** Pause of a stand-by between two looks. */
const LOOK_MS = 500;

export interface RunCoordinatorOptions {
  readonly log: ServiceLog;
  /** Ends it in good order, as a signal does. */
  readonly ending?: AbortSignal;
}

/**
 * Resolves when it has ended: after the first signal in good order, after a second one at once.
 * @throws DaguError when the settings are not safe, or the address cannot be had
 */
export async function runCoordinator(config: Config, options: RunCoordinatorOptions): Promise<void> {
  const { log } = options;
  const { coordinator: { host, port, advertise, workerLabels }, paths } = config;
  const problem = listenProblem(host, config.peer) || labelRulesProblem(workerLabels, config.peer);
  if (problem !== "") throw new DaguError(problem);
  openHome(config, log);
  const { ending, now } = stopSignals(log, options.ending);
  const services = openServices(config);
  const listen = listener(config, log);
  const own = hostName();
  const registration = new FileRegistry(paths.serviceRegistryDir).register("coordinator", {
    id: `${own}-${ownPid()}-${Math.floor(systemClock.now() / 1000)}`,
    host: advertise || (isLoopbackHost(host) ? host : own),
    port,
  });
  const coordinator = new Coordinator({
    leadership: openLeadership(config, log),
    clock: systemClock,
    log,
    openStore: (epoch) =>
      new FileDispatchStore({
        root: `${paths.dataDir}/coordinator/tasks`,
        epoch,
        onBad: (path, problem) => log("ERROR", "A task cannot be read", { file: path, error: problem }),
      }),
    openDesk: (fence, store) => {
      const desk: DispatchDesk = new DispatchDesk({
        fence,
        clock: systemClock,
        random: randomBytes,
        store,
        pack: (task) => packTask(services.runs, task),
        look: (task, since) => lookAtRun(services.runs, task, since),
        records: new RunRecorder({
          runs: services.runs,
          clock: systemClock,
          writeAt,
          room: new RecordRoom(),
          readDag: (path) => services.dags.load(path, { asSubDag: true }),
          isAnothers: (root, run, claim) => desk.isAnothers(root, run, claim),
          isCalled: (record, dag) => isCalled(services, record, dag),
          onCancel: ({ taskId }) => desk.stop(taskId, "SIGTERM"),
        }),
        onLost: (task, claim) => endLostRun(services.runs, task, claim, log),
        log,
      });
      return desk;
    },
    listen,
    onLead: (leads) => void (registration.active = leads),
  });
  try {
    await Promise.race([coordinator.run(ending), now]);
  } finally {
    registration.remove();
  }
  log("INFO", "Coordinator ended");
}

/** @throws DaguError when certificates or keys cannot be used */
function listener(
  config: Config,
  log: ServiceLog,
): (desk: DispatchDesk) => Promise<GrpcServer> {
  const { coordinator: { host, port, workerLabels } } = config;
  const tls = serverTls(config);
  const keys = signingKeys(config);
  const isRevoked = revokedCertificates(config, log);
  const authenticate = callerCheck({
    isRevoked,
    certificates: tls !== null && tls.ca !== "",
    signatures: keys.length === 0 ? null : new SignatureCheck(keys, systemClock),
    onRefused: (address, path, why) =>
      log("WARN", "A caller is refused", { address, call: path.replace(/^.*\//, ""), why }),
  });
  return (desk) =>
    startGrpcServer({
      host,
      port,
      tls,
      handlers: coordinatorHandlers({
        desk: () => desk,
        labels: workerLabels,
      }),
      authenticate,
      recheck: revocationCheck({ isRevoked }),
      onDefect: (error) =>
        log("ERROR", "A call met a defect", {
          error: error instanceof Error ? error.stack ?? error.message : String(error),
        }),
    });
}

function openLeadership({ paths }: Config, log: ServiceLog): Leadership {
  const pid = ownPid();
  return new Leadership({
    leases: new FileLeaseStore(`${paths.dataDir}/coordinator/locks`),
    second: null,
    clock: systemClock,
    owner: { host: hostName(), bootId: bootId(), pid, startTime: processStartTime(pid) },
    newToken: () => randomToken(randomBytes),
    staleMs: STALE_MS,
    lookMs: LOOK_MS,
    onTrouble: (why) => {
      if (why !== "") log("WARN", why);
    },
  });
}
