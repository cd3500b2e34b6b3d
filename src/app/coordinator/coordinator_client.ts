/** The way from this process to the coordinator that leads. */
import type { Config } from "../../config/config.ts";
import { callProblem } from "../../core/peer/peer_exposure.ts";
import { hostName } from "../../platform/process/identity.ts";
import { FileRegistry } from "../../stores/file/services/registry.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import type { Target } from "../../transport/grpc/channel_security.ts";
import { GrpcClient } from "../../transport/grpc/client.ts";
import { clientTls, requestSigning } from "./peer_security.ts";

const HERE = "127.0.0.1";

/**
 * Costs little until the first call.
 * @param target where the coordinator is; null looks it up in the folder of services
 * @throws DaguError when the settings of `peer` cannot be used
 */
export function openCoordinatorClient(config: Config, target: Target | null): GrpcClient {
  const registry = new FileRegistry(config.paths.serviceRegistryDir);
  const found = () => target ? [target] : registry.services("coordinator").filter(({ active }) => active);
  return new GrpcClient({
    targets: () => Promise.resolve().then(() => found().map((one) => allowed(config, one))),
    tls: clientTls(config),
    sign: requestSigning(config),
  });
}

function allowed({ peer }: Config, { host: known, port }: Target): Target {
  // What goes by the name of this machine, as Dagu's does, is reached in plain text without leaving it.
  const host = peer.insecure && known === hostName() ? HERE : known;
  const problem = callProblem(host, peer);
  if (problem !== "") throw new CallError("failed_precondition", problem);
  return { host, port };
}
