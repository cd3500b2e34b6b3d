/** Services that have made themselves known, as the API tells of them. */
import type { ServiceKind } from "../../ports/registry.ts";
import { timeText } from "../../stores/file/json/time_text.ts";
import type { ServerContext } from "./context.ts";

export interface ShownService {
  readonly instanceId: string;
  readonly host: string;
  readonly port: number;
  readonly status: "active" | "inactive";
  readonly startedAt: string;
}

/** In the order of their ids. */
export function registeredServices(context: ServerContext, kind: ServiceKind): ShownService[] {
  return context.registry.services(kind).map(({ id, host, port, active, startedAt }) => ({
    instanceId: id,
    host,
    port,
    status: active ? "active" as const : "inactive" as const,
    startedAt: startedAt === 0 ? "" : timeText(startedAt),
  })).sort((a, b) => a.instanceId < b.instanceId ? -1 : 1);
}
