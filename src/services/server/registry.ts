/** Services that have made themselves known in the folder of the registry. */
import { readTextIfExistsSync, statIfExistsSync } from "../../platform/files.ts";
import { listFolderSync } from "../../platform/list_folder.ts";
import { timeText } from "../../stores/file/time_text.ts";
import type { ServerContext } from "./context.ts";

export interface RegisteredService {
  readonly instanceId: string;
  readonly host: string;
  readonly port: number;
  readonly status: "active" | "inactive" | "unknown";
  readonly startedAt: string;
}

/** A sign that was not renewed for so long is that of a dead process. */
const STALE_MS = 30_000;
const MAX_BYTES = 64 * 1024;

export function registeredServices(context: ServerContext, kind: string): RegisteredService[] {
  const folder = `${context.registryDir}/${kind}`;
  const found: RegisteredService[] = [];
  for (const name of listFolderSync(folder).sort()) {
    const path = `${folder}/${name}`;
    const info = name.endsWith(".json") ? statIfExistsSync(path) : null;
    if (!info?.isFile || info.size > MAX_BYTES) continue;
    const stale = context.clock.now() - (info.mtime?.getTime() ?? 0) > STALE_MS;
    const service = stale ? null : read(path);
    if (service) found.push(service);
  }
  return found;
}

function read(path: string): RegisteredService | null {
  try {
    const json = JSON.parse(readTextIfExistsSync(path) ?? "") as Record<string, unknown>;
    return {
      instanceId: String(json.id ?? ""),
      host: String(json.host ?? ""),
      port: Number(json.port) || 0,
      status: json.status === 1 ? "active" : json.status === 2 ? "inactive" : "unknown",
      startedAt: startText(json.startedAt),
    };
  } catch {
    return null;
  }
}

function startText(value: unknown): string {
  const at = typeof value === "number" ? value : Date.parse(String(value));
  return Number.isNaN(at) ? "" : timeText(at);
}
