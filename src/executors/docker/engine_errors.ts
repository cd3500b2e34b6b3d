/** What a person is told when the engine could not do something. */
import { messageOf } from "../../core/errors.ts";
import { type Engine, engineText } from "./request.ts";

interface EngineError extends Error {
  readonly code?: string;
  readonly statusCode?: number;
  readonly json?: { readonly message?: unknown } | null;
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  "ENOENT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EACCES",
  "EPERM",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  "EAI_AGAIN",
]);

/** HTTP status that the engine answered with; 0 for every other error. */
export function statusOf(error: unknown): number {
  return error instanceof Error ? (error as EngineError).statusCode ?? 0 : 0;
}

/** The engine's own words where it has said any. */
export function engineMessage(error: unknown): string {
  const own = error instanceof Error ? (error as EngineError).json?.message : undefined;
  if (typeof own === "string" && own !== "") return own;
  return messageOf(error).replace(/^\(HTTP code \d+\) [^-]* - /, "").trim();
}

export function explainEngine(error: unknown, engine: Engine): string {
  const message = engineMessage(error);
  const at = engineText(engine);
  const { code = "" } = error instanceof Error ? error as EngineError : {};
  if (code === "EACCES" || code === "EPERM") {
    return `Cannot connect to the Docker daemon at ${at}: this user may not use its socket (${message})`;
  }
  if (UNREACHABLE.has(code)) {
    return `Cannot connect to the Docker daemon at ${at}: is it running? DOCKER_HOST names another one (${message})`;
  }
  if (/certificate|self.signed|SSL|TLS/i.test(message) && statusOf(error) === 0) {
    return `Cannot connect to the Docker daemon at ${at}: ${message}; its authority belongs into ca.pem in the ` +
      "folder that DOCKER_CERT_PATH names";
  }
  return message;
}
