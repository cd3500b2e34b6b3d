/** What workers are told to do with the runs that they have. */
import type { Clock } from "../../ports/clock.ts";
import type { TaskClaim } from "../../ports/task.ts";
import type { Order } from "../../ports/task_source.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import { waitFor } from "./long_wait.ts";
import type { KnownWorker } from "./worker_book.ts";

/** Numbers of a later coordinator are greater than all of this one. */
const ORDERS_OF_EPOCH = 2 ** 20;
/** Older ones are forgotten: the worker has had its time. */
const MAX_ORDERS = 1000;
/** Calls of one worker that wait; one does, and those that were cut off may linger. */
const MAX_WAITS = 20;

export class OrderBook {
  #number: number;

  constructor(epoch: number) {
    this.#number = epoch * ORDERS_OF_EPOCH;
  }

  add({ orders, listeners }: KnownWorker, claim: TaskClaim, signal: string): void {
    orders.push({ number: ++this.#number, claim, signal });
    if (orders.length > MAX_ORDERS) orders.shift();
    for (const listener of [...listeners]) listener();
  }

  /** Waits for orders that the worker has not carried out. @throws CallError when too many calls do */
  async next(worker: KnownWorker, seen: number, clock: Clock, signal: AbortSignal): Promise<Order[]> {
    const { self, orders, listeners } = worker;
    if (listeners.size >= MAX_WAITS) {
      throw new CallError(
        "resource_exhausted",
        `"${self.id}" has ${MAX_WAITS} calls that wait for orders already`,
      );
    }
    const done = orders.findIndex(({ number }) => number > seen);
    orders.splice(0, done < 0 ? orders.length : done);
    const listen = (changed: () => void) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    };
    await waitFor(() => orders.length > 0, { listen, clock, signal });
    return [...orders];
  }
}
