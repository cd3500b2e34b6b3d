/** `health`: whether a service of this machine answers, for whatever restarts it when it does not. */
import type { Config } from "../config/config.ts";
import { hostName } from "../platform/process/identity.ts";
import { portState } from "../platform/socket/port_state.ts";
import type { ServiceKind } from "../ports/registry.ts";
import { FileRegistry } from "../stores/file/services/registry.ts";

const LIMIT_MS = 5_000;

export type HealthKind = "server" | ServiceKind;

/** "" when it answers, else why it does not. */
export async function healthProblem(config: Config, kind: HealthKind): Promise<string> {
  const { host, port, basePath, apiBasePath, tls, scheduler, coordinator } = config;
  switch (kind) {
    case "server":
      // Whether the certificate is right is for its callers to tell.
      if (tls.certFile !== "") {
        return portState(host, port) === "taken" ? "" : `nothing listens on port ${port}`;
      }
      return await asked(`http://${reachable(host)}:${port}${basePath}${apiBasePath}/health`);
    case "scheduler":
      return scheduler.port === 0
        ? registered(config, kind)
        : await asked(`http://127.0.0.1:${scheduler.port}/health`);
    case "coordinator":
      if (portState(coordinator.host, coordinator.port) === "taken") return "";
      return `nothing listens on port ${coordinator.port}`;
    default:
      return registered(config, kind);
  }
}

/** Whether an address answers with a status, as health pages of ours do. "" when it does. */
export async function asked(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
    const text = await response.text();
    if (!response.ok) return `${url} answers ${response.status}`;
    return typeof JSON.parse(text).status === "string" ? "" : `${url} is the page of another program`;
  } catch {
    return `${url} does not answer`;
  }
}

/** Who listens everywhere is asked here. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
}

/** Services that have no page give a sign of life in the folder of services. */
function registered({ paths: { serviceRegistryDir } }: Config, kind: ServiceKind): string {
  const found = new FileRegistry(serviceRegistryDir).services(kind).some(({ host }) => host === hostName());
  return found ? "" : `no ${kind} of this machine gives a sign of life in "${serviceRegistryDir}"`;
}
