/** The workers of the coordinator that leads. */
import type { Config } from "../../config/config.ts";
import type { Workers } from "../../ports/workers.ts";
import { FileRegistry } from "../../stores/file/services/registry.ts";
import type { GrpcClient } from "../../transport/grpc/client.ts";

export interface OpenWorkers extends Workers {
  close(): void;
}

/** Loads what calls need when there is a coordinator to call. */
export function openWorkers(config: Config): OpenWorkers {
  const registry = new FileRegistry(config.paths.serviceRegistryDir);
  let client: GrpcClient | null = null;
  return {
    seen: async () => {
      if (!registry.services("coordinator").some(({ active }) => active)) return null;
      const { openCoordinatorClient } = await import("./coordinator_client.ts");
      const { askForWorkers } = await import("../../transport/grpc/workers.ts");
      return await askForWorkers(client ??= openCoordinatorClient(config, null));
    },
    close: () => client?.close(),
  };
}
