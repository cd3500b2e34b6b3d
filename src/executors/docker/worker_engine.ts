/**
 * Speaks to a Docker engine: HTTP with JSON, and streams that end with their connection. By `fetch`, because the
 * sockets of `node:net` close their descriptor twice, by which another thread may lose a file that it has just opened.
 */
import { SOCKET_HOST } from "../../platform/socket/socket_host.ts";
import { EngineError, noAnswer } from "./engine/engine_errors.ts";
import type { Engine } from "./request.ts";

/** Milliseconds in which the engine has to answer what neither runs nor fetches anything. */
const ANSWER_MS = 60_000;

export interface EngineCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** Path with what it needs escaped, see {@link segment}. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Ends the call, its stream included. Without one, the call fails when it is not done within 60 s. */
  readonly signal?: AbortSignal;
}

export type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;

export class EngineApi implements Disposable {
  readonly #client: Deno.HttpClient;
  readonly #base: string;

  constructor(engine: Engine) {
    this.#client = Deno.createHttpClient(clientOptions(engine));
    this.#base = baseOf(engine) + (engine.version === "" ? "" : `/v${engine.version}`);
  }

  /** @throws EngineError */
  async json<T>(call: EngineCall): Promise<T> {
    return await this.#whole(call, (answer) => answer.json());
  }

  /** A call whose answer says nothing. @throws EngineError */
  async done(call: EngineCall): Promise<void> {
    await this.#whole(call, (answer) => answer.body?.cancel());
  }

  /** The answer as it comes. @throws EngineError */
  async stream(call: EngineCall & { readonly signal: AbortSignal }): Promise<ByteStream> {
    const answer = await this.#send(call, call.signal);
    return answer.body ?? new ReadableStream({ start: (controller) => controller.close() });
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  async #whole<T>(call: EngineCall, read: (answer: Response) => Promise<T> | undefined): Promise<T> {
    const signal = call.signal ?? AbortSignal.timeout(ANSWER_MS);
    try {
      return await read(await this.#send(call, signal)) as T;
    } catch (error) {
      if (call.signal || !signal.aborted) throw error;
      throw noAnswer(`it did not answer ${call.method} ${call.path} within ${ANSWER_MS / 1000} s`, error);
    }
  }

  async #send({ method, path, query, headers, body }: EngineCall, signal: AbortSignal): Promise<Response> {
    const text = new URLSearchParams(query).toString();
    let answer: Response;
    try {
      answer = await fetch(`${this.#base}${path}${text === "" ? "" : `?${text}`}`, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        redirect: "manual",
        signal,
        client: this.#client,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (error instanceof Error && error.name === "NotCapable") throw error;
      throw noAnswer(reasonOf(error), error);
    }
    if (answer.ok) return answer;
    throw new EngineError(messageIn(await answer.text()) || answer.statusText, answer.status);
  }
}

/** A name as one part of a path. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}

function baseOf(engine: Engine): string {
  if (engine.kind === "socket") return `http://${SOCKET_HOST}`;
  const host = engine.host.includes(":") ? `[${engine.host}]` : engine.host;
  return `${engine.tls ? "https" : "http"}://${host}:${engine.port}`;
}

function clientOptions(engine: Engine): Deno.CreateHttpClientOptions {
  // The engine takes a connection over to stream on it, which HTTP/2 does not know.
  const plain = { http1: true, http2: false };
  if (engine.kind === "socket") return { ...plain, proxy: { transport: "unix", path: engine.path } };
  if (!engine.tls) return plain;
  const { ca, cert, key } = engine.tls;
  return { ...plain, ...(ca === "" ? {} : { caCerts: [ca] }), ...(cert === "" ? {} : { cert, key }) };
}

/** The engine's own words where it has said any. */
function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? "").trim();
  } catch {
    return text.trim().slice(0, 1000);
  }
}

/** The innermost of the reasons that `fetch` has strung together. */
function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const text = cause instanceof Error ? cause.message : message;
  return text.replace(/^error sending request for url \([^)]*\): /, "").replace(
    /^client error \(\w+\): /,
    "",
  );
}
