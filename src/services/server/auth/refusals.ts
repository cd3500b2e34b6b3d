/** Refusals of requests by who sends them. */
import { ApiError } from "../http/api_error.ts";

/** @param scheme how to log in, e.g. `Bearer` */
export function unauthorized(message: string, scheme = "Bearer"): ApiError {
  const headers = { "www-authenticate": `${scheme} realm="restricted"` };
  return new ApiError(401, "unauthorized", message, null, headers);
}

export function tokenInvalid(message: string): ApiError {
  return new ApiError(401, "auth.token_invalid", message, null, {
    "www-authenticate": `Bearer realm="restricted", error="invalid_token"`,
  });
}

export function notAllowed(message: string): ApiError {
  return new ApiError(403, "forbidden", message);
}

/** @param ms until the next try */
export function tooMany(message: string, ms: number): ApiError {
  const headers = { "retry-after": String(Math.max(1, Math.ceil(ms / 1000))) };
  return new ApiError(429, "too_many_requests", message, null, headers);
}
