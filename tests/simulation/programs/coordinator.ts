/** A coordinator, put together as `app/coordinator/run_coordinator.ts` does it. */
import { isCalled } from "../../../src/app/runs/is_called.ts";
import { endLostRun } from "../../../src/app/runs/lost_run.ts";
import { lookAtRun } from "../../../src/app/runs/look_at_run.ts";
import { randomToken } from "../../../src/core/ids.ts";
import { STALE_MS } from "../../../src/core/lease_rule.ts";
import { bootId, hostName, ownPid, processStartTime } from "../../../src/platform/process/identity.ts";
import { writeAt } from "../../../src/platform/logs/log_files.ts";
import { randomBytes } from "../../../src/platform/random.ts";
import { Coordinator } from "../../../src/services/coordinator/coordinator.ts";
import { coordinatorHandlers } from "../../../src/services/coordinator/coordinator_service.ts";
import { DispatchDesk } from "../../../src/services/coordinator/desk.ts";
import { packTask } from "../../../src/services/remote_runs/pack_task.ts";
import { RecordRoom } from "../../../src/services/remote_runs/record_share.ts";
import { RunRecorder } from "../../../src/services/remote_runs/run_recorder.ts";
import { Leadership } from "../../../src/services/leadership.ts";
import { FileDispatchStore } from "../../../src/stores/file/services/dispatch_store.ts";
import { FileLeaseStore } from "../../../src/stores/file/services/lease_store.ts";
import type { GrpcServer } from "../../../src/transport/grpc/server.ts";
import { clockOf } from "../clock.ts";
import { dagOf, servicesOf } from "../home.ts";
import type { Process } from "../process.ts";

const LOOK_MS = 500;

export async function coordinatorMain(process: Process, ending: AbortSignal): Promise<void> {
  const { world } = process;
  const { ledger } = world;
  const data = `${process.mount}/home/data`;
  const clock = clockOf(process);
  const services = servicesOf(process);
  const log = world.logOf(process);
  const pid = ownPid();
  const leases = new FileLeaseStore(`${data}/coordinator/locks`);
  await new Coordinator({
    leadership: new Leadership({
      leases: ledger.watchedLeases("coordinator", process, leases),
      second: null,
      clock,
      owner: { host: hostName(), bootId: bootId(), pid, startTime: processStartTime(pid) },
      newToken: () => randomToken(randomBytes),
      staleMs: STALE_MS,
      lookMs: LOOK_MS,
      onTrouble: (why) => {
        if (why !== "") world.note(`${process.name}: ${why}`);
      },
    }),
    clock,
    log,
    openStore: (epoch) =>
      new FileDispatchStore({
        root: `${data}/coordinator/tasks`,
        epoch,
        onBad: (path) => log("ERROR", "A task cannot be read", { path }),
      }),
    openDesk: (given, store) => {
      const fence = {
        epoch: given.epoch,
        holds: () => ledger.acts("coordinator", process, given.epoch, given.holds()),
      };
      const desk: DispatchDesk = new DispatchDesk({
        fence,
        clock,
        random: randomBytes,
        store,
        pack: (task) => packTask(services.runs, task),
        look: (task, since) => lookAtRun(services.runs, task, since),
        records: new RunRecorder({
          runs: services.runs,
          clock,
          writeAt,
          room: new RecordRoom(),
          readDag: (path) => Promise.resolve(dagOf(path)),
          isAnothers: (root, run, claim) => desk.isAnothers(root, run, claim),
          isCalled: (record, dag) => isCalled(services, record, dag),
          onCancel: ({ taskId }) => desk.stop(taskId, "SIGTERM"),
        }),
        onLost: (task, claim) => endLostRun(services.runs, task, claim, log),
        log,
      });
      const end = desk.end.bind(desk);
      desk.end = (claim, result) => {
        const entry = desk.takenBy(claim.workerId).find(({ id }) => id === claim.taskId);
        end(claim, result);
        if (entry && result.status !== null) ledger.told(entry.task.run, result.status);
      };
      return desk;
    },
    listen: (desk) => {
      const handlers = coordinatorHandlers({
        desk: () => desk,
        labels: {},
      });
      const close = world.network.listen(process, handlers);
      const server = { port: 1, close: () => Promise.resolve(close()) };
      return Promise.resolve(server as unknown as GrpcServer);
    },
    onLead: () => {},
  }).run(ending);
}
