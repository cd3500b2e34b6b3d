/**
 * Listens for HTTPS, with the modules of Node: `Deno.serve` sends head and body of an answer in two writes, which the
 * other side waits 40 ms for under TLS.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DaguError, messageOf } from "../core/errors.ts";
import { readTextIfExistsSync } from "./files.ts";
import type { Client, HttpServer, HttpServerOptions } from "./http_server.ts";
import { readSecretFile } from "./secret_file.ts";

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Authorities that certificates of clients must come from; "" when clients need none. */
  readonly caFile: string;
}

const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const IDLE_MS = 60_000;
/** Pause between two looks for requests that take too long. */
const LOOK_MS = 2000;
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_CONNECTIONS = 2000;

/** Answers are compressed for clients that accept it. @throws DaguError when a file or the address cannot be used */
export async function serveHttps(options: HttpServerOptions, files: TlsFiles): Promise<HttpServer> {
  const { createServer } = await import("node:https");
  const ca = files.caFile === ""
    ? {}
    : { ca: pem(files.caFile), requestCert: true, rejectUnauthorized: true };
  const pair = { cert: pem(files.certFile), key: readSecretFile(files.keyFile, 0o007) ?? pem(files.keyFile) };
  const limits = { maxHeaderSize: MAX_HEADER_BYTES, noDelay: true, connectionsCheckingInterval: LOOK_MS };
  const server = createServer(
    { ...pair, ...ca, ...limits, minVersion: "TLSv1.2" },
    (message, answer) => serve(message, answer, options),
  );
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = IDLE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  const where = `${options.host}:${options.port}`;
  await new Promise<void>((resolve, reject) => {
    server.once(
      "error",
      (error) => reject(new DaguError(`Cannot listen on ${where}: ${messageOf(error)}`, { cause: error })),
    );
    server.listen(options.port, options.host.replace(/^\[(.*)\]$/, "$1"), resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: (signal) =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        const cut = () => {
          server.closeAllConnections();
          resolve();
        };
        if (signal?.aborted) cut();
        signal?.addEventListener("abort", cut);
      }),
  };
}

function pem(path: string): string {
  const text = readTextIfExistsSync(path);
  if (text === null) throw new DaguError(`Cannot serve HTTPS: there is no file "${path}"`);
  return text;
}

async function serve(
  message: IncomingMessage,
  answer: ServerResponse,
  { handler, onError }: HttpServerOptions,
): Promise<void> {
  try {
    const request = requestOf(message);
    if (!request) {
      answer.writeHead(400).end();
      return;
    }
    await send(answer, compressed(request, await handler(request, clientOf(message, answer))));
  } catch (error) {
    onError(error);
    if (!answer.headersSent) answer.writeHead(500);
    answer.end();
  }
}

/** null for one whose target is no path. */
function requestOf(message: IncomingMessage): Request | null {
  const { method = "GET", url = "" } = message;
  if (!url.startsWith("/")) return null;
  const headers = new Headers();
  for (let i = 0; i < message.rawHeaders.length; i += 2) {
    headers.append(message.rawHeaders[i]!, message.rawHeaders[i + 1]!);
  }
  const body = method === "GET" || method === "HEAD" ? null : bodyOf(message);
  return new Request(`https://localhost${url}`, { method, headers, body });
}

function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = message[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: () => {
      message.resume();
    },
  });
}

function clientOf(message: IncomingMessage, answer: ServerResponse): Client {
  return {
    address: message.socket.remoteAddress ?? "",
    gone: () => {
      const gone = new AbortController();
      answer.once("close", () => {
        if (!answer.writableFinished) gone.abort();
      });
      return gone.signal;
    },
  };
}

const COMPRESSIBLE = /^(application\/(json|yaml)|text\/(?!event-stream))/;

function compressed(request: Request, response: Response): Response {
  const { headers, body, status, statusText } = response;
  const accepted = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  if (!body || !accepted || !COMPRESSIBLE.test(headers.get("content-type") ?? "")) return response;
  headers.set("content-encoding", "gzip");
  headers.append("vary", "accept-encoding");
  const etag = headers.get("etag");
  if (etag?.startsWith('"')) headers.set("etag", `W/${etag}`);
  return new Response(body.pipeThrough(new CompressionStream("gzip")), { status, statusText, headers });
}

async function send(answer: ServerResponse, response: Response): Promise<void> {
  const cookies = response.headers.getSetCookie();
  const headers = Object.fromEntries(response.headers);
  answer.writeHead(response.status, cookies.length > 0 ? { ...headers, "set-cookie": cookies } : headers);
  const reader = response.body?.getReader();
  if (!reader) {
    answer.end();
    return;
  }
  const closed = new Promise<"closed">((resolve) => answer.once("close", () => resolve("closed")));
  for (;;) {
    const next = await Promise.race([reader.read(), closed]);
    if (next === "closed") return await reader.cancel().catch(() => {});
    if (next.done) break;
    if (!answer.write(next.value)) {
      const drained = new Promise<void>((resolve) => answer.once("drain", resolve));
      await Promise.race([drained, closed]);
    }
  }
  answer.end();
}
