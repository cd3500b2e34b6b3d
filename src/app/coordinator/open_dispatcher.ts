/** What hands runs to a coordinator. */
import type { Config } from "../../config/config.ts";
import { randomBytes } from "../../platform/random.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { Dispatcher } from "../../ports/dispatcher.ts";
import { GrpcDispatcher } from "../../transport/grpc/dispatcher.ts";
import { openCoordinatorClient } from "./coordinator_client.ts";

export interface OpenDispatcher {
  readonly dispatcher: Dispatcher;
  close(): void;
}

/** @throws DaguError when the settings are not safe together */
export function openDispatcher(config: Config): OpenDispatcher {
  const { coordinatorHost: host, coordinatorPort: port } = config.worker;
  const client = openCoordinatorClient(config, host === "" ? null : { host, port });
  return {
    dispatcher: new GrpcDispatcher({ client, clock: systemClock, random: randomBytes }),
    close: () => client.close(),
  };
}
