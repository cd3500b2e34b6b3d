/** What comes back from another server: only what an answer of this API may be, under this server's own headers. */
import type { ExchangeAnswer } from "../../../platform/http/http_exchange.ts";
import { send } from "../http/answers.ts";
import { ApiError, type ErrorCode } from "../http/api_error.ts";

const JSON_TYPE = "application/json";
const EVENTS_TYPE = "text/event-stream";
const TEXT_TYPE = "text/plain";
const TYPES = [JSON_TYPE, EVENTS_TYPE, TEXT_TYPE];
/** What is handed on of the headers. */
const PASSED = ["etag", "content-disposition", "x-accel-buffering"];
/** Most of a refusal that is read, in characters. */
const MAX_REFUSAL = 64 * 1024;

/** It may go on for as long as both sides stay. */
export function isStream(answer: ExchangeAnswer): boolean {
  return [EVENTS_TYPE, TEXT_TYPE].includes(typeOf(answer));
}

/**
 * @param onEnd called when the answer has been handed on completely
 * @throws ApiError for a refusal, and for what is no answer of this API
 */
export async function answerOf(node: string, answer: ExchangeAnswer, onEnd: () => void): Promise<Response> {
  const { status, body } = answer;
  const headers = Object.fromEntries(answer.headers.filter(([name]) => PASSED.includes(name.toLowerCase())));
  const type = typeOf(answer);
  if (status !== 304 && (status < 200 || status > 299)) throw await refusalOf(node, answer);
  if (body === null || type === "" || headerOf(answer, "content-length") === "0") {
    await body?.cancel();
    onEnd();
    return send({ status, empty: true, headers });
  }
  if (!TYPES.includes(type)) {
    await body.cancel();
    throw strange(node, `it answered with ${type.slice(0, 60)}`);
  }
  const events = type === EVENTS_TYPE;
  return send({
    status,
    type: type === TEXT_TYPE ? `${TEXT_TYPE}; charset=utf-8` : type,
    body: handedOn(body, events, onEnd),
    headers: events ? { ...headers, "cache-control": "no-store, no-transform" } : headers,
  });
}

/** @param mayBreak it may end at any time: who listens comes back. Anything else that breaks off must not look complete */
function handedOn(
  body: ReadableStream<Uint8Array>,
  mayBreak: boolean,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
      } catch (error) {
        if (!mayBreak) controller.error(error);
      }
      onEnd();
      if (controller.desiredSize !== null) controller.close();
    },
    cancel: async (reason) => {
      onEnd();
      await reader.cancel(reason);
    },
  });
}

async function refusalOf(node: string, answer: ExchangeAnswer): Promise<ApiError> {
  const { status } = answer;
  const { code, message } = await readRefusal(answer);
  // A page would take it for the end of its own login.
  if (status === 401) return strange(node, `it does not take the credentials that are configured for it`);
  // Dagu has refusals without a message.
  if (status < 400 || status > 499 || message === "" && code === "") {
    return strange(node, message || `it answered ${status}`);
  }
  return new ApiError(
    status,
    code as ErrorCode || "bad_gateway",
    message || `The remote node "${node}" refuses this`,
  );
}

async function readRefusal({ body }: ExchangeAnswer): Promise<{ code: string; message: string }> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_REFUSAL) break;
  }
  try {
    const { code, message } = JSON.parse(text);
    if (typeof message === "string") return { code: typeof code === "string" ? code : "", message };
  } catch {
    // It is none of this API.
  }
  return { code: "", message: "" };
}

function strange(node: string, what: string): ApiError {
  return new ApiError(502, "bad_gateway", `The remote node "${node}" gives no answer: ${what}`);
}

function typeOf(answer: ExchangeAnswer): string {
  return headerOf(answer, "content-type").split(";", 1)[0]!.trim().toLowerCase();
}

function headerOf({ headers }: ExchangeAnswer, wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? "";
}
