/** The answer to those who ask for the workers: no larger than a message may be, whatever workers say of themselves. */
import { MAX_MESSAGE_BYTES } from "../../transport/grpc/grpc_js.ts";
import {
  WaitingTaskMessage,
  type WaitingWire,
  WorkerInfoMessage,
  type WorkerWire,
} from "../../transport/grpc/messages.ts";

/** Shares of the answer: what workers say that they run, who they are, and what waits. */
const RUNNING_BYTES = MAX_MESSAGE_BYTES / 4;
const WORKERS_BYTES = RUNNING_BYTES + MAX_MESSAGE_BYTES / 4;
const WAITING_BYTES = MAX_MESSAGE_BYTES / 4;
/** Tag and length of an entry. */
const ENTRY_BYTES = 8;

/** Runs are left out first, then whoever comes last. */
export function workersAnswer(workers: readonly WorkerWire[], waiting: readonly WaitingWire[]) {
  let room = RUNNING_BYTES;
  const brief = workers.map((worker) => {
    room -= WorkerInfoMessage.encode(worker).length;
    return room >= 0 ? worker : { ...worker, runningTasks: [] };
  });
  return {
    workers: within(brief, (worker) => WorkerInfoMessage.encode(worker), WORKERS_BYTES),
    waiting: within(waiting, (task) => WaitingTaskMessage.encode(task), WAITING_BYTES),
  };
}

/** As many from the beginning as there is room for. */
function within<T>(all: readonly T[], encode: (one: T) => Uint8Array, bytes: number): readonly T[] {
  let room = bytes;
  const end = all.findIndex((one) => (room -= encode(one).length + ENTRY_BYTES) < 0);
  return end < 0 ? all : all.slice(0, end);
}
