/** A request that is refused: `{code, message, details?}` with its HTTP status. */

export type ErrorCode =
  | "bad_request"
  | "not_found"
  | "forbidden"
  | "unauthorized"
  | "internal_error"
  | "bad_gateway"
  | "remote_node_error"
  | "method_not_allowed"
  | "not_running"
  | "already_exists"
  | "too_large"
  | "too_many_requests"
  | "unsupported_media_type"
  | "request_timeout"
  | "unavailable"
  | "auth.token_invalid"
  | "auth.password_change_needed";

export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly status: number,
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> | null = null,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const badRequest = (message: string) => new ApiError(400, "bad_request", message);
export const notFound = (message: string) => new ApiError(404, "not_found", message);
export const forbidden = (message: string) => new ApiError(403, "forbidden", message);
