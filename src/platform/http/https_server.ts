/**
 * Listens for HTTPS, with the modules of Node: `Deno.serve` sends head and body of an answer in two writes, which the
 * other side waits 40 ms for under TLS.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { DaguError, messageOf } from "../../core/errors.ts";
import { readTextIfExistsSync } from "../files/files.ts";
import { AddressCounts } from "./address_counts.ts";
import type { Client, HttpServerOptions } from "./handler.ts";
import { prepare, type Prepared } from "./prepared.ts";
import { CLIENT_LIMITS, type HttpServer, MAX_CONNECTIONS } from "./http_server.ts";
import { readSecretFile } from "../secrets/secret_file.ts";

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Authorities that certificates of clients must come from; "" when clients need none. */
  readonly caFile: string;
}

/** Pause between two looks for requests that take too long. */
const LOOK_MS = 2000;

/** Answers are compressed for clients that accept it. @throws DaguError when a file or the address cannot be used */
export async function serveHttps(options: HttpServerOptions, files: TlsFiles): Promise<HttpServer> {
  const { createServer } = await import("node:https");
  const ca = files.caFile === ""
    ? {}
    : { ca: pem(files.caFile), requestCert: true, rejectUnauthorized: true };
  const pair = { cert: pem(files.certFile), key: readSecretFile(files.keyFile, 0o007) ?? pem(files.keyFile) };
  const limits = {
    maxHeaderSize: CLIENT_LIMITS.headSize,
    noDelay: true,
    connectionsCheckingInterval: LOOK_MS,
  };
  const server = createServer(
    { ...pair, ...ca, ...limits, minVersion: "TLSv1.2" },
    (message, answer) => serve(message, answer, options),
  );
  server.headersTimeout = CLIENT_LIMITS.headMs;
  server.requestTimeout = CLIENT_LIMITS.requestMs;
  server.keepAliveTimeout = CLIENT_LIMITS.idleMs;
  server.maxConnections = MAX_CONNECTIONS;
  boundPerAddress(server, options.perAddress);
  const where = `${options.host}:${options.port}`;
  await new Promise<void>((resolve, reject) => {
    server.once(
      "error",
      (error) => reject(new DaguError(`Cannot listen on ${where}: ${messageOf(error)}`, { cause: error })),
    );
    server.listen(options.port, options.host.replace(/^\[(.*)\]$/, "$1"), MAX_CONNECTIONS, resolve);
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

/** Closes what comes beyond the number of connections that one address may have. */
function boundPerAddress(server: Server, limit: number): void {
  const counts = new AddressCounts(limit);
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    if (counts.enter(address)) socket.once("close", () => counts.leave(address));
    else socket.destroy();
  });
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
    await send(answer, await prepare(request, await handler(request, clientOf(message, answer))));
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

/** A browser that was here by HTTPS once does not come without it again. */
const STRICT = ["strict-transport-security", "max-age=31536000"];

async function send(answer: ServerResponse, { status, headers, content }: Prepared): Promise<void> {
  answer.writeHead(status, [...headers.flat(), ...STRICT]);
  if (content instanceof ReadableStream) await sendStream(answer, content);
  else answer.end(content ?? undefined);
}

async function sendStream(answer: ServerResponse, stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader();
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
