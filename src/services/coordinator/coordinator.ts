/** A coordinator's life: stands by, leads, hands over. It listens only while it leads. */
import { messageOf } from "../../core/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DispatchStore } from "../../ports/dispatch_store.ts";
import type { Fence } from "../../ports/lease_store.ts";
import type { GrpcServer } from "../../transport/grpc/server.ts";
import type { Leadership } from "../leadership.ts";
import type { ServiceLog } from "../service_log.ts";
import type { DispatchDesk } from "./desk.ts";

const TICK_MS = 500;
/** Without tasks: one that comes is offered at once, and nothing of its first seconds hangs on the time. */
const EMPTY_TICK_MS = 2_000;
/** Calls that are answered at an end may take so long. */
const GRACE_MS = 2_000;

export interface CoordinatorOptions {
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly log: ServiceLog;
  readonly openStore: (epoch: number) => DispatchStore;
  readonly openDesk: (fence: Fence, store: DispatchStore) => DispatchDesk;
  /** @throws DaguError when the address cannot be had */
  readonly listen: (desk: DispatchDesk) => Promise<GrpcServer>;
  /** Told when this coordinator begins and ends to act. */
  readonly onLead: (leads: boolean, port: number) => void;
}

export class Coordinator {
  readonly #options: CoordinatorOptions;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
  }

  /** Works until the signal is aborted. @throws DaguError when it may lead, but cannot listen */
  async run(signal: AbortSignal): Promise<void> {
    const { leadership, log } = this.#options;
    log("INFO", "Waiting to lead");
    while (await leadership.acquire(signal)) {
      const stint = new AbortController();
      const kept = leadership.keep(stint.signal).then(() => stint.abort());
      try {
        await this.#lead(AbortSignal.any([signal, stint.signal]));
      } finally {
        stint.abort();
        await kept;
        await leadership.release().catch((error) =>
          log("WARN", "Cannot hand over: others wait until they know", { error: messageOf(error) })
        );
      }
      if (!signal.aborted) log("WARN", "Leadership lost, standing by");
    }
  }

  async #lead(signal: AbortSignal): Promise<void> {
    const { leadership, clock, log, openStore, openDesk, listen, onLead } = this.#options;
    const { epoch } = leadership;
    const fence = { epoch, holds: () => leadership.epoch === epoch && leadership.holds() };
    const store = openStore(epoch);
    const desk = openDesk(fence, store);
    const tasks = await store.all();
    desk.load(tasks);
    const server = await listen(desk);
    log("INFO", "Coordinator started", { epoch, port: server.port, tasks: tasks.length });
    onLead(true, server.port);
    while (!signal.aborted) {
      await desk.tick().catch((error) =>
        log("ERROR", "Cannot look after the tasks", { error: messageOf(error) })
      );
      await clock.rest(desk.isEmpty ? EMPTY_TICK_MS : TICK_MS, signal);
    }
    onLead(false, server.port);
    // Those who wait are answered before the connections end: a call that is cut off looks like a fault.
    desk.close();
    await server.close(GRACE_MS);
  }
}
