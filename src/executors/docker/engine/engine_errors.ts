/** What a person is told when the engine could not do something. */
import { messageOf } from "../../../core/errors.ts";
import { type Engine, engineText } from "../request.ts";

/** The engine refused what was asked of it, or could not be asked. */
export class EngineError extends Error {
  /** @param status HTTP status of the answer; 0 when there was none */
  constructor(message: string, readonly status: number, options?: ErrorOptions) {
    super(message, options);
  }
}

export function noAnswer(reason: string, cause: unknown): EngineError {
  return new EngineError(reason, 0, { cause });
}

/** HTTP status that the engine answered with; 0 for every other error. */
export function statusOf(error: unknown): number {
  return error instanceof EngineError ? error.status : 0;
}

export function explainEngine(error: unknown, engine: Engine): string {
  const message = messageOf(error);
  if (error instanceof TypeError && /reading a body/.test(message)) {
    return `The connection to the Docker daemon at ${engineText(engine)} was lost (${message})`;
  }
  if (!(error instanceof EngineError) || error.status !== 0) return message;
  const failed = `Cannot connect to the Docker daemon at ${engineText(engine)}`;
  if (/permission denied|os error (?:1|13)\b/i.test(message)) {
    return `${failed}: this user may not use its socket (${message})`;
  }
  if (/certificate|alert|tls/i.test(message)) {
    return `${failed}: ${message}; the folder that DOCKER_CERT_PATH names holds ca.pem with the authority of the ` +
      "engine, and cert.pem with key.pem for this side";
  }
  return `${failed}: is it running? DOCKER_HOST names another one (${message})`;
}
