/** Makes responses: headers that every answer carries, marks of versions, kept texts. */
import { WholeResponse } from "../../../platform/http/whole_response.ts";
import type { Answer } from "./route.ts";
import type { ApiError } from "./api_error.ts";

/** What every answer carries. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

const JSON_TYPE = "application/json";
const encoder = /* @__PURE__ */ new TextEncoder();

/** A JSON answer that can be sent any number of times. */
export interface KeptAnswer {
  readonly status: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** @param json what to send; "" and the like are values, too */
export async function keep(status: number, json: unknown): Promise<KeptAnswer> {
  const bytes = encoder.encode(JSON.stringify(json));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  const etag = `"${[...digest.subarray(0, 10)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
  return { status, bytes, etag };
}

/** 304 without a body where the client has the same answer already. */
export function sendKept(
  request: Request,
  answer: KeptAnswer,
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = { etag: answer.etag, "cache-control": "no-cache, private", ...more };
  const known = request.headers.get("if-none-match") ?? "";
  const same = answer.status === 200 && request.method === "GET" &&
    known.split(",").some((mark) => mark.trim().replace(/^W\//, "") === answer.etag);
  if (same) return respond(304, null, headers);
  return respond(answer.status, answer.bytes, { ...headers, "content-type": JSON_TYPE });
}

/** An answer that is not kept. */
export function send(answer: Exclude<Answer, { json: unknown }>): Response {
  if ("empty" in answer) {
    return respond(answer.status, null, { "cache-control": "no-store", ...answer.headers });
  }
  return respond(answer.status ?? 200, answer.body, {
    "content-type": answer.type,
    "cache-control": "no-store",
    ...answer.headers,
  });
}

export function sendError(error: ApiError): Response {
  const { status, code, message, details, headers } = error;
  const body = JSON.stringify({ code, message, ...(details ? { details } : {}) });
  return respond(status, body, { ...headers, "content-type": JSON_TYPE, "cache-control": "no-store" });
}

type AnswerBody = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

function respond(
  status: number,
  body: AnswerBody | null,
  headers: Readonly<Record<string, string>>,
): Response {
  const init = { status, headers: { ...SECURITY_HEADERS, ...headers } };
  if (typeof body === "string") return new WholeResponse(encoder.encode(body), init);
  return body instanceof Uint8Array ? new WholeResponse(body, init) : new Response(body, init);
}
