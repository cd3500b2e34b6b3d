/** The calls that a coordinator answers: who may make them, what must be in them, and what they do at the desk. */
import type { LabelRules } from "../../core/label_rules.ts";
import { type WorkerHealth, workerHealth } from "../../core/worker_health.ts";
import type { TaskClaim } from "../../ports/task.ts";
import type { WorkerStats } from "../../ports/task_source.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import type { ClaimWire, RunningWire, WaitingWire, WorkerWire } from "../../transport/grpc/messages.ts";
import type { Call, CoordinatorHandlers } from "../../transport/grpc/server.ts";
import {
  claimFromWire,
  resultToWire,
  runningToWire,
  stateNumber,
  stateOf,
  taskFromWire,
  taskToWire,
} from "../../transport/grpc/task_wire.ts";
import type { DispatchDesk } from "./desk.ts";
import type { Entry } from "./entry.ts";
import {
  checkTask,
  finalResult,
  mustBe,
  mustHave,
  partOf,
  selfOf,
  shortened,
  statsOf,
} from "./request_checks.ts";
import type { KnownWorker } from "./worker_book.ts";
import { workersAnswer } from "./workers_answer.ts";

export interface CoordinatorServiceOptions {
  /** @throws CallError while there is none */
  readonly desk: () => DispatchDesk;
  /** Which labels workers may have. */
  readonly labels: LabelRules;
}

export function coordinatorHandlers(
  { desk, labels }: CoordinatorServiceOptions,
): CoordinatorHandlers {
  /** The claim of a request, whose worker the caller must be. */
  const own = (wire: ClaimWire | null, { peer }: Call): TaskClaim => {
    const claim = claimFromWire(wire);
    mustBe(peer, claim.workerId);
    return claim;
  };
  return {
    Poll: async (request, { peer, signal }) => {
      const self = selfOf(labels, peer, request);
      const offer = await desk().poll(self, { caller: peer.id, unconfirmed: !request.confirms, signal });
      return { task: offer && taskToWire(offer.task, offer.claim) };
    },
    Dispatch: async ({ task, hold }, { peer }) => {
      mustHave(peer, "client");
      if (!task) throw new CallError("invalid_argument", "There is no task in the request");
      const given = taskFromWire(task);
      checkTask(given);
      return { taskId: await desk().dispatch(given, hold) };
    },
    GetWorkers: (_, { peer }) => {
      mustHave(peer, "client");
      const at = desk();
      return Promise.resolve(workersAnswer(
        at.workers.all().map((worker) => workerWire(at, worker)),
        at.waiting().map(waitingWire),
      ));
    },
    Heartbeat: (request, { peer }) => {
      const self = selfOf(labels, peer, request);
      const claims = request.claims.map(claimFromWire);
      return Promise.resolve({ revoked: desk().beat(self, peer.id, claims, statsOf(request.stats)) });
    },
    ConfirmTask: async ({ claim }, call) => {
      await desk().confirm(own(claim, call));
      return {};
    },
    BeginTask: ({ claim }, call) => {
      desk().begin(own(claim, call));
      return Promise.resolve({});
    },
    EndTask: ({ claim, result }, call) => {
      const held = own(claim, call);
      if (!result) throw new CallError("invalid_argument", "There is no result in the request");
      desk().end(held, finalResult(result));
      return Promise.resolve({});
    },
    ReturnTask: ({ claim, reason }, call) => {
      desk().giveBack(own(claim, call), shortened(reason));
      return Promise.resolve({});
    },
    AwaitTask: async ({ taskId, knownState, knownReason }, { peer, signal }) => {
      mustHave(peer, "client");
      const state = stateOf(knownState);
      const known = state && { state, reason: knownReason };
      const news = await desk().news(taskId, known, signal);
      return {
        state: stateNumber(news.state),
        reason: news.reason,
        workerId: news.workerId,
        result: news.result && resultToWire(news.result),
      };
    },
    StopTask: ({ taskId, signal }, { peer }) => {
      mustHave(peer, "client");
      if (!/^SIG[A-Z0-9]{1,12}$/.test(signal)) {
        throw new CallError("invalid_argument", `"${signal.slice(0, 40)}" is no signal; SIGTERM is one`);
      }
      desk().stop(taskId, signal);
      return Promise.resolve({});
    },
    AwaitOrders: async ({ workerId, seen }, { peer, signal }) => {
      mustBe(peer, workerId);
      return { orders: await desk().orders(workerId, seen, signal) };
    },
    RecordRun: async ({ claim, parts }, call) => {
      return { received: await desk().record(own(claim, call), parts.map(partOf)) };
    },
  };
}

/** By the numbers of the protocol. */
const HEALTH: Readonly<Record<WorkerHealth, number>> = { healthy: 1, warning: 2, unhealthy: 3, offline: 3 };

function workerWire(desk: DispatchDesk, worker: KnownWorker): WorkerWire {
  const { self, stats, connectedAt, seenAt, pollers } = worker;
  const taken = desk.takenBy(self.id);
  const busy = stats?.busyPollers ?? taken.length;
  return {
    workerId: self.id,
    pollerId: "",
    labels: self.labels,
    connectedAt: Math.floor(connectedAt / 1000),
    totalPollers: stats?.totalPollers ?? pollers.size + taken.length,
    busyPollers: Math.max(busy, taken.length),
    runningTasks: runningOf(taken, stats),
    lastHeartbeatAt: Math.floor(seenAt / 1000),
    healthStatus: HEALTH[workerHealth(desk.workers.silence(worker))],
    remote: self.remote,
    host: self.host,
  };
}

/** What the desk knows, and what the worker reports beside it. */
function runningOf(taken: readonly Entry[], stats: WorkerStats | null): RunningWire[] {
  const found = new Map(stats?.running.map((running) => [running.run.id, runningToWire(running)]));
  for (const { task, storedAt } of taken) {
    if (!found.has(task.run.id)) found.set(task.run.id, runningToWire({ ...task, startedAt: storedAt }));
  }
  return [...found.values()];
}

function waitingWire({ entry, reason }: { entry: Entry; reason: string }): WaitingWire {
  const { id, task, storedAt } = entry;
  return {
    taskId: id,
    run: runningToWire({ ...task, startedAt: storedAt }),
    workerSelector: task.selector,
    reason,
    since: storedAt,
  };
}
