/** Why a call did not succeed, by the codes of gRPC. */

export const CALL_CODES = {
  cancelled: 1,
  unknown: 2,
  invalid_argument: 3,
  deadline_exceeded: 4,
  not_found: 5,
  permission_denied: 7,
  resource_exhausted: 8,
  failed_precondition: 9,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export type CallCode = keyof typeof CALL_CODES;

export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: CallCode;

  constructor(code: CallCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What the library says when a connection has ended without its knowing, or while a request was being sent. */
const STILLBORN = "Failed to start HTTP/2 stream";
const CUT_OFF = "triggered by internal client error";

/** @param code as gRPC numbers it; a connection that has ended is no error of the other side, as the library has it */
export function callErrorOf(code: number, details: string): CallError {
  const hasEnded = details.startsWith(STILLBORN) || details.includes(CUT_OFF);
  return new CallError(hasEnded ? "unavailable" : callCode(code), details);
}

/** Whether the call could not begin because its connection has ended, which every further one would meet as well. */
export function isStillborn({ message }: CallError): boolean {
  return message.startsWith(STILLBORN);
}

function callCode(number: number): CallCode {
  const found = Object.entries(CALL_CODES).find(([, value]) => value === number);
  return found ? found[0] as CallCode : "unknown";
}
