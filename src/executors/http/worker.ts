/** Does http requests, with no permission but to connect to the hosts that the step names. */
import { messageOf } from "../../core/errors.ts";
import {
  type ExchangeAnswer,
  type ExchangeRequest,
  HttpExchange,
} from "../../platform/http/http_exchange.ts";
import { sendUnchecked } from "../../platform/http/http_unchecked.ts";
import { startTimer } from "../../platform/time/timer.ts";
import type { StepOutcome } from "../../ports/executor.ts";
import { type SandboxIo, serveSandbox } from "../sandbox/worker_runtime.ts";
import { MAX_REDIRECTS, redirected } from "./redirect.ts";
import { debugText, headText, jsonText } from "./report.ts";
import { type HttpRequest, netEntry, shownUrl } from "./request.ts";
import { retryAfterMs } from "./retry_after.ts";

/** An answer that is to be printed as JSON is held as a whole: no more than this. */
const JSON_LIMIT_BYTES = 64 << 20;

/** Connections are shared by all requests that trust the same. */
const exchanges = new Map<string, HttpExchange>();

class TimeoutError extends Error {}

async function handle(request: HttpRequest, io: SandboxIo): Promise<StepOutcome> {
  const abort = new AbortController();
  io.signal.addEventListener("abort", () => abort.abort(io.signal.reason));
  let timedOut = false;
  const stopTimer = request.timeoutMs === 0 ? () => {} : startTimer(request.timeoutMs, () => {
    timedOut = true;
    abort.abort();
  });
  try {
    const answer = await exchange(request, io, abort.signal);
    try {
      return await report(request, answer, io);
    } catch (error) {
      await answer.body?.cancel().catch(() => {});
      throw error;
    }
  } catch (error) {
    if (timedOut && !io.signal.aborted) throw new TimeoutError(`timeout after ${request.timeoutMs / 1000} s`);
    throw error;
  } finally {
    stopTimer();
  }
}

/** Sends the request and those that redirections lead to. */
async function exchange(request: HttpRequest, io: SandboxIo, signal: AbortSignal): Promise<ExchangeAnswer> {
  let next: Pick<ExchangeRequest, "method" | "url" | "headers" | "body"> = request;
  for (let count = 0;; count++) {
    if (request.debug) await io.write("stderr", debugText(`${next.method} ${next.url}`, next.headers));
    const to = new URL(next.url);
    io.uses("net", netEntry(to));
    const refusal = await io.ask({ host: to.hostname, entry: netEntry(to), direct: request.proxy === "" });
    if (refusal !== "") throw new Error(refusal);
    const answer = await send({ ...next, signal }, request);
    const { status, statusText, headers } = answer;
    if (request.debug) await io.write("stderr", debugText(`${status} ${statusText}`, headers));
    const location = headers.find(([name]) => name.toLowerCase() === "location")?.[1] ?? null;
    const following = redirected(next, status, location);
    if (!following) return answer;
    await answer.body?.cancel();
    if (count === MAX_REDIRECTS) throw new Error(`stopped after ${MAX_REDIRECTS} redirections`);
    next = following;
  }
}

async function send(sent: ExchangeRequest, { tls, proxy }: HttpRequest): Promise<ExchangeAnswer> {
  const trust = { caFile: tls.caFile, certFile: tls.certFile, keyFile: tls.keyFile, proxy };
  if (sent.method === "TRACE" || (tls.skipVerify && sent.url.startsWith("https:"))) {
    return await sendUnchecked(sent, trust);
  }
  const key = JSON.stringify(trust);
  let exchange = exchanges.get(key);
  if (!exchange) exchanges.set(key, exchange = new HttpExchange(trust));
  return await exchange.send(sent);
}

async function report(request: HttpRequest, answer: ExchangeAnswer, io: SandboxIo): Promise<StepOutcome> {
  const { status, statusText, headers, body } = answer;
  const success = status >= 200 && status < 300;
  const head = headText(status, statusText, headers);
  if (request.json) {
    const text = await readText(body);
    try {
      await io.write("stdout", jsonText(status, headers, text, request.silent && success));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      await io.write("stdout", head + text);
      if (success) throw new Error(`the answer is not valid JSON: ${error.message}`);
    }
  } else {
    if (!request.silent || !success) await io.write("stdout", head);
    for await (const chunk of body ?? []) await io.write("stdout", chunk);
  }
  if (success) return { exitCode: 0, error: "" };
  return {
    exitCode: 1,
    error: `${target(request)} answered ${status}${
      statusText && ` ${statusText}`
    }, expected a status of 200 to 299`,
    ...retryAfter(status, headers),
  };
}

function retryAfter(status: number, headers: ExchangeAnswer["headers"]): Partial<StepOutcome> {
  const value = headers.find(([name]) => name.toLowerCase() === "retry-after")?.[1];
  if (value === undefined || (status !== 429 && status !== 503)) return {};
  const ms = retryAfterMs(value, Date.now());
  return ms > 0 ? { retryAfterMs: ms } : {};
}

async function readText(body: ExchangeAnswer["body"]): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > JSON_LIMIT_BYTES) {
      throw new Error(`the answer is longer than ${JSON_LIMIT_BYTES >> 20} MiB, too long for "json: true"`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function target({ method, url }: HttpRequest): string {
  return `${method} ${shownUrl(url)}`;
}

/** The reason at the bottom of a failed fetch says most. */
function explain(error: unknown, request: HttpRequest): string {
  let reason = error;
  while (reason instanceof Error && reason.cause instanceof Error) reason = reason.cause;
  const text = messageOf(reason).replace(/^error sending request for url \([^)]*\): /, "");
  return `${target(request)} failed: ${text}${hint(text)}`;
}

function hint(text: string): string {
  if (/peer certificate|UnknownIssuer/i.test(text)) {
    return '; name its authority in "caFile", or accept any certificate with "skipTLSVerify"';
  }
  return "";
}

serveSandbox(handle, explain);
